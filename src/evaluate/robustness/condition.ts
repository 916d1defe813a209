import type { Random } from "../../augment/index.ts";
import type { Waveform } from "../../audio/index.ts";

/** What a condition may use besides the recording. */
export interface Surroundings {
  /** The model's own rate, in hertz. */
  readonly sampleRate: number;
  /** People talking, at that rate. */
  babble(): Promise<Waveform>;
}

/** One way in which a recording differs from those that the model was trained on. */
export interface Condition {
  /** Stable: result files and `--conditions` use it. */
  readonly name: string;
  /** For people. */
  readonly description: string;
  /** The numbers in it, with their units in the names. */
  readonly parameters: Readonly<Record<string, number>>;
  /**
   * What is changed: the sound at the model's rate (so that a signal-to-noise ratio counts what the model hears, whatever
   * the file's rate), or the recording as it was decoded.
   */
  readonly input: "model rate" | "recording";
  /** The recording under this condition, of any length and rate. Everything random comes from `random`. */
  apply(waveform: Waveform, random: Random, surroundings: Surroundings): Waveform | Promise<Waveform>;
  /** Why it cannot be measured on this machine, or null when it can. Absent: it always can. */
  unavailable?(): Promise<string | null>;
}
