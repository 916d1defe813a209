/** Row-major matrices of float64, as far as `known-rooms.ts` needs them. */

/** Sweeps of orthogonal iteration: what a subspace that is not exact leaves is in the diagonal of its user. */
const SWEEPS = 60;

/** An orthonormal basis (N × R) of about the R directions of most variance: orthogonal iteration (Golub and Van Loan, 8.2.4). */
export function leadingSubspace(matrix: Float64Array, N: number, R: number): Float64Array {
  // Any beginning that is not orthogonal to them will do.
  let basis = orthonormal(
    Float64Array.from({ length: N * R }, (_, i) => Math.cos(1 + i * i)),
    N,
    R,
  );
  for (let sweep = 0; sweep < SWEEPS; sweep++) basis = orthonormal(times(matrix, basis, N, N, R), N, R);
  return basis;
}

/** Gram and Schmidt's columns of (N × R); one that depends on those before it becomes zeros. */
function orthonormal(columns: Float64Array, N: number, R: number): Float64Array {
  const out = columns.slice();
  for (let r = 0; r < R; r++) {
    const before = norm(out, N, R, r);
    for (let s = 0; s < r; s++) {
      let dot = 0;
      for (let k = 0; k < N; k++) dot += out[k * R + r]! * out[k * R + s]!;
      for (let k = 0; k < N; k++) out[k * R + r]! -= dot * out[k * R + s]!;
    }
    const length = norm(out, N, R, r);
    for (let k = 0; k < N; k++) out[k * R + r] = length > 1e-9 * before ? out[k * R + r]! / length : 0;
  }
  return out;
}

function norm(columns: Float64Array, N: number, R: number, r: number): number {
  let sum = 0;
  for (let k = 0; k < N; k++) sum += columns[k * R + r]! ** 2;
  return Math.sqrt(sum);
}

/** L of `L Lᵀ`, lower triangle, of a positive semidefinite (R × R); where nothing is left, a column of zeros. */
export function cholesky(matrix: Float64Array, R: number): Float64Array {
  const lower = new Float64Array(R * R);
  for (let j = 0; j < R; j++) {
    for (let i = j; i < R; i++) {
      let sum = matrix[i * R + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * R + k]! * lower[j * R + k]!;
      if (i === j) lower[i * R + j] = Math.sqrt(Math.max(0, sum));
      else lower[i * R + j] = lower[j * R + j]! > 1e-9 ? sum / lower[j * R + j]! : 0;
    }
  }
  return lower;
}

/** a (N × M) times b (M × R). */
export function times(a: Float64Array, b: Float64Array, N: number, M: number, R: number): Float64Array {
  const out = new Float64Array(N * R);
  for (let n = 0; n < N; n++) {
    for (let m = 0; m < M; m++) {
      const value = a[n * M + m]!;
      for (let r = 0; r < R; r++) out[n * R + r]! += value * b[m * R + r]!;
    }
  }
  return out;
}

/** aᵀ b of two (N × R). */
export function gram(a: Float64Array, b: Float64Array, N: number, R: number): Float64Array {
  const out = new Float64Array(R * R);
  for (let n = 0; n < N; n++) {
    for (let r = 0; r < R; r++) for (let s = 0; s < R; s++) out[r * R + s]! += a[n * R + r]! * b[n * R + s]!;
  }
  return out;
}
