import { ParameterError } from "../errors.ts";
import type { Matrix } from "../matrix.ts";
import type { FeatureColumn } from "./feature-set.ts";

/**
 * A matrix as a NumPy file: format 1.0, little-endian 32-bit floats, C order; `numpy.load` reads it as (rows, columns).
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function encodeNpy(matrix: Matrix): Uint8Array {
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${matrix.rows}, ${matrix.columns}), }`;
  // Magic, version and length take 10 bytes; the data must start at a multiple of 64.
  const headerLength = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const start = 10 + headerLength;
  const bytes = new Uint8Array(start + 4 * matrix.data.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  view.setUint16(8, headerLength, true);
  bytes.set(new TextEncoder().encode(`${dictionary.padEnd(headerLength - 1)}\n`), 10);
  for (let i = 0; i < matrix.data.length; i++) view.setFloat32(start + 4 * i, matrix.data[i]!, true);
  return bytes;
}

/** The shortest decimal that reads back as the same single-precision number. */
function shortest(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}

/**
 * A matrix as comma-separated text: a header of column names, then a line a row. Numbers have as many digits as single
 * precision needs, and no more.
 *
 * @throws ParameterError when the matrix has another number of columns
 */
export function encodeCsv(matrix: Matrix, columns: readonly FeatureColumn[]): string {
  if (columns.length !== matrix.columns) {
    throw new ParameterError(`encodeCsv: ${columns.length} column names for a matrix of ${matrix.columns} columns`);
  }
  const lines = [columns.map((column) => column.name).join(",")];
  for (let r = 0; r < matrix.rows; r++) lines.push(Array.from(matrix.row(r), shortest).join(","));
  return `${lines.join("\n")}\n`;
}
