import { expect } from "vitest";
import type { Matrix } from "../../src/matrix.ts";
import { golden } from "./signals.ts";

/** A matrix in librosa's orientation has the golden's shape, and in the frames that were kept its values. */
export function expectGolden(matrix: Matrix, name: string, tolerance: { rtol?: number; atol?: number }): void {
  const { rows, columns, values, frames, everyFrame } = golden(name);
  expect([matrix.rows, matrix.columns], `shape of ${name}`).toEqual([rows, frames]);
  const kept = Float32Array.from(
    { length: rows * columns },
    (_, i) => matrix.data[Math.floor(i / columns) * frames + (i % columns) * everyFrame]!,
  );
  expect(kept, name).toBeAllClose(values, tolerance);
}
