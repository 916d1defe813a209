import { ParameterError } from "../errors.ts";
import { Matrix } from "../matrix.ts";
import { requireInteger } from "./parameters.ts";

/** Options of {@link dct}. */
export interface DctOptions {
  /** 1 (at least two rows), 2, or 3, which undoes 2; default 2. */
  readonly type?: 1 | 2 | 3;
  /** "ortho": the transform is a rotation. null: sums as they are, twice. Default "ortho". */
  readonly norm?: "ortho" | null;
  /** Coefficients to keep; 1 … rows, default all. */
  readonly count?: number;
}

/**
 * The transform's matrix: coefficient k is the product of its row k with the values.
 *
 * @returns shape (count, size)
 * @throws ParameterError when an option breaks its rule
 */
export function dctMatrix(
  where: string,
  size: number,
  { type = 2, norm = "ortho", count = size }: DctOptions,
): Float64Array {
  if (type !== 1 && type !== 2 && type !== 3)
    throw new ParameterError(`${where}: type=${String(type)} must be 1, 2 or 3`);
  if (norm !== null && norm !== "ortho") {
    throw new ParameterError(`${where}: norm="${String(norm)}" must be "ortho" or null`);
  }
  if (type === 1 && size < 2) throw new ParameterError(`${where}: type=1 needs at least 2 values, got ${size}`);
  const rows = new Float64Array(count * size);
  const ortho = norm === "ortho";
  // scipy.fft.dct's definitions, term by term.
  for (let k = 0; k < count; k++) {
    for (let n = 0; n < size; n++) {
      let weight: number;
      if (type === 1) {
        const end = n === 0 || n === size - 1;
        weight = (end ? 1 : 2) * Math.cos((Math.PI * ((k * n) % (2 * (size - 1)))) / (size - 1));
        if (ortho) weight *= (end ? Math.SQRT2 : 1) * (Math.sqrt((k === 0 || k === size - 1 ? 1 : 2) / (size - 1)) / 2);
      } else if (type === 2) {
        weight = 2 * Math.cos((Math.PI * ((k * (2 * n + 1)) % (4 * size))) / (2 * size));
        if (ortho) weight *= Math.sqrt((k === 0 ? 1 : 2) / size) / 2;
      } else {
        weight = (n === 0 ? 1 : 2) * Math.cos((Math.PI * ((n * (2 * k + 1)) % (4 * size))) / (2 * size));
        if (ortho) weight *= n === 0 ? Math.sqrt(1 / size) : Math.sqrt(2 / size) / 2;
      }
      rows[k * size + n] = weight;
    }
  }
  return rows;
}

/**
 * Discrete cosine transform down each column: `scipy.fft.dct(values, axis=0)`, which `librosa.feature.mfcc` takes of the
 * mel spectrum in decibels.
 *
 * @param values shape (n, frames)
 * @returns shape (count, frames)
 * @throws ParameterError when an option breaks its rule
 */
export function dct(values: Matrix, options: DctOptions = {}): Matrix {
  const { rows: size, columns: frames } = values;
  const { count = size } = options;
  requireInteger("dct", "count", count, 1);
  if (count > size) throw new ParameterError(`dct: count=${count} must not exceed the number of rows, ${size}`);
  const weights = dctMatrix("dct", size, options);
  const out = new Matrix(count, frames);
  const sums = new Float64Array(frames);
  for (let k = 0; k < count; k++) {
    sums.fill(0);
    for (let n = 0; n < size; n++) {
      const weight = weights[k * size + n]!;
      const row = values.row(n);
      for (let t = 0; t < frames; t++) sums[t]! += weight * row[t]!;
    }
    out.row(k).set(sums);
  }
  return out;
}
