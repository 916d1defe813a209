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
