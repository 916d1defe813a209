import type { Segment } from "./stretches.ts";

/** `3661.5` → `01:01:01,500`, with the format's own decimal mark; milliseconds, rounded. */
export function timestamp(seconds: number, mark: "," | "."): string {
  const total = Math.round(seconds * 1000);
  const two = (n: number): string => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(total / 3_600_000), Math.floor(total / 60_000) % 60, Math.floor(total / 1000) % 60];
  return `${two(h)}:${two(m)}:${two(s)}${mark}${String(total % 1000).padStart(3, "0")}`;
}

function text({ emotion, confidence }: Segment): string {
  return emotion === null ? "unsure" : `${emotion} ${Math.round(100 * confidence)} %`;
}

/** One subtitle of a SubRip file (.srt). @param number counted from 1 */
export function toSubRip(segment: Segment, number: number): string {
  return `${number}\n${timestamp(segment.start, ",")} --> ${timestamp(segment.end, ",")}\n${text(segment)}\n\n`;
}

/** What a WebVTT file begins with. */
export const WEB_VTT_HEADER = "WEBVTT\n\n";

/** One cue of a WebVTT file (.vtt), after {@link WEB_VTT_HEADER}. */
export function toWebVtt(segment: Segment): string {
  return `${timestamp(segment.start, ".")} --> ${timestamp(segment.end, ".")}\n${text(segment)}\n\n`;
}
