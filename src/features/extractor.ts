import { StreamResampler } from "../audio/index.ts";
import { ParameterError } from "../errors.ts";
import { Matrix } from "../matrix.ts";
import type { FeatureColumn, FeatureSet } from "./feature-set.ts";
import { featureSet } from "./feature-sets.ts";
import { FrameStream } from "./frame-stream.ts";

/** Results of up to this many rows are handed out in matrices that are kept and used again. */
const KEPT_VIEWS = 64;

/**
 * A feature set's frames while the sound is still coming in, at any sampling rate and in pieces of any length. It exists so
 * that live use and files share one definition: the frames of all calls together are those of the whole sound, and
 *
 *     const extractor = createExtractor("logmel72@1", 48000);
 *     window.append(extractor.push(chunk));       // raw frames
 *     model(extractor.normalize(window.frames)); // equals featureSet("logmel72@1").extract(the same sound), to 1e-5
 *
 * Once it has seen its longest piece, nothing is allocated any more: what {@link push} returns is valid until the next call.
 */
export class FeatureExtractor {
  /** What is extracted. */
  readonly set: FeatureSet;
  /** Rate of the pieces, in hertz. */
  readonly inputSampleRate: number;
  /** What {@link push} gives: the set's columns before the window's normalisation. */
  readonly columns: readonly FeatureColumn[];
  /** At most so long after a frame's middle was pushed, the frame is there, in seconds (pieces of no length assumed). */
  readonly delaySeconds: number;
  /** Raw frames of a window, shape (frames, {@link columns}), to what the set's `extract` gives for it: a copy. */
  readonly normalize: (frames: Matrix) => Matrix;
  readonly #resampler: StreamResampler;
  readonly #frames: FrameStream;
  readonly #views: (Matrix | undefined)[] = [];

  /** @throws ParameterError as {@link createExtractor} */
  constructor(set: FeatureSet, inputSampleRate: number) {
    if ("reason" in set.incremental) {
      throw new ParameterError(`createExtractor: ${set.id} needs the whole clip: ${set.incremental.reason}`);
    }
    const { columns, kernel, normalize } = set.incremental;
    const frameKernel = kernel();
    this.set = set;
    this.inputSampleRate = inputSampleRate;
    this.columns = columns;
    this.normalize = normalize;
    this.#resampler = new StreamResampler(inputSampleRate, set.sampleRate);
    this.#frames = new FrameStream(frameKernel, set.hopLength);
    this.delaySeconds = this.#resampler.delaySeconds + frameKernel.frameLength / 2 / set.sampleRate;
  }

  /**
   * Takes samples in.
   *
   * @param chunk any length, also 0; not kept
   * @returns the new frames, shape (0 or more, {@link columns}): a view that the next call overwrites
   */
  push(chunk: Float32Array): Matrix {
    const resampler = this.#resampler;
    const samples = resampler.push(chunk);
    return this.#view(this.#frames.push(resampler.output, samples));
  }

  /**
   * Ends the stream: silence follows. All frames together are then 1 + ⌊n / hopLength⌋ for n samples at the set's rate, or
   * none when nothing was pushed. Call {@link reset} before the next stream.
   */
  finish(): Matrix {
    const resampler = this.#resampler;
    const samples = resampler.finish();
    return this.#view(this.#frames.finish(resampler.output, samples));
  }

  /** Forgets everything pushed: the next piece begins another stream. */
  reset(): void {
    this.#resampler.reset();
    this.#frames.reset();
  }

  #view(rows: number): Matrix {
    const { output } = this.#frames;
    const kept = this.#views[rows];
    if (kept && kept.data.buffer === output.buffer) return kept;
    const view = new Matrix(rows, this.columns.length, output.subarray(0, rows * this.columns.length));
    if (rows < KEPT_VIEWS) this.#views[rows] = view;
    return view;
  }
}

/**
 * Starts the incremental extraction of a feature set's frames.
 *
 * @param featureSetId such as "logmel72@1"
 * @param inputSampleRate of the pieces that will be pushed, in hertz
 * @throws ParameterError when the set is not known, needs the whole clip (the message says why), or the rate is no positive
 *   integer
 */
export function createExtractor(featureSetId: string, inputSampleRate: number): FeatureExtractor {
  return new FeatureExtractor(featureSet(featureSetId), inputSampleRate);
}
