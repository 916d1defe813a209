import { reasonOf } from "../../../src/errors.ts";

/** What keeps the page from hearing, in words, and what to do. */
export interface Problem {
  readonly title: string;
  readonly advice: string;
}

const PROBLEMS: Readonly<Record<string, Problem>> = {
  NotAllowedError: {
    title: "The microphone is blocked",
    advice:
      "This page may not use the microphone. Allow it with the icon beside the address, or in your system’s privacy settings, then start again.",
  },
  NotFoundError: {
    title: "No microphone found",
    advice: "Connect a microphone or a headset, then start again. You can open a recording instead.",
  },
  NotReadableError: {
    title: "The microphone is busy",
    advice: "Another program may be using it. Close that program, or choose another microphone, then start again.",
  },
  OverconstrainedError: {
    title: "That microphone is gone",
    advice: "The microphone you chose is no longer connected. Choose another, then start again.",
  },
};

/** The microphone went away while the page listened. */
export const LOST: Problem = {
  title: "The microphone was disconnected",
  advice: "The sound stopped coming. Connect it again, or choose another microphone, then start again.",
};

/** Browsers hand out no microphone over plain http. */
export const INSECURE: Problem = {
  title: "This address is not secure",
  advice:
    "Browsers allow the microphone only over https or on this same machine (localhost). You can open a recording instead.",
};

/** The problem behind what `getUserMedia` threw. */
export function problemOf(error: unknown): Problem {
  const name = error instanceof DOMException ? error.name : "";
  const reason = reasonOf(error);
  return (
    PROBLEMS[name] ?? {
      title: "The microphone did not start",
      advice: `The browser says: ${reason || name}. Choose another microphone, or restart the browser.`,
    }
  );
}

/** Processing that flattens a voice, by the names of browsers and of people. */
const PROCESSING = {
  autoGainControl: "automatic gain",
  noiseSuppression: "noise suppression",
  echoCancellation: "echo cancellation",
} as const;

/** What is asked of the browser: the voice as it is. */
export const RAW_VOICE: MediaTrackConstraints = {
  channelCount: 1,
  ...Object.fromEntries(Object.keys(PROCESSING).map((name) => [name, false])),
};

/** A sentence when the browser changes the voice all the same; null when it does not. */
export function processingNote(settings: MediaTrackSettings): string | null {
  const kept = Object.entries(PROCESSING)
    .filter(([name]) => settings[name as keyof typeof PROCESSING] === true)
    .map(([, words]) => words);
  if (kept.length === 0) return null;
  const list = kept.length === 1 ? kept[0]! : `${kept.slice(0, -1).join(", ")} and ${kept.at(-1)}`;
  return `This browser keeps ${list} on, although asked not to. That flattens a voice: expect less certain answers.`;
}
