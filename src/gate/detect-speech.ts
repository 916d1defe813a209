import type { Waveform } from "../audio/index.ts";
import { SpeechGate, type SpeechSpan } from "./speech-gate.ts";

/** Whether and where there is speech. */
export interface SpeechDetection {
  /** True when at least one utterance was found. */
  readonly speech: boolean;
  /** Where the first utterance begins, in seconds from the beginning of the waveform; 0 without speech. */
  readonly start: number;
  /** Where the last utterance ends, in seconds; 0 without speech. */
  readonly end: number;
  /** Length of all voiced frames of the utterances, in seconds. */
  readonly voicedSeconds: number;
  /** The utterances: what a pause longer than `HANGOVER_SECONDS` parts. */
  readonly utterances: readonly SpeechSpan[];
}

/**
 * Finds the speech in a waveform: {@link SpeechGate} over all of it. Unvoiced sounds count where they adjoin a voice.
 * Whispering without any voice is not found, and music with a melody may pass for speech.
 *
 * @param waveform of any length and rate; one too short for a voice (below about 0.1 s) is no speech.
 */
export function detectSpeech({ samples, sampleRate }: Waveform): SpeechDetection {
  const gate = new SpeechGate(sampleRate);
  const events = [...gate.push(samples), ...gate.end()];
  const utterances = events.flatMap((event) => {
    if (event.type === "start") return [];
    const { start, end, voicedSeconds } = event;
    return [{ start, end, voicedSeconds }];
  });
  return {
    speech: utterances.length > 0,
    start: utterances[0]?.start ?? 0,
    end: utterances.at(-1)?.end ?? 0,
    voicedSeconds: utterances.reduce((sum, each) => sum + each.voicedSeconds, 0),
    utterances,
  };
}
