import { add, div, matmul, mul, reduceSum, reshape, sub, type Value } from "../graph/index.ts";
import { ramp } from "./functionals.ts";

/**
 * What recordings of one corpus measure: what its rooms, microphones, voices and manners have in common. A Gaussian in N
 * measures whose covariance is diagonal but for R factors, along which what is said and felt moves the measures.
 */
export interface KnownRoom {
  /** The corpus. */
  readonly name: string;
  /** Its mean, and those of each kind of copies that training heard, over a telephone or in noise: shape (C × N) row-major. */
  readonly means: Float32Array;
  /** Inverse of the covariance: this diagonal, shape (N), … */
  readonly precision: Float32Array;
  /** … less the product of these factors with themselves, shape (N × R) row-major. */
  readonly factors: Float32Array;
}

/** Distances between which caution grows, and what it grows to; docs/research.md tells how they were found. */
const FOREIGN = [1.1, 1.6] as const;
const MOST = 3;

/**
 * How foreign clips are to the rooms of training: the squared Mahalanobis distance from the nearest one, as a share of what
 * independent measures would have, N. About 0.8 for another voice of a known corpus, 1.1 and more elsewhere.
 *
 * @param measures of whole clips, shape (B, N)
 * @returns shape (B, 1)
 */
export function roomDistance(measures: Value, rooms: readonly KnownRoom[]): Value {
  const { graph } = measures;
  const [B, N] = [measures.shape[0]!, measures.size(1)];
  const distances = rooms.map(({ name, means, precision, factors }) => {
    const stored = (what: string, values: Float32Array, shape: readonly number[]): Value =>
      graph.initializer(roomTensor(name, what), values, shape);
    const x = sub(reshape(measures, [B, 1, N]), stored("means", means, [1, means.length / N, N])); // (B, C, N)
    const along = matmul(x, stored("factors", factors, [N, factors.length / N])); // (B, C, R)
    const alone = reduceSum(mul(mul(x, x), stored("precision", precision, [1, 1, N])), [2]);
    const each = div(sub(alone, reduceSum(mul(along, along), [2])), graph.scalar(N)); // (B, C)
    return graph.emit1("ReduceMin", [each], [B, 1], { axes: { ints: [1] }, keepdims: { int: 1 } });
  });
  return distances.reduce((a, b) => graph.emit1("Min", [a, b], a.shape));
}

/**
 * What the logits of clips are divided by, beside the model's temperature: 1 in the rooms of training, up to 3 in foreign ones, where
 * a network is as sure as ever and right much less often. The order of the labels stays.
 *
 * @param measures of whole clips, shape (B, N)
 * @returns shape (B, 1)
 */
export function caution(measures: Value, rooms: readonly KnownRoom[]): Value {
  const { graph } = measures;
  return add(graph.scalar(1), mul(graph.scalar(MOST - 1), ramp(roomDistance(measures, rooms), FOREIGN)));
}

/** The name of a room's tensor in a model file. */
export function roomTensor(room: string, what: string): string {
  return `room/${room}/${what}`;
}
