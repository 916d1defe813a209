import type { Waveform } from "../audio/index.ts";
import { ParameterError } from "../errors.ts";
import type { Recognizer } from "./recognizer.ts";

/** One answer of an {@link AudioClassifier}. */
export interface LabelScore {
  /** An emotion. */
  readonly label: string;
  /** Probability, 0 … 1. */
  readonly score: number;
}

/** Options of an {@link AudioClassifier}, named as in transformers.js. */
export interface ClassifyOptions {
  /** How many labels are told; default all. */
  readonly top_k?: number;
}

/** What transformers.js calls the only task there is here. */
export type PipelineTask = "audio-classification";

/**
 * A recogniser in the shape of transformers.js's `pipeline("audio-classification")`: labels with scores, the most probable
 * first; none when there is no speech.
 */
export interface AudioClassifier extends AsyncDisposable {
  /**
   * Recognises one recording.
   *
   * @param audio an address or a path, a waveform, or samples of one channel at `sampling_rate`
   * @returns the most probable label first; none without speech
   */
  (audio: string | URL | Waveform | Float32Array, options?: ClassifyOptions): Promise<readonly LabelScore[]>;
  /** The rate that bare samples are taken to have, in hertz: the model's. */
  readonly sampling_rate: number;
  /** Frees the network's memory. */
  dispose(): Promise<void>;
}

/** Where a door reads audio from. */
type ReadSound = (source: string | URL) => Promise<Waveform>;

/**
 * Refuses all tasks but "audio-classification".
 *
 * @throws ParameterError for another task
 */
export function requireTask(task: string): void {
  if (task !== "audio-classification") {
    throw new ParameterError(`pipeline: task="${task}" is not known; there is "audio-classification"`);
  }
}

/** The {@link AudioClassifier} of a recogniser, which is released with it. */
export function audioClassifier(recognizer: Recognizer, read: ReadSound): AudioClassifier {
  const { sampleRate } = recognizer.metadata;
  const classify = async (
    audio: string | URL | Waveform | Float32Array,
    { top_k = recognizer.labels.length }: ClassifyOptions = {},
  ): Promise<readonly LabelScore[]> => {
    if (!(Number.isInteger(top_k) && top_k >= 1)) {
      throw new ParameterError(`pipeline: top_k=${top_k} must be a whole number, at least 1`);
    }
    const waveform =
      typeof audio === "string" || audio instanceof URL
        ? await read(audio)
        : audio instanceof Float32Array
          ? { samples: audio, sampleRate }
          : audio;
    const { probabilities } = await recognizer.recognize(waveform);
    return Object.entries(probabilities ?? {})
      .map(([label, score]) => ({ label, score }))
      .toSorted((a, b) => b.score - a.score)
      .slice(0, top_k);
  };
  const dispose = async (): Promise<void> => recognizer.release();
  return Object.assign(classify, { sampling_rate: sampleRate, dispose, [Symbol.asyncDispose]: dispose });
}
