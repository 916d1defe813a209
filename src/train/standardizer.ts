import type { Clips } from "../fit/index.ts";

/** Mean and 1 / deviation of every column. */
export interface Standardizer {
  /** (columns) */
  readonly mean: Float32Array;
  /** (columns): 1 / deviation, 1 where a column never varies. */
  readonly scale: Float32Array;
}

/**
 * Statistics of the columns over all frames of all clips, each clip truncated to `frames` or padded with zeros to them as
 * the original does; the padding counts, unless the network is `masked`. A column that never varies has scale 1. In
 * float64, two passes.
 *
 * Source: scikit-learn `StandardScaler` on the stacked padded matrices.
 */
export function fitStandardizer(clips: Clips, frames: number, columns: number, masked = false): Standardizer {
  const mean = new Float64Array(columns);
  const square = new Float64Array(columns);
  const eachFrame = (use: (data: Float32Array, start: number) => void): void => {
    for (let i = 0; i < clips.length; i++) {
      const data = clips.features(i);
      const end = Math.min(data.length, frames * columns);
      for (let start = 0; start < end; start += columns) use(data, start);
    }
  };
  let real = 0;
  for (let i = 0; i < clips.length; i++) real += Math.min(clips.features(i).length / columns, frames);
  const count = masked ? real : clips.length * frames;
  eachFrame((data, start) => {
    for (let c = 0; c < columns; c++) mean[c]! += data[start + c]! / count;
  });
  eachFrame((data, start) => {
    for (let c = 0; c < columns; c++) square[c]! += (data[start + c]! - mean[c]!) ** 2;
  });
  const padded = count - real;
  const scale = Float32Array.from(square, (sum, c) => {
    const deviation = Math.sqrt((sum + padded * mean[c]! ** 2) / count);
    return deviation > 0 ? 1 / deviation : 1;
  });
  return { mean: Float32Array.from(mean), scale };
}
