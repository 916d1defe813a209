import { InputError } from "../errors.ts";
import { isAiff, parseAiff } from "./aiff.ts";
import { decodeCompressed } from "./codecs.ts";
import { levelsOf } from "./levels.ts";
import { mixPcm, type PcmLayout } from "./pcm.ts";
import { isWav, parseWav } from "./wav.ts";
import type { DecodedAudio, Waveform } from "./waveform.ts";

/** The lowest and highest sampling rates that are taken, in hertz: below the first there is no speech, above the second no recorder. */
export const SAMPLE_RATE_RANGE: readonly [number, number] = [4000, 768000];

/** Where the samples are in a wav or aiff file; null for another format. @throws InputError `audio_undecodable` */
export function parsePcm(bytes: Uint8Array): PcmLayout | null {
  if (isWav(bytes)) return parseWav(bytes);
  return isAiff(bytes) ? parseAiff(bytes) : null;
}

/**
 * @param before samples that came before these, for the message
 * @throws InputError `audio_rate_unsupported`, `audio_not_finite`
 */
export function requireSound({ samples, sampleRate }: Waveform, before = 0): void {
  const [lowest, highest] = SAMPLE_RATE_RANGE;
  if (!(sampleRate >= lowest && sampleRate <= highest)) {
    throw new InputError(
      "audio_rate_unsupported",
      `a sampling rate of ${sampleRate} Hz; ${lowest} to ${highest} Hz are supported`,
    );
  }
  if (Number.isFinite(levelsOf(samples).peak)) return;
  const i = samples.findIndex((sample) => !Number.isFinite(sample));
  throw new InputError(
    "audio_not_finite",
    `sample ${before + i} (counted from 0) is ${samples[i]}: not a finite number`,
  );
}

/**
 * Any common audio file → one channel of samples at the file's own rate. The format is told from the bytes, never from a
 * name. Wav (8, 16, 24, 32 bits, float, extensible) and aiff are read here, everything else (mp3, flac, ogg, opus, webm,
 * m4a …) by `codecs.ts`; opus is always 48,000 Hz. Several channels give their mean, as librosa does.
 *
 * A file cut short gives the samples that are there; a single sample is audio.
 *
 * @param bytes the whole file
 * @throws InputError `audio_empty` (no bytes), `audio_undecodable` (no known format, or damaged), `audio_no_samples`,
 *   `audio_not_finite` (a NaN or infinite sample), `audio_rate_unsupported` (outside {@link SAMPLE_RATE_RANGE})
 */
export async function decodeAudio(bytes: Uint8Array): Promise<DecodedAudio> {
  if (bytes.length === 0) throw new InputError("audio_empty", "empty: no bytes at all");
  const layout = parsePcm(bytes);
  const audio = layout ? mixPcm(layout) : await decodeCompressed(bytes);
  const { samples } = audio;
  // Before the rate: a compressed stream without samples never told one.
  if (samples.length === 0) {
    const damaged = layout ? "" : ", or it is too damaged or cut too short to decode any";
    throw new InputError("audio_no_samples", `audio of zero length: it holds no samples${damaged}`);
  }
  requireSound(audio);
  return audio;
}
