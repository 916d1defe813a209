import { ParameterError } from "../errors.ts";
import { Matrix } from "../matrix.ts";
import type { Random } from "../random.ts";
import { requireWithin } from "./parameters.ts";

/** A clip's features with a probability for each label. */
export interface LabelledFeatures {
  /** Shape (frames, columns). */
  readonly features: Matrix;
  /** Shape (labels); one-hot, or soft with sum 1. */
  readonly labels: Float32Array;
}

/**
 * Two clips in one, features and labels alike: weight·a + (1 − weight)·b (Zhang et al., "mixup", ICLR 2018). Where the
 * shorter one has no frames more, `padding` stands.
 *
 * @param weight of `a`, 0 … 1; {@link mixupWeight} draws one
 * @param padding shape (columns); default zeros, which is what a padded batch holds there
 * @returns the longer one's number of frames
 * @throws ParameterError for a weight out of range, or clips of other columns or labels
 */
export function mixup(
  a: LabelledFeatures,
  b: LabelledFeatures,
  weight: number,
  padding?: Float32Array,
): LabelledFeatures {
  requireWithin("mixup", "weight", weight, [0, 1]);
  if (a.features.columns !== b.features.columns || a.labels.length !== b.labels.length) {
    throw new ParameterError(
      `mixup: clips of ${a.features.columns} and ${b.features.columns} columns, ` +
        `${a.labels.length} and ${b.labels.length} labels cannot be mixed; both must be equal`,
    );
  }
  const [short, long] = a.features.rows < b.features.rows ? [a, b] : [b, a];
  const share = short === a ? weight : 1 - weight;
  const { rows, columns, data } = long.features;
  const features = new Matrix(rows, columns);
  const both = short.features.data.length;
  const [mixed, shorter, rest] = [features.data, short.features.data, 1 - share];
  for (let i = 0; i < both; i++) mixed[i] = share * shorter[i]! + rest * data[i]!;
  const after = padding ?? new Float32Array(columns);
  for (let i = both; i < data.length; i += columns) {
    for (let c = 0; c < columns; c++) mixed[i + c] = share * after[c]! + rest * data[i + c]!;
  }
  return { features, labels: a.labels.map((probability, l) => weight * probability + (1 - weight) * b.labels[l]!) };
}

/** A number from the Gamma distribution of that shape and scale 1, by Marsaglia and Tsang (2000). */
function gamma(shape: number, random: Random): number {
  // Below 1 the method wants the boost Gamma(a) = Gamma(a + 1)·U^(1/a).
  if (shape < 1) return gamma(shape + 1, random) * (1 - random.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/**
 * A weight for {@link mixup}, from the Beta(alpha, alpha) distribution: near 0 or 1 for a small alpha, uniform for 1.
 *
 * @param alpha 0.01 … 100, often 0.2
 * @throws ParameterError for an alpha out of range
 */
export function mixupWeight(alpha: number, random: Random): number {
  requireWithin("mixupWeight", "alpha", alpha, [0.01, 100]);
  const a = gamma(alpha, random);
  const b = gamma(alpha, random);
  // Both may be too small for a double when alpha is: then the weight is at one of its ends.
  return a + b > 0 ? a / (a + b) : random.integer(2);
}
