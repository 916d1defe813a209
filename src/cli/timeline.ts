import { stat } from "node:fs/promises";
import { streamAudio } from "../audio/read-audio.node.ts";
import {
  type Recognizer,
  roundedSegment,
  type Segment,
  timeline,
  toSubRip,
  toWebVtt,
  WEB_VTT_HEADER,
} from "../recognize/index.ts";
import type { CommandContext } from "./command.ts";
import { percent } from "./numbers.ts";
import { formatDuration } from "./progress.ts";

/** How `ser predict --timeline` writes segments. */
export const TIMELINE_FORMATS = ["text", "json", "srt", "vtt"] as const;

/** One of {@link TIMELINE_FORMATS}. */
export type TimelineFormat = (typeof TIMELINE_FORMATS)[number];

/**
 * The emotions in one recording as they follow each other, written as they are found.
 *
 * @param name what the progress line calls it; how far it is, is told in kilobytes of the file
 * @throws InputError for what cannot be decoded
 */
export async function writeTimeline(
  file: string,
  recognizer: Recognizer,
  options: { readonly format: TimelineFormat; readonly minConfidence: number },
  { stdout, progress, signal }: CommandContext,
): Promise<void> {
  const { format, minConfidence } = options;
  const total = Math.ceil(((await stat(file).catch(() => null))?.size ?? 0) / 1024);
  let read = 0;
  const sound = streamAudio(file, (bytes) => {
    read += bytes;
    progress.update("timeline", Math.min(total, Math.floor(read / 1024)), total);
  });
  const segments: Segment[] = [];
  let count = 0;
  for await (const segment of timeline(recognizer, sound, { minConfidence, signal })) {
    count++;
    if (format === "json") segments.push(roundedSegment(segment));
    else if (format === "srt") stdout.write(toSubRip(segment, count));
    else if (format === "vtt") stdout.write((count === 1 ? WEB_VTT_HEADER : "") + toWebVtt(segment));
    else stdout.write(renderSegment(segment));
  }
  if (format === "json") stdout.write(`${JSON.stringify({ file, segments })}\n`);
  else if (count === 0 && format === "vtt") stdout.write(WEB_VTT_HEADER);
  else if (count === 0 && format === "text") stdout.write("no speech\n");
}

/** `     0:05 –      0:08  happy      87.3 %`, and `unsure` where no emotion is probable enough. */
function renderSegment({ start, end, emotion, confidence }: Segment): string {
  const time = (seconds: number): string => {
    const tenths = Math.round(10 * seconds);
    return `${formatDuration(Math.floor(tenths / 10))}.${tenths % 10}`.padStart(9);
  };
  return `${time(start)} – ${time(end)}  ${(emotion ?? "unsure").padEnd(9)} ${percent(confidence).padStart(7)}\n`;
}
