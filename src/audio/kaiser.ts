/** The pieces of a low-pass by Kaiser's design: a sinc under a window that is as steep as its attenuation allows. */

/** Stop-band attenuation, in decibels. */
const ATTENUATION = 120;

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}

const BETA = 0.1102 * (ATTENUATION - 8.7);
const BESSEL_BETA = besselI0(BETA);

/** Kaiser's window of {@link ATTENUATION} at x in -1 … 1 of its half length. */
export function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : besselI0(BETA * Math.sqrt(1 - x * x)) / BESSEL_BETA;
}

/** Taps that Kaiser's formula wants for a transition as a part of the sampling rate (0 … 0.5). */
export function kaiserTaps(transition: number): number {
  return (ATTENUATION - 7.95) / (2.285 * 2 * Math.PI * transition) + 1;
}

/** sin(πx) / (πx). */
export function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/**
 * A symmetric low-pass around index 0 of a circle of `size` samples: taps at -halfTaps … halfTaps.
 *
 * @param cutoff the -6 dB point as a part of the Nyquist frequency
 * @returns the taps, and their sum, which is the gain at 0 Hz
 */
export function lowPassKernel(size: number, halfTaps: number, cutoff: number): { kernel: Float64Array; sum: number } {
  const kernel = new Float64Array(size);
  let sum = 0;
  for (let n = -halfTaps; n <= halfTaps; n++) {
    const tap = sinc(cutoff * n) * kaiser(n / halfTaps);
    kernel[(n + size) % size] = tap;
    sum += tap;
  }
  return { kernel, sum };
}
