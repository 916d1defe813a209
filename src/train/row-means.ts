/** What a recording measures, shape (N). */
export type Row = ArrayLike<number>;

/** The mean of rows, at least one, by measure. */
export function meanOf(rows: readonly Row[]): number[] {
  const sums = new Float64Array(rows[0]!.length);
  for (const row of rows) for (let k = 0; k < sums.length; k++) sums[k]! += row[k]!;
  return Array.from(sums, (sum) => sum / rows.length);
}
