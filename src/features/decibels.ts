import { ParameterError } from "../errors.ts";
import { Matrix } from "../matrix.ts";
import { requirePositive } from "./parameters.ts";

/** Options of {@link powerToDb} and {@link amplitudeToDb}. */
export interface DecibelOptions {
  /**
   * The value that is 0 dB: a finite number, whose magnitude counts, or a function of all values, e.g. their maximum.
   * Default 1.
   */
  readonly ref?: number | ((values: Float32Array) => number);
  /** Values below this count as this; > 0, default 1e-10 for power, 1e-5 for amplitude. */
  readonly amin?: number;
  /** Values further below the largest of the whole matrix are raised to that distance, in decibels; ≥ 0 or null (never), default 80. */
  readonly topDb?: number | null;
}

/** `values ** power` in decibels; `ref` and `amin` are of the values themselves. */
function toDb(where: string, values: Matrix, options: DecibelOptions, defaultAmin: number, power: 1 | 2): Matrix {
  const { ref = 1, amin = defaultAmin, topDb = 80 } = options;
  requirePositive(where, "amin", amin);
  if (topDb !== null && !(topDb >= 0)) {
    throw new ParameterError(`${where}: topDb=${topDb} must be a number of at least 0, or null`);
  }
  const magnitudes = power === 1 ? values.data : values.data.map(Math.abs);
  const reference = Math.abs(typeof ref === "function" ? ref(magnitudes) : ref);
  if (!Number.isFinite(reference)) throw new ParameterError(`${where}: ref=${reference} must be a finite number`);
  const out = new Matrix(values.rows, values.columns);
  // 10·log₁₀(x²) = 20·log₁₀(x): no square that could overflow.
  const factor = 10 * power;
  const offset = factor * Math.log10(Math.max(amin, reference));
  let largest = -Infinity;
  for (let i = 0; i < out.data.length; i++) {
    const value = factor * Math.log10(Math.max(amin, magnitudes[i]!)) - offset;
    out.data[i] = value;
    if (value > largest) largest = value;
  }
  if (topDb !== null) {
    const floor = largest - topDb;
    for (let i = 0; i < out.data.length; i++) if (out.data[i]! < floor) out.data[i] = floor;
  }
  return out;
}

/**
 * Power → decibels, 10·log₁₀(power / ref): `librosa.power_to_db`. With `topDb`, every value depends on the loudest of the
 * clip.
 *
 * @param power any shape, ≥ 0
 * @returns the same shape
 * @throws ParameterError when an option breaks its rule
 */
export function powerToDb(power: Matrix, options: DecibelOptions = {}): Matrix {
  return toDb("powerToDb", power, options, 1e-10, 1);
}

/**
 * Amplitude → decibels, 20·log₁₀(|amplitude| / ref): `librosa.amplitude_to_db`.
 *
 * @param amplitude any shape
 * @returns the same shape
 * @throws ParameterError when an option breaks its rule
 */
export function amplitudeToDb(amplitude: Matrix, options: DecibelOptions = {}): Matrix {
  return toDb("amplitudeToDb", amplitude, options, 1e-5, 2);
}

/**
 * Decibels → power, ref·10^(dB/10): `librosa.db_to_power`. Undoes {@link powerToDb} above its `amin`.
 *
 * @param decibels of any shape
 * @param ref the power of 0 dB; > 0, default 1
 * @throws ParameterError for a ref that is not positive
 */
export function dbToPower(decibels: Matrix, ref = 1): Matrix {
  requirePositive("dbToPower", "ref", ref);
  return new Matrix(
    decibels.rows,
    decibels.columns,
    decibels.data.map((value) => ref * 10 ** (value / 10)),
  );
}

/**
 * Decibels → amplitude, ref·10^(dB/20): `librosa.db_to_amplitude`.
 *
 * @param decibels of any shape
 * @param ref the amplitude of 0 dB; > 0, default 1
 * @throws ParameterError for a ref that is not positive
 */
export function dbToAmplitude(decibels: Matrix, ref = 1): Matrix {
  requirePositive("dbToAmplitude", "ref", ref);
  return new Matrix(
    decibels.rows,
    decibels.columns,
    decibels.data.map((value) => ref * 10 ** (value / 20)),
  );
}
