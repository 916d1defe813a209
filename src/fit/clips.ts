/** Labelled feature matrices of clips, as the loop reads them. */
export interface Clips {
  readonly length: number;
  /** Raw features of clip `i`, real frames only, row-major (frames × features). */
  features(i: number): Float32Array;
  /** Index of the label of clip `i`. */
  label(i: number): number;
  /** Soft label of clip `i`: a probability for each label; absent or undefined: the label alone. */
  target?(i: number): Float32Array | undefined;
  /** How much clip `i` counts in the loss, as Keras's `sample_weight`; absent: 1. */
  weight?(i: number): number;
  /** What sampling balances, e.g. corpus and label; absent: the label. */
  group?(i: number): string;
}
