import { hexDigest } from "../digest.node.ts";
import { levelsOf, type DecodedAudio } from "../audio/index.ts";
import { Matrix } from "../matrix.ts";
import type { FeatureCache } from "./cache.ts";

/** The cache's kind of {@link RecordingFacts}; another content is another name. */
const FACTS_KIND = "facts@1";

/**
 * A recording whose largest sample is below this (−80 dBFS) has no signal. The quietest speech of the four corpora peaks
 * 30 dB above; a lossy codec's residue on digital silence stays below.
 */
export const SILENCE_PEAK = 1e-4;

/** What a recording is, as decoded. */
export interface RecordingFacts {
  readonly seconds: number;
  /** As decoded, in hertz (Opus is always 48,000). */
  readonly sampleRate: number;
  /** How many channels the file has; their mean is what is heard. */
  readonly channels: number;
  /** Largest magnitude of the mono samples; 1 is full scale. */
  readonly peak: number;
  /** Root mean square of the mono samples; {@link decibels} gives dBFS. */
  readonly rms: number;
  /** SHA-256 of the mono samples as 32-bit floats: equal for identical audio, whatever the file's bytes. */
  readonly pcmHash: string;
  /** Whether the peak is below {@link SILENCE_PEAK}. */
  readonly silent: boolean;
}

/** dBFS of a linear level: 20·log10; −Infinity for 0. */
export function decibels(level: number): number {
  return 20 * Math.log10(level);
}

/** Measures decoded audio. */
export function factsOf({ samples, sampleRate, channels }: DecodedAudio): RecordingFacts {
  const { peak, energy } = levelsOf(samples);
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  return {
    seconds: samples.length / sampleRate,
    sampleRate,
    channels,
    peak,
    rms: Math.sqrt(energy / samples.length),
    pcmHash: hexDigest(bytes),
    silent: peak < SILENCE_PEAK,
  };
}

/** The cached facts of the file with this SHA-256. */
export function readFacts(cache: FeatureCache, hash: string): RecordingFacts | undefined {
  const payload = cache.read(hash, FACTS_KIND);
  return payload && (JSON.parse(new TextDecoder().decode(payload)) as RecordingFacts);
}

/** Caches facts; returns the bytes written. */
export function writeFacts(cache: FeatureCache, hash: string, facts: RecordingFacts): number {
  return cache.write(hash, FACTS_KIND, new TextEncoder().encode(JSON.stringify(facts)));
}

/** Where features stand in the cache. */
export interface FeatureKey {
  /** 64 hexadecimal digits. */
  readonly hash: string;
  readonly kind: string;
}

/**
 * The key of an augmented copy's features: made of the file's content, the feature set and the text of the augmentation,
 * its seed included. All of them share one kind a feature set; a kind for each copy would be a folder for each.
 */
export function augmentedKey(hash: string, featureSetId: string, augmentation: string): FeatureKey {
  const whole = hexDigest(`${hash}\n${augmentation}`);
  return { hash: whole, kind: `${featureSetId}+augmented` };
}

/**
 * The cached features of the file with this SHA-256, the kind being their feature set, or of an {@link augmentedKey}.
 *
 * @returns real frames × columns
 */
export function readFeatures(cache: FeatureCache, hash: string, kind: string): Matrix | undefined {
  const payload = cache.read(hash, kind);
  if (!payload || payload.length < 8) return undefined;
  const [rows, columns] = new Uint32Array(payload.buffer, 0, 2);
  const values = payload.buffer.slice(8);
  return values.byteLength === rows! * columns! * 4 ? new Matrix(rows!, columns!, new Float32Array(values)) : undefined;
}

/** Caches features as rows, columns (32-bit unsigned) and the values row by row, little-endian; returns the bytes written. */
export function writeFeatures(cache: FeatureCache, hash: string, kind: string, features: Matrix): number {
  const payload = new Uint8Array(8 + features.data.byteLength);
  new Uint32Array(payload.buffer, 0, 2).set([features.rows, features.columns]);
  new Float32Array(payload.buffer, 8).set(features.data);
  return cache.write(hash, kind, payload);
}
