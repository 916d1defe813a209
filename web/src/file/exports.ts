import type { Segment } from "../../../src/browser.ts";
import { toWebVtt, WEB_VTT_HEADER } from "../../../src/recognize/subtitles.ts";
import type { ModelFacts } from "../engine/messages.ts";
import { colors } from "../look/canvas.ts";
import { drawTimeline, type Picture } from "./draw.ts";

/** How a timeline can be saved. */
export const FORMATS = ["json", "csv", "vtt", "png"] as const;

/** One of {@link FORMATS}. */
export type Format = (typeof FORMATS)[number];

const milli = (x: number): number => Math.round(1000 * x) / 1000;

/** The voice that was expected, as an export tells it. */
export type VoiceOf = { readonly created: string } | null;

/** As `ser predict --timeline --format json` writes it, and what answered. */
export function toJson(file: string, segments: readonly Segment[], model: ModelFacts, voice: VoiceOf): string {
  const rounded = segments.map(({ start, end, emotion, confidence }) => ({
    start: milli(start),
    end: milli(end),
    emotion,
    confidence: milli(confidence),
  }));
  const { preset, featureSet, created } = model;
  const answered = { model: { preset, featureSet, created }, ...(voice && { voice: { created: voice.created } }) };
  return `${JSON.stringify({ file, segments: rounded, ...answered }, null, 2)}\n`;
}

/** A line a segment, with a heading; no emotion is "unsure". */
export function toCsv(segments: readonly Segment[]): string {
  const lines = segments.map(({ start, end, emotion, confidence }) =>
    [milli(start), milli(end), emotion ?? "unsure", milli(confidence)].join(","),
  );
  return `${["start,end,emotion,confidence", ...lines].join("\r\n")}\r\n`;
}

/** The picture as it is seen, at twice its size. */
export async function toPng(canvas: HTMLCanvasElement, picture: Picture): Promise<Blob> {
  const [width, height, margin] = [Math.max(900, canvas.clientWidth), canvas.clientHeight, 24];
  const image = new OffscreenCanvas(2 * (width + 2 * margin), 2 * (height + 2 * margin));
  const context = image.getContext("2d") as unknown as CanvasRenderingContext2D;
  const color = colors(canvas);
  context.fillStyle = color("--ground");
  context.fillRect(0, 0, image.width, image.height);
  context.setTransform(2, 0, 0, 2, 2 * margin, 2 * margin);
  drawTimeline({ context, width, height, color }, { ...picture, playhead: null });
  return image.convertToBlob({ type: "image/png" });
}

/** Hands a file to the user. */
export function save(content: Blob | string, name: string): void {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The download has begun by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** The text of a timeline in one of the formats that are text. */
export function render(
  format: "json" | "csv" | "vtt",
  file: string,
  segments: readonly Segment[],
  model: ModelFacts,
  voice: VoiceOf = null,
): string {
  if (format === "json") return toJson(file, segments, model, voice);
  if (format === "csv") return toCsv(segments);
  return WEB_VTT_HEADER + segments.map(toWebVtt).join("");
}
