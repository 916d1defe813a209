/** Greatest common divisor of two whole numbers, not both 0. */
export function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** The nearest integer, halves to the even one: Python's `round`, numpy's `rint`. */
export function roundHalfEven(x: number): number {
  const rounded = Math.round(x);
  return rounded - x === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** A share as per cent to one decimal, without the sign: 0.873 → "87.3". */
export function percent(share: number): string {
  return (100 * share).toFixed(1);
}
