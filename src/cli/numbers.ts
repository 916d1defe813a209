import { percent as bare } from "../arithmetic.ts";
import { ParameterError } from "../errors.ts";

/** A parser of commander for an option that is a number. @throws ParameterError naming the option and what was written. */
export function numberOption(name: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isFinite(value)) throw new ParameterError(`${name}: "${text}" is no number`);
    return value;
  };
}

/** A parser of commander for an option that counts something. @throws ParameterError unless it is a whole number from 1 */
export function countOption(name: string): (text: string) => number {
  const parse = numberOption(name);
  return (text) => {
    const count = parse(text);
    if (!Number.isSafeInteger(count) || count < 1) {
      throw new ParameterError(`${name}: ${text} must be a whole number, at least 1`);
    }
    return count;
  };
}

/** A parser of commander for an option that is a share or a probability. @throws ParameterError unless it is in 0 … 1 */
export function shareOption(name: string): (text: string) => number {
  const parse = numberOption(name);
  return (text) => {
    const share = parse(text);
    if (share < 0 || share > 1) throw new ParameterError(`${name}: ${text} must be in 0 … 1`);
    return share;
  };
}

/** 0.873 → "87.3 %". */
export function percent(share: number): string {
  return `${bare(share)} %`;
}

/**
 * A parser of commander for an option that is a list of different whole numbers, `1,2,3`.
 *
 * @throws ParameterError naming the option and what was written.
 */
export function wholeNumbers(name: string): (text: string) => number[] {
  return (text) => {
    const numbers = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
    if (!numbers.every(Number.isSafeInteger) || new Set(numbers).size !== numbers.length) {
      throw new ParameterError(`${name}: "${text}" must be different whole numbers, separated by commas, e.g. 1,2,3`);
    }
    return numbers;
  };
}
