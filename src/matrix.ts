import { ParameterError } from "./errors.ts";

/**
 * A dense row-major matrix of 32-bit floats: element (r, c) is `data[r * columns + c]`.
 *
 * Feature functions return librosa's orientation `[features × frames]`; a feature set transposes once to
 * `[frames × features]`, which is what models and files hold.
 */
export class Matrix {
  /** How many rows. */
  readonly rows: number;
  /** How many columns. */
  readonly columns: number;
  /** All elements, row after row, shape (rows · columns). */
  readonly data: Float32Array;

  /** @throws ParameterError when `data` does not hold exactly `rows × columns` values. */
  constructor(rows: number, columns: number, data: Float32Array = new Float32Array(rows * columns)) {
    if (data.length !== rows * columns) {
      throw new ParameterError(`Matrix: ${rows} × ${columns} needs ${rows * columns} values, got ${data.length}`);
    }
    this.rows = rows;
    this.columns = columns;
    this.data = data;
  }

  /** A view (no copy) of row `r`, 0 ≤ r < rows. */
  row(r: number): Float32Array {
    return this.data.subarray(r * this.columns, (r + 1) * this.columns);
  }

  /** A new matrix with rows and columns exchanged. */
  transpose(): Matrix {
    const { rows, columns, data } = this;
    const out = new Matrix(columns, rows);
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) out.data[c * rows + r] = data[r * columns + c]!;
    }
    return out;
  }
}

/** The mean of each column over the rows of all `matrices`, in float64; they have the same columns, at least one row in all. */
export function columnMeans(matrices: Iterable<Matrix>): Float64Array {
  let sum = new Float64Array(0);
  let rows = 0;
  for (const { rows: own, columns, data } of matrices) {
    if (rows === 0) sum = new Float64Array(columns);
    for (let i = 0; i < data.length; i += columns) for (let c = 0; c < columns; c++) sum[c]! += data[i + c]!;
    rows += own;
  }
  return sum.map((each) => each / rows);
}
