import { Random } from "../random.ts";

/**
 * How a parameter's first values are drawn: Keras's definitions, our generator. Each takes the parameter's shape and a
 * stream of random numbers and returns row-major values.
 */
export type Initializer = (shape: readonly number[], random: Random) => Float32Array;

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1);

/** All zero. */
export const zeros: Initializer = (shape) => new Float32Array(sizeOf(shape));

/** All one. */
export const ones: Initializer = (shape) => new Float32Array(sizeOf(shape)).fill(1);

/**
 * Uniform in ±√(6 / (fanIn + fanOut)); for a kernel (…, in, out) the leading axes are the receptive field and multiply
 * both fans.
 *
 * Source: Glorot & Bengio 2010; Keras `GlorotUniform`.
 */
export const glorotUniform: Initializer = (shape, random) => {
  const field = sizeOf(shape.slice(0, -2));
  const limit = Math.sqrt(6 / (field * (shape.at(-2)! + shape.at(-1)!)));
  return new Float32Array(sizeOf(shape)).map(() => (2 * random.uniform() - 1) * limit);
};

/**
 * A matrix (rows, columns) with orthonormal rows (or columns, whichever are fewer): the Q of a normal matrix, signs such
 * that the distribution is uniform over orthogonal matrices.
 *
 * Source: Saxe et al. 2013; Keras `Orthogonal`. Gram–Schmidt on normal vectors gives the Q whose R has a positive
 * diagonal, which is Keras's sign convention.
 */
export const orthogonal: Initializer = (shape, random) => {
  const [rows, columns] = [sizeOf(shape.slice(0, -1)), shape.at(-1)!];
  const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
  const vectors: Float64Array[] = [];
  for (let i = 0; i < count; i++) {
    const v = Float64Array.from({ length }, () => random.normal());
    // Twice: one pass of modified Gram–Schmidt leaves rounding errors of the size of the cancellation.
    for (let pass = 0; pass < 2; pass++) {
      for (const u of vectors) {
        const overlap = dot(u, v);
        for (let k = 0; k < length; k++) v[k]! -= overlap * u[k]!;
      }
    }
    const norm = Math.sqrt(dot(v, v));
    vectors.push(v.map((x) => x / norm));
  }
  const out = new Float32Array(rows * columns);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < length; k++) out[rows <= columns ? i * columns + k : k * columns + i] = vectors[i]![k]!;
  }
  return out;
};

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** The same initialiser for each slice of the outermost axis: the directions of an LSTM. */
export function each(initializer: Initializer): Initializer {
  return (shape, random) => {
    const out = new Float32Array(sizeOf(shape));
    const inner = shape.slice(1);
    for (let d = 0; d < shape[0]!; d++) out.set(initializer(inner, random), d * sizeOf(inner));
    return out;
  };
}

/**
 * An LSTM's bias (4H), gates i, f, c, o: one for the forget gate, else zero.
 *
 * Source: Jozefowicz et al. 2015; Keras `unit_forget_bias=True`.
 */
export const unitForgetBias: Initializer = (shape) => {
  const units = shape.at(-1)! / 4;
  return new Float32Array(sizeOf(shape)).fill(1, units, 2 * units);
};
