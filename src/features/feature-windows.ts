import { Matrix } from "../matrix.ts";
import type { FeatureSet, IncrementalFrames } from "./feature-set.ts";
import { FrameStream } from "./frame-stream.ts";

/** The rows that are still needed of a growing matrix: numbered from the stream's beginning, old ones forgotten. */
class RecentRows {
  /** Number of the first row that is kept, and of the first that is still to come. */
  first = 0;
  next = 0;
  readonly #columns: number;
  #data = new Float32Array(0);

  constructor(columns: number) {
    this.#columns = columns;
  }

  push(values: Float32Array, rows: number): void {
    const columns = this.#columns;
    const used = (this.next - this.first) * columns;
    const needed = used + rows * columns;
    if (needed > this.#data.length) {
      const larger = new Float32Array(2 * needed);
      larger.set(this.#data.subarray(0, used));
      this.#data = larger;
    }
    this.#data.set(values.subarray(0, rows * columns), used);
    this.next += rows;
  }

  /** A view that the next call may overwrite. */
  view(from: number, to: number): Float32Array {
    return this.#data.subarray((from - this.first) * this.#columns, (to - this.first) * this.#columns);
  }

  /** Rows before `row` are not asked for again. They leave when they are half of what is kept: shifting is rare. */
  forget(row: number): void {
    const gone = Math.min(row, this.next) - this.first;
    if (gone <= (this.next - this.first) / 2) return;
    this.#data.copyWithin(0, gone * this.#columns, (this.next - this.first) * this.#columns);
    this.first += gone;
  }
}

/**
 * A feature set on windows of sound that is still coming in. It exists so that a clip and a stream have one definition of
 * a window's features: every frame whose centre lies in the window, with the sound around the window still in it, then
 * the set's normalisation over these frames. Each frame is computed once, however many windows it is part of.
 *
 * A set that needs the whole clip is given the window's samples as a clip.
 */
export class FeatureWindows {
  /** What is extracted. */
  readonly set: FeatureSet;
  readonly #stages: IncrementalFrames | undefined;
  readonly #frames: FrameStream | undefined;
  /** Raw frames, or samples where the set has none. */
  readonly #rows: RecentRows;
  #received = 0;

  constructor(set: FeatureSet) {
    this.set = set;
    if ("kernel" in set.incremental) {
      this.#stages = set.incremental;
      this.#frames = new FrameStream(this.#stages.kernel(), set.hopLength);
    }
    this.#rows = new RecentRows(this.#stages?.columns.length ?? 1);
  }

  /** Takes samples[0 … count − 1] in, at the set's rate. */
  push(samples: Float32Array, count: number = samples.length): void {
    this.#received += count;
    const frames = this.#frames;
    if (!frames) return this.#rows.push(samples, count);
    const rows = frames.push(samples, count);
    this.#rows.push(frames.output, rows);
  }

  /** The stream is over: silence follows its last sample. */
  end(): void {
    const frames = this.#frames;
    if (!frames) return;
    const rows = frames.finish(new Float32Array(0), 0);
    this.#rows.push(frames.output, rows);
  }

  /**
   * The features of samples [begin, end) of the stream; of frames that are not there yet, at the very end, none.
   *
   * @returns shape (frames, columns), at least one frame as long as the window holds a frame's centre; a copy
   */
  extract(begin: number, end: number): Matrix {
    const { set } = this;
    const rows = this.#rows;
    if (!this.#stages) {
      const samples = rows.view(Math.max(begin, rows.first), Math.min(end, this.#received)).slice();
      return set.extract({ samples, sampleRate: set.sampleRate });
    }
    const from = Math.max(rows.first, Math.ceil(begin / set.hopLength));
    const to = Math.min(rows.next, Math.floor(end / set.hopLength) + 1);
    const columns = this.#stages.columns.length;
    return this.#stages.normalize(new Matrix(Math.max(0, to - from), columns, rows.view(from, Math.max(from, to))));
  }

  /** What lies before sample `sample` is not asked for again. */
  forget(sample: number): void {
    this.#rows.forget(this.#frames ? Math.ceil(sample / this.set.hopLength) : sample);
  }
}
