import { expect } from "vitest";

interface CloseOptions {
  /** Relative tolerance; default 0. */
  readonly rtol?: number;
  /** Absolute tolerance; default 0. */
  readonly atol?: number;
}

declare module "vitest" {
  // eslint-disable-next-line typescript/no-explicit-any
  interface Matchers<T = any> {
    /** Equal lengths, and every |received − expected| ≤ atol + rtol·|expected|; NaN is close to nothing. */
    toBeAllClose(expected: ArrayLike<number>, options: CloseOptions): T;
  }
}

expect.extend({
  toBeAllClose(received: ArrayLike<number>, expected: ArrayLike<number>, { rtol = 0, atol = 0 }: CloseOptions) {
    if (received.length !== expected.length) {
      return { pass: false, message: () => `expected ${expected.length} values, received ${received.length}` };
    }
    let worst = -1;
    let worstExcess = -Infinity;
    for (let i = 0; i < expected.length; i++) {
      const excess = Math.abs(received[i]! - expected[i]!) - (atol + rtol * Math.abs(expected[i]!));
      if (!(excess <= worstExcess)) {
        worst = i;
        worstExcess = excess;
      }
      if (Number.isNaN(excess)) break;
    }
    const pass = expected.length === 0 || worstExcess <= 0;
    return {
      pass,
      message: () =>
        `values differ by more than atol ${atol} + rtol ${rtol}; worst at index ${worst}: ` +
        `received ${received[worst]}, expected ${expected[worst]} (|difference| ${Math.abs(received[worst]! - expected[worst]!)})`,
    };
  },
});
