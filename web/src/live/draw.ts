import type { Surface } from "../look/canvas.ts";
import { lookOf } from "../look/emotions.ts";
import { BARS_PER_SECOND, type History, type Point } from "./history.ts";

/** Distance from bar to bar, in CSS pixels: time always runs at the same speed, and a wide screen shows more of it. */
const STEP = 4;
const SPEED = STEP * BARS_PER_SECOND;

/** Where things are, in CSS pixels from the top. */
export interface Layout {
  /** Height of the waveform. */
  readonly wave: number;
  /** Height of a label's lane. */
  readonly lane: number;
}

/** Half the height of a bar, 0 … 1: quiet voices should be seen, too. */
export function loudness(magnitude: number): number {
  return Math.min(1, 1.15 * magnitude ** 0.55);
}

/** One bar of a waveform around `middle`, with round ends. */
export function drawBar(
  context: CanvasRenderingContext2D,
  x: number,
  middle: number,
  half: number,
  width: number,
): void {
  const reach = Math.max(width / 2, half);
  context.beginPath();
  context.roundRect(x, middle - reach, width, 2 * reach, width / 2);
  context.fill();
}

/**
 * The last seconds: the waveform in the colours of what was heard, and a lane for each label's probability.
 *
 * @param now in seconds of sound, the right edge
 */
export function drawHistory(
  surface: Surface,
  history: History,
  labels: readonly string[],
  now: number,
  layout: Layout,
): void {
  drawBars(surface, history, now, layout.wave);
  for (const [i, label] of labels.entries()) {
    const base = layout.wave + (i + 1) * layout.lane;
    drawBase(surface, base);
    const { context } = surface;
    context.fillStyle = context.strokeStyle = surface.color(lookOf(label).color);
    for (const points of history.utterances) drawLane(surface, points, i, now, base, layout.lane - 8);
  }
}

function drawBars({ context, width, height, color }: Surface, history: History, now: number, wave: number): void {
  const { peaks, first, labels } = history;
  const last = first + peaks.length;
  const earliest = Math.max(first, Math.floor(now * BARS_PER_SECOND - Math.min(width, 4000) / STEP) - 1);
  const middle = Math.min(height, wave) / 2;
  for (let bar = earliest; bar < last; bar++) {
    const label = labels.get(bar);
    const x = width - (now - bar / BARS_PER_SECOND) * SPEED;
    context.fillStyle = color(label === undefined ? "--quiet" : label === "" ? "--unsure" : lookOf(label).color);
    drawBar(context, x, middle, loudness(peaks[bar - first]!) * (middle - 4), label === "" ? 1 : 2.5);
  }
}

function drawBase({ context, width, color }: Surface, base: number): void {
  context.fillStyle = color("--line");
  context.fillRect(0, base - 1, width, 1);
}

function drawLane(
  { context, width }: Surface,
  points: readonly Point[],
  label: number,
  now: number,
  base: number,
  height: number,
): void {
  const x = (time: number): number => width - (now - time) * SPEED;
  if (points.length === 0 || x(points.at(-1)!.time) < 0) return;
  context.beginPath();
  context.moveTo(x(points[0]!.time), base - 1);
  for (const { time, values } of points) context.lineTo(x(time), base - 1 - height * values[label]!);
  context.lineTo(x(points.at(-1)!.time), base - 1);
  context.globalAlpha = 0.85;
  context.fill();
  context.globalAlpha = 1;
}
