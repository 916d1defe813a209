import { InputError } from "../errors.ts";

/** @throws InputError `audio_not_finite` naming the first sample that is NaN or infinite, as `what` calls it */
export function requireFinite(samples: Float32Array, what: (index: number) => string): void {
  for (let i = 0; i < samples.length; i++) {
    if (Number.isFinite(samples[i])) continue;
    throw new InputError("audio_not_finite", `${what(i)} is ${samples[i]}: not a finite number`);
  }
}
