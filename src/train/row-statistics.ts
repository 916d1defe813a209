/** What a recording measures, shape (N). */
export type Row = ArrayLike<number>;

/** The mean of rows, at least one, by measure. */
export function meanOf(rows: readonly Row[]): number[] {
  const sums = new Float64Array(rows[0]!.length);
  for (const row of rows) for (let k = 0; k < sums.length; k++) sums[k]! += row[k]!;
  return Array.from(sums, (sum) => sum / rows.length);
}

/** The sum of squared distances from `mean` over `divisor`, by measure: a variance. */
export function spreadAbout(mean: Row, rows: readonly Row[], divisor: number): Float64Array {
  const sums = new Float64Array(mean.length);
  for (const row of rows) for (let k = 0; k < sums.length; k++) sums[k]! += (row[k]! - mean[k]!) ** 2;
  return sums.map((sum) => sum / divisor);
}
