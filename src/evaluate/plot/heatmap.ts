import { ParameterError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";
import { axes, linear, ticks } from "./axes.ts";
import { encodePng } from "./png.ts";
import { element, figure, label, textWidth } from "./svg.ts";

/** A matrix over time, such as a spectrogram or a clip's features. */
export interface Heatmap {
  /** What it shows, for whoever cannot see it, and above it. */
  readonly title: string;
  /** One row a frame, one column a band: what a feature set gives. The first column is drawn at the bottom. */
  readonly frames: Matrix;
  /** Seconds between two frames. */
  readonly hopSeconds: number;
  /** What the columns are, above the axis. */
  readonly yTitle: string;
  /** What the value means, at the key: "level, dB". */
  readonly unit: string;
  /** Columns to draw, from and up to (not included); default all. */
  readonly columns?: readonly [from: number, to: number];
  /** What the columns' axis says at some of them; default their numbers. */
  readonly yTicks?: readonly (readonly [column: number, text: string])[];
  /** Values that get the first and the last colour, beyond which it does not change; default the least and the greatest. */
  readonly domain?: readonly [low: number, high: number];
}

/** Eight colours of matplotlib's viridis (CC0), evenly spaced: dark to light without a step, also in grey and for the colour-blind. */
const RAMP: readonly (readonly [number, number, number])[] = [
  [68, 1, 84],
  [70, 50, 126],
  [54, 92, 141],
  [39, 127, 142],
  [31, 161, 135],
  [74, 193, 109],
  [160, 218, 57],
  [253, 231, 37],
];
const PALETTE = Array.from({ length: 256 }, (_, i): [number, number, number] => {
  const place = (i / 255) * (RAMP.length - 1);
  const lower = Math.min(Math.floor(place), RAMP.length - 2);
  const mix = (c: 0 | 1 | 2): number =>
    Math.round(RAMP[lower]![c] + (place - lower) * (RAMP[lower + 1]![c] - RAMP[lower]![c]));
  return [mix(0), mix(1), mix(2)];
});

const [LEFT, TOP, WIDTH, HEIGHT] = [58, 46, 520, 220] as const;
const KEY = { gap: 24, width: 14 };

/**
 * A matrix over time in colours, with axes and the key to the colours. The cells are a PNG inside the SVG: as rectangles
 * they would be a hundred times as large.
 *
 * @throws ParameterError when there are no frames, or `columns` or `domain` span nothing
 */
export function plotHeatmap({ title, frames, hopSeconds, yTitle, unit, columns, yTicks, domain }: Heatmap): string {
  const [from, to] = columns ?? [0, frames.columns];
  const bands = to - from;
  if (frames.rows === 0 || !(bands > 0 && from >= 0 && to <= frames.columns)) {
    throw new ParameterError(
      `plotHeatmap: columns ${from} up to ${to} of a ${frames.rows} × ${frames.columns} matrix: nothing to draw`,
    );
  }
  const [low, high] = domain ?? extent(frames, from, to);
  if (!(low <= high)) throw new ParameterError(`plotHeatmap: domain ${low} … ${high} must go from low to high`);
  const colourOf = linear([low, high], [0, 255]);
  const indices = new Uint8Array(frames.rows * bands);
  for (let t = 0; t < frames.rows; t++) {
    const row = frames.row(t);
    for (let b = 0; b < bands; b++) {
      const colour = Math.round(colourOf(row[from + b]!));
      indices[(bands - 1 - b) * frames.rows + t] = Math.max(0, Math.min(255, colour));
    }
  }
  const seconds = frames.rows * hopSeconds;
  const x = linear([0, seconds], [LEFT, LEFT + WIDTH]);
  const y = linear([from, to], [TOP + HEIGHT, TOP]);
  const named = yTicks ?? ticks([from, to - 1], 6).map((column): [number, string] => [column, String(column)]);
  const texts = new Map(named.map(([column, text]) => [column + 0.5, text]));
  const right = LEFT + WIDTH + KEY.gap;
  const value = linear([low, high], [TOP + HEIGHT, TOP]);
  return figure(
    right + Math.max(KEY.width + 56, textWidth(unit, 12) + 8),
    TOP + HEIGHT + 44,
    title,
    label(LEFT, 16, title, { class: "strong" }),
    axes({
      x,
      y,
      xTitle: "seconds",
      yTitle,
      xTicks: ticks([0, seconds], 8),
      yTicks: [...texts.keys()],
      format: { y: (place) => texts.get(place)! },
    }),
    picture(encodePng(frames.rows, bands, indices, PALETTE), LEFT, WIDTH),
    picture(
      encodePng(
        1,
        256,
        Uint8Array.from({ length: 256 }, (_, i) => 255 - i),
        PALETTE,
      ),
      right,
      KEY.width,
    ),
    label(right, TOP - 10, unit, { class: "axis-title" }),
    ...ticks([low, high], 5).map((each) =>
      label(right + KEY.width + 6, value(each) + 4, String(each), { class: "tick" }),
    ),
  );
}

/** The least and the greatest value of some columns. */
function extent(frames: Matrix, from: number, to: number): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let t = 0; t < frames.rows; t++) {
    for (const value of frames.row(t).subarray(from, to)) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return [low, high];
}

/** A PNG over the whole height of the plot, its pixels as they are. */
function picture(png: Uint8Array, x: number, width: number): string {
  return element("image", {
    x,
    y: TOP,
    width,
    height: HEIGHT,
    preserveAspectRatio: "none",
    style: "image-rendering:pixelated",
    href: `data:image/png;base64,${Buffer.from(png).toString("base64")}`,
  });
}
