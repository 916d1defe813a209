import type { Waveform } from "../audio/index.ts";
import { ParameterError } from "../errors.ts";
import { featureSet, type FeatureSet } from "../features/index.ts";
import type { Matrix } from "../matrix.ts";
import { detectSpeech, type SpeechDetection } from "./detect-speech.ts";

/** The version of {@link detectSpeech}: other borders of speech are another name. */
export const GATE = "gate@1";

/**
 * The way from a waveform to a network's features, the same in training and in use: a feature set, of the whole waveform
 * or of what the gate takes for speech.
 */
export interface FrontEnd {
  /** "librosa54@1", or with the gate "logmel72@1+gate@1". */
  readonly id: string;
  readonly set: FeatureSet;
  /** Whether silence before and after the speech is cut off. */
  readonly trims: boolean;
  /**
   * Features (frames × columns) of a waveform. One in which no speech is heard is taken whole: training must make
   * something of it, use has asked the gate before.
   *
   * @param detection What {@link detectSpeech} says of the waveform, where that is known.
   */
  extract(waveform: Waveform, detection?: SpeechDetection): Matrix;
}

/** @throws ParameterError for an unknown feature set or gate; the message names those there are */
export function frontEnd(id: string): FrontEnd {
  const [setId, gate, ...rest] = id.split("+");
  const set = featureSet(setId!);
  if (rest.length > 0 || (gate !== undefined && gate !== GATE)) {
    throw new ParameterError(`frontEnd: id="${id}" is not known; there are "${set.id}" and "${set.id}+${GATE}"`);
  }
  if (gate === undefined) return { id, set, trims: false, extract: (waveform) => set.extract(waveform) };
  return {
    id,
    set,
    trims: true,
    extract: (waveform, detection = detectSpeech(waveform)) => set.extract(trimmed(waveform, detection)),
  };
}

/** The waveform from the beginning of the first utterance to the end of the last. */
function trimmed({ samples, sampleRate }: Waveform, { speech, start, end }: SpeechDetection): Waveform {
  if (!speech) return { samples, sampleRate };
  const first = Math.max(0, Math.floor(start * sampleRate));
  return { samples: samples.subarray(first, Math.max(first + 1, Math.ceil(end * sampleRate))), sampleRate };
}
