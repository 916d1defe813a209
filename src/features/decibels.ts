import { ParameterError } from "../errors.ts";
import { Matrix } from "../matrix.ts";
import { requirePositive } from "./parameters.ts";

export interface DecibelOptions {
  /** The power that is 0 dB; > 0, default 1. */
  readonly reference?: number;
  /** Powers below this count as this; > 0, default 1e-10. */
  readonly minimum?: number;
  /** Values further below the largest of the whole matrix are raised to that distance, in decibels; ≥ 0 or null (never), default 80. */
  readonly topDb?: number | null;
}

/**
 * Power → decibels: `librosa.power_to_db`. With `topDb`, every value depends on the loudest of the clip.
 *
 * @param power any shape, ≥ 0
 * @returns the same shape
 * @throws ParameterError when an option breaks its rule
 */
export function powerToDb(power: Matrix, options: DecibelOptions = {}): Matrix {
  const { reference = 1, minimum = 1e-10, topDb = 80 } = options;
  requirePositive("powerToDb", "reference", reference);
  requirePositive("powerToDb", "minimum", minimum);
  if (topDb !== null && !(topDb >= 0)) throw new ParameterError(`powerToDb: topDb=${topDb} must not be negative`);
  const out = new Matrix(power.rows, power.columns);
  const offset = 10 * Math.log10(Math.max(minimum, reference));
  let largest = -Infinity;
  for (let i = 0; i < out.data.length; i++) {
    const value = 10 * Math.log10(Math.max(minimum, power.data[i]!)) - offset;
    out.data[i] = value;
    if (value > largest) largest = value;
  }
  if (topDb !== null) {
    const floor = largest - topDb;
    for (let i = 0; i < out.data.length; i++) if (out.data[i]! < floor) out.data[i] = floor;
  }
  return out;
}
