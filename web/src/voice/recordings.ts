import { LEAST_CLIPS, LEAST_NEUTRAL_SECONDS } from "../../../src/recognize/voice-limits.ts";

/** A recording of the voice, which lies in the engine. */
export interface Recording {
  readonly id: number;
  /** The file's name. */
  readonly name: string;
  /** Of speech in it. */
  readonly seconds: number;
}

/** One in an emotion. */
export interface Clip extends Recording {
  /** "" as long as nobody has said which. */
  readonly label: string;
}

/** So much neutral speech, in seconds, is recorded; what docs/voice-calibration.md measured had about as much. */
export const ENOUGH_NEUTRAL = 8;

/** Seconds of speech in all of them. */
export function speechIn(recordings: readonly Recording[]): number {
  return recordings.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** The label that a file's name tells, such as `happy-2.wav`; "" when it tells none. */
export function labelIn(fileName: string, labels: readonly string[]): string {
  const words = fileName.toLowerCase().split(/[^a-z]+/);
  const told = labels.filter((label) => words.includes(label));
  return told.length === 1 ? told[0]! : "";
}

const counted = (n: number, thing: string): string => `${n} ${thing}${n === 1 ? "" : "s"}`;

/** What keeps these from being learnt; null: nothing does. */
export function missing(neutral: readonly Recording[], clips: readonly Clip[]): string | null {
  if (neutral.length + clips.length === 0) return "There is nothing to learn from yet.";
  const unknown = clips.filter(({ label }) => label === "").length;
  if (unknown > 0) return `Say which emotion ${unknown === 1 ? "one clip is" : `${unknown} clips are`}.`;
  const speech = speechIn(neutral);
  if (neutral.length > 0 && speech < LEAST_NEUTRAL_SECONDS) {
    return `${speech.toFixed(1)} s of neutral speech: at least ${LEAST_NEUTRAL_SECONDS} are needed.`;
  }
  if (clips.length > 0 && clips.length < LEAST_CLIPS) {
    const more = counted(LEAST_CLIPS - clips.length, "more clip");
    return `${counted(clips.length, "clip")}: ${more} ${clips.length === LEAST_CLIPS - 1 ? "is" : "are"} needed, or none at all.`;
  }
  const labels = new Set(clips.map(({ label }) => label));
  if (labels.size === 1) return `All clips are ${[...labels].join()}: at least 2 emotions are needed.`;
  return null;
}

/** `8.4 s of neutral speech and 10 clips`: what a lesson or a profile holds; a profile does not tell whether its speech was neutral. */
export function contents(
  speech: { readonly seconds: number } | null,
  clips: number,
  kind: "neutral speech" | "speech",
): string {
  const parts = [
    ...(speech ? [`${speech.seconds.toFixed(1)} s of ${kind}`] : []),
    ...(clips > 0 ? [counted(clips, "clip")] : []),
  ];
  return parts.join(" and ");
}
