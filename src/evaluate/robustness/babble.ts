import { resample, type Waveform } from "../../audio/index.ts";
import { readAudio } from "../../audio/read-audio.node.ts";
import type { Utterance } from "../../corpora/index.ts";
import { InputError, SpeechEmotionError } from "../../errors.ts";
import { detectSpeech } from "../../gate/index.ts";
import { groupBy } from "../../grouping.ts";
import { Random } from "../../random.ts";

/** Voices that speak at once. */
const VOICES = 8;
/** Recordings that one voice says one after the other. */
const TURNS = 3;

/**
 * The recordings that a babble is made of: at most 24, as many speakers as there are, by a hash of their ids – the same for the
 * same recordings in any order.
 */
export function babbleVoices(recordings: readonly Utterance[]): readonly Utterance[] {
  const order = (id: string): number => new Random(0, "babble", id).uint32();
  const hashed = recordings.toSorted((a, b) => order(a.id) - order(b.id));
  const turns = [...groupBy(hashed, ({ speaker }) => speaker).values()];
  const ranked = turns.flatMap((own) => own.map((utterance, rank) => ({ utterance, rank })));
  const chosen = ranked.toSorted((a, b) => a.rank - b.rank).slice(0, VOICES * TURNS);
  return chosen.map(({ utterance }) => utterance);
}

/**
 * People talking in the background: the recordings without their pauses at either end, each at the same RMS, dealt out to
 * eight voices that speak at once. As long as the shortest of them.
 *
 * @param paths of recordings; those that cannot be read are passed over
 * @throws InputError `corpus_empty` when none can be read
 */
export async function babble(paths: readonly string[], sampleRate: number): Promise<Waveform> {
  const voices: Float32Array[][] = [];
  let spoken = 0;
  for (const path of paths) {
    const speech = await readSpeech(path, sampleRate);
    if (speech === null) continue;
    (voices[spoken % VOICES] ??= []).push(speech);
    spoken++;
  }
  if (spoken === 0)
    throw new InputError("corpus_empty", "babble: none of its recordings holds speech that can be read");
  const length = Math.min(...voices.map((turns) => turns.reduce((sum, { length: n }) => sum + n, 0)));
  const samples = new Float32Array(length);
  for (const turns of voices) {
    let at = 0;
    for (const turn of turns) for (const x of turn) if (at < length) samples[at++]! += x;
  }
  return { samples, sampleRate };
}

/** What is said in a recording, at an RMS of 1; null for one that is silent or that cannot be read. */
async function readSpeech(path: string, sampleRate: number): Promise<Float32Array | null> {
  try {
    const waveform = resample(await readAudio(path), sampleRate);
    const { speech, start, end } = detectSpeech(waveform);
    if (!speech) return null;
    const samples = waveform.samples.slice(Math.floor(start * sampleRate), Math.ceil(end * sampleRate));
    const rms = Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
    return samples.map((x) => x / rms);
  } catch (error) {
    // The evaluation itself names it: it is one of its recordings.
    if (error instanceof SpeechEmotionError) return null;
    throw error;
  }
}
