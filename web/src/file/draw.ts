import type { Segment } from "../../../src/browser.ts";
import type { Surface } from "../look/canvas.ts";
import { clock, lookOf } from "../look/emotions.ts";
import { drawBar, loudness } from "../live/draw.ts";

/** A stretch of the recording that is shown, in seconds. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What is drawn. */
export interface Picture {
  /** Magnitudes, `peakRate` a second. */
  readonly peaks: Float32Array;
  readonly peakRate: number;
  readonly segments: readonly Segment[];
  readonly range: Range;
  /** Where it plays, in seconds; null: no line. */
  readonly playhead: number | null;
}

/** Heights of the ribbon under the waveform and of the ruler, in CSS pixels. */
const RIBBON = 30;
const RULER = 22;

/** The label of a segment's colour: unsure has the colour of text. */
const colorOf = (emotion: string | null): string => (emotion === null ? "--unsure" : lookOf(emotion).color);

/** The first segment that ends after a moment, by bisection. */
export function segmentAfter(segments: readonly Segment[], time: number): number {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (segments[middle]!.end <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The segment at a moment, in seconds; undefined where nobody speaks. */
export function segmentAt(segments: readonly Segment[], time: number): Segment | undefined {
  const found = segments[segmentAfter(segments, time)];
  return found && found.start <= time ? found : undefined;
}

/** Waveform, ribbon of emotions, ruler. */
export function drawTimeline(surface: Surface, picture: Picture): void {
  const wave = surface.height - RIBBON - RULER;
  drawWave(surface, picture, wave);
  drawRibbon(surface, picture, wave);
  drawRuler(surface, picture.range, surface.height - RULER);
  if (picture.playhead === null) return;
  const { context, color } = surface;
  const x = xOf(surface, picture.range, picture.playhead);
  context.fillStyle = color("--ink");
  context.fillRect(Math.round(x) - 1, 0, 2, surface.height - RULER);
}

function xOf({ width }: Surface, { from, to }: Range, time: number): number {
  return ((time - from) / (to - from)) * width;
}

function drawWave(surface: Surface, { peaks, peakRate, segments, range }: Picture, height: number): void {
  const { context, width, color } = surface;
  const step = 3.5;
  const middle = height / 2;
  const duration = (step / width) * (range.to - range.from);
  // Bars stand at multiples of their length, so that they keep their shape while the picture moves.
  for (let bar = Math.floor(range.from / duration); bar * duration < range.to; bar++) {
    const begin = Math.max(0, Math.floor(bar * duration * peakRate));
    const end = Math.min(peaks.length, Math.max(begin + 1, Math.floor((bar + 1) * duration * peakRate)));
    if (begin >= peaks.length) break;
    let peak = 0;
    for (let i = begin; i < end; i++) if (peaks[i]! > peak) peak = peaks[i]!;
    const segment = segmentAt(segments, (bar + 0.5) * duration);
    context.fillStyle = color(segment ? colorOf(segment.emotion) : "--quiet");
    drawBar(
      context,
      xOf(surface, range, bar * duration),
      middle,
      loudness(peak) * (middle - 4),
      segment?.emotion === null ? 1 : 2,
    );
  }
}

function drawRibbon(surface: Surface, { segments, range }: Picture, top: number): void {
  const { context, width, color } = surface;
  context.font = `600 12px ${color("--font")}`;
  context.textBaseline = "middle";
  for (let i = segmentAfter(segments, range.from); i < segments.length && segments[i]!.start < range.to; i++) {
    const { start, end, emotion } = segments[i]!;
    const [left, right] = [Math.max(0, xOf(surface, range, start)), Math.min(width, xOf(surface, range, end))];
    drawSpan(surface, emotion, left, right, top + RIBBON - 5);
    if (right - left < 16) continue;
    if (emotion !== null) drawShape(surface, emotion, left, top + 4, 13);
    const text = left + (emotion === null ? 0 : 18);
    const name = emotion ?? "unsure";
    context.fillStyle = color("--ink");
    if (text + context.measureText(name).width < right - 4) context.fillText(name, text, top + 11.5);
    else if (emotion === null) context.fillText("?", text, top + 11.5);
  }
}

/** A line under the stretch; dotted where the page is unsure. */
function drawSpan({ context, color }: Surface, emotion: string | null, left: number, right: number, top: number): void {
  context.fillStyle = color(colorOf(emotion));
  const [dash, gap] = emotion === null ? [4, 4] : [Math.max(1.5, right - left - 1), 1];
  for (let x = left; x < right - 1; x += dash + gap) context.fillRect(x, top, Math.min(dash, right - x), 4);
}

function drawShape({ context, color }: Surface, label: string, left: number, top: number, size: number): void {
  const { shape, color: property } = lookOf(label);
  const path = new Path2D(shape);
  context.save();
  context.translate(left, top);
  context.scale(size / 24, size / 24);
  context.fillStyle = color(property);
  // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas fills, no array
  context.fill(path, "evenodd");
  context.restore();
}

/** Steps of the ruler, in seconds. */
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];

function drawRuler(surface: Surface, range: Range, top: number): void {
  const { context, width, color } = surface;
  const wanted = (80 / width) * (range.to - range.from);
  const step = STEPS.find((each) => each >= wanted) ?? 7200;
  context.fillStyle = color("--muted");
  context.font = `12px ${color("--font")}`;
  context.textBaseline = "middle";
  for (let i = Math.ceil(range.from / step); i * step <= range.to; i++) {
    const time = i * step;
    const text = step < 1 ? `${clock(time)}.${Math.round(10 * (time % 1)) % 10}` : clock(time);
    const x = xOf(surface, range, time);
    const half = context.measureText(text).width / 2;
    context.fillText(text, Math.max(0, Math.min(width - 2 * half, x - half)), top + RULER / 2 + 2);
  }
}
