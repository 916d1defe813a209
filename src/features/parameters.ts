import { ParameterError } from "../errors.ts";

/** Refuses anything but an integer of at least `least`; the message reads "mfcc: nMfcc=0 must be an integer of at least 1". */
export function requireInteger(where: string, name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new ParameterError(`${where}: ${name}=${value} must be an integer of at least ${least}`);
  }
}

/** Refuses anything but a finite number of at least `least`. */
export function requireNumber(where: string, name: string, value: number, least: number): void {
  if (!Number.isFinite(value) || value < least) {
    throw new ParameterError(`${where}: ${name}=${value} must be a number of at least ${least}`);
  }
}

/** Refuses anything but a positive finite number. */
export function requirePositive(where: string, name: string, value: number): void {
  if (!Number.isFinite(value) || value <= 0) {
    throw new ParameterError(`${where}: ${name}=${value} must be a positive number`);
  }
}

/** Beyond this the square of a transform would leave single precision. Nominal samples lie in -1 … 1. */
const LARGEST_SAMPLE = 1e15;

/** Refuses samples that are no number, infinite, or so large that their power is. */
export function requireSamples(where: string, samples: Float32Array): void {
  for (let i = 0; i < samples.length; i++) {
    // Also false for NaN.
    if (Math.abs(samples[i]!) <= LARGEST_SAMPLE) continue;
    throw new ParameterError(
      `${where}: samples must be finite and at most ${LARGEST_SAMPLE} in magnitude, sample ${i} is ${samples[i]}`,
    );
  }
}
