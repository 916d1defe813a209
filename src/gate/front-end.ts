import { StreamResampler, type Waveform } from "../audio/index.ts";
import { ParameterError } from "../errors.ts";
import { featureSet, FeatureWindows, type FeatureSet } from "../features/index.ts";
import type { Matrix } from "../matrix.ts";
import { noneOf } from "../nearest.ts";
import { detectSpeech } from "./detect-speech.ts";

/** The version of the gate: other borders of speech are another name. */
export const GATE = "gate@2";

/**
 * The way from a waveform to a network's features, the same in training and in use: a feature set, of the whole waveform
 * or of what the gate takes for speech.
 */
export interface FrontEnd {
  /** "librosa54@1", or with the gate "logmel72@1+gate@2". */
  readonly id: string;
  readonly set: FeatureSet;
  /** Whether silence before and after the speech is cut off. */
  readonly trims: boolean;
  /**
   * Features (frames × columns) of a recording that is one example: of the whole, or where the front end trims of the
   * utterance with most voice in it, exactly as a stream of the recording measures it at that utterance's end. A
   * recording in which no speech is heard is taken whole: training must make something of it.
   */
  extract(waveform: Waveform): Matrix;
}

/** The front end of an id such as "logmel72@1+gate@2". @throws ParameterError for an unknown feature set or gate; the message names those there are */
export function frontEnd(id: string): FrontEnd {
  const [setId, gate, ...rest] = id.split("+");
  const set = featureSet(setId!);
  if (gate === undefined) return { id, set, trims: false, extract: (waveform) => set.extract(waveform) };
  if (rest.length === 0 && gate === GATE) return { id, set, trims: true, extract: (clip) => extractSpeech(set, clip) };
  throw new ParameterError(`frontEnd: ${noneOf(id, [set.id, `${set.id}+${GATE}`])}`);
}

function extractSpeech(set: FeatureSet, { samples, sampleRate }: Waveform): Matrix {
  if (samples.length === 0) {
    throw new ParameterError(`${set.id}: the waveform has no samples, at least 1 is needed`);
  }
  const length = Math.ceil((samples.length * set.sampleRate) / sampleRate);
  const resampled = new StreamResampler(sampleRate, set.sampleRate, length).convert(samples);
  const { utterances } = detectSpeech({ samples: resampled, sampleRate: set.sampleRate });
  const windows = new FeatureWindows(set);
  windows.push(resampled);
  windows.end();
  const longest = utterances.toSorted((a, b) => b.voicedSeconds - a.voicedSeconds)[0];
  if (!longest) return windows.extract(0, length);
  return windows.extract(Math.round(longest.start * set.sampleRate), Math.round(longest.end * set.sampleRate));
}
