import type { Waveform } from "../audio/index.ts";
import type { Matrix } from "../matrix.ts";
import type { FrameKernel } from "./frame-stream.ts";

/** One column of a feature set's matrix. */
export interface FeatureColumn {
  readonly name: string;
  /** "1" for a pure number. */
  readonly unit: string;
  /** What it holds, in a few words. */
  readonly description: string;
}

/** How a set's frames come one by one: in two stages, of which only the second needs more than a frame. */
export interface IncrementalFrames {
  /** Of the raw frames that the first stage gives. */
  readonly columns: readonly FeatureColumn[];
  /** The first stage: a frame's samples → its raw columns, a new one for each stream. */
  kernel(): FrameKernel;
  /** The second stage: the raw frames of a window → the set's columns, a pure function of these frames. */
  normalize(frames: Matrix): Matrix;
}

/** A set whose every frame depends on the whole clip. */
export interface WholeClipOnly {
  /** Why, as the end of a sentence. */
  readonly reason: string;
}

/** Which columns of a feature matrix are mel bands and frequencies: what may be changed as another voice or room would. */
export interface BandLayout {
  /** Centre of each band in Hz, ascending; the bands are the first columns and hold powers in bel. */
  readonly centres: readonly number[];
  /** The least that a band may hold, in bel. */
  readonly floor: number;
  /**
   * Columns that hold a frequency in octaves; where `voicing` names the column of periodicity, times how far the frame
   * counts as voiced: not at all up to `from`, fully at `fully`.
   */
  readonly octaves: readonly {
    readonly column: number;
    readonly voicing?: { readonly column: number; readonly from: number; readonly fully: number };
  }[];
  /** Further columns that are multiplied by how far the frame counts as voiced, without being a frequency. */
  readonly voiced?: readonly number[];
  /**
   * Columns that follow from the bands' powers: `level` in bel; `centroid` and `bandwidth` in octaves above `zero` (Hz); `tilt`,
   * the power above `corner` (Hz) re the power below, in bel; `zcr`, the zero-crossing rate. All but `level` are multiplied by how far the frame is active.
   */
  readonly spectrum?: {
    readonly level: number;
    readonly levelFloor: number;
    readonly centroid: number;
    readonly bandwidth: number;
    readonly tilt: number;
    readonly zcr: number;
    readonly zero: number;
    readonly corner: number;
  };
}

/**
 * A named, versioned way from a waveform to a matrix: the one call that training and serving share. A changed output
 * value means a new version in the id, so that a model can refuse features that it was not trained on.
 */
export interface FeatureSet {
  /** Such as "librosa54@1". */
  readonly id: string;
  /** Of the samples that the features are computed from, in hertz. */
  readonly sampleRate: number;
  /** Samples between frames, at that rate. */
  readonly hopLength: number;
  /** What each column of the matrix holds, in order. */
  readonly columns: readonly FeatureColumn[];
  /** Where mel bands and frequencies stand, in a set that has such. */
  readonly layout?: BandLayout;
  /** How its frames are had while the sound is still coming in (see `createExtractor`), or why they cannot. */
  readonly incremental: IncrementalFrames | WholeClipOnly;
  /**
   * Resamples when the waveform has another rate.
   *
   * @returns shape (frames, columns), real frames only
   * @throws ParameterError for a waveform without samples
   */
  extract(waveform: Waveform): Matrix;
}
