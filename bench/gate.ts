/**
 * Our speech gate and Silero VAD v5 (as @ricky0123/vad-web ships it) on the same sounds, `npx tsx bench/gate.ts [recordings a
 * corpus]`: real recordings clean and with white noise, and sounds that are no speech. The peer is no dependency:
 * `npm i --prefix /opt/peers @ricky0123/vad-web` (or set SER_PEERS).
 */
import { readFileSync } from "node:fs";
import { resample, type Waveform } from "../src/audio/index.ts";
import { readAudio } from "../src/audio/read-audio.node.ts";
import { addNoise } from "../src/augment/index.ts";
import { applyExclusions, scanCorpora } from "../src/corpora/index.ts";
import { detectSpeech } from "../src/gate/index.ts";
import { Random } from "../src/random.ts";
import { floats, Session, type TensorLike } from "../src/runtime/index.ts";
import { nonSpeech } from "../test/gate/sounds.ts";
import { corpora } from "./bar.ts";

const peers = process.env["SER_PEERS"] ?? "/opt/peers";
const RATE = 16_000;
const FRAME = 512;
const CONTEXT = 64;

/** Silero's rule of use: speech where three frames in a row (96 ms) have a probability of at least 0.5. */
async function silero(): Promise<(waveform: Waveform) => Promise<boolean>> {
  const session = await Session.create(
    readFileSync(`${peers}/node_modules/@ricky0123/vad-web/dist/silero_vad_v5.onnx`),
    { threads: 1 },
  );
  const sr: TensorLike = { type: "int64", data: BigInt64Array.of(BigInt(RATE)), shape: [] };
  return async ({ samples }) => {
    let state = new Float32Array(2 * 128);
    let run = 0;
    for (let at = 0; at + FRAME <= samples.length; at += FRAME) {
      // Each frame comes with the 64 samples before it.
      const input = new Float32Array(CONTEXT + FRAME);
      input.set(samples.subarray(Math.max(0, at - CONTEXT), at + FRAME), Math.max(0, CONTEXT - at));
      const outputs = await session.run({
        input: floats(input, [1, input.length]),
        state: floats(state, [2, 1, 128]),
        sr,
      });
      state = outputs["stateN"]!.data as Float32Array<ArrayBuffer>;
      run = (outputs["output"]!.data[0] as number) >= 0.5 ? run + 1 : 0;
      if (run === 3) return true;
    }
    return false;
  };
}

const perCorpus = Number(process.argv[2] ?? 100);
const isSpeech = await silero();
const { kept } = applyExclusions((await scanCorpora(corpora)).utterances);
const conditions: Record<string, number | undefined> = { clean: undefined, "SNR 10 dB": 10, "SNR 5 dB": 5 };
const rows: string[] = [];
for (const [name, snr] of Object.entries(conditions)) {
  const count = { all: 0, ours: 0, silero: 0 };
  for (const corpus of ["ravdess", "crema-d", "tess", "savee"]) {
    const own = new Random(2, "gate", corpus).shuffle(kept.filter((u) => u.corpus === corpus)).slice(0, perCorpus);
    for (const [i, { path }] of own.entries()) {
      const clip = resample(await readAudio(path), RATE);
      const waveform = snr === undefined ? clip : addNoise(clip, { snr }, new Random(i, "noise"));
      count.all++;
      if (detectSpeech(waveform).speech) count.ours++;
      if (await isSpeech(waveform)) count.silero++;
    }
  }
  const share = (n: number): string => `${((100 * n) / count.all).toFixed(1)} %`;
  rows.push(`| speech found, ${name} (${count.all} recordings) | ${share(count.ours)} | ${share(count.silero)} |`);
}
for (const [kind, { samples }] of Object.entries(nonSpeech(RATE, 60, 0.3, 7))) {
  const windows = Array.from({ length: 20 }, (_, w) => ({
    samples: samples.subarray(w * 3 * RATE, (w + 1) * 3 * RATE),
    sampleRate: RATE,
  }));
  let refused = 0;
  for (const window of windows) if (!(await isSpeech(window))) refused++;
  const ours = windows.filter((window) => !detectSpeech(window).speech).length;
  rows.push(`| ${kind} refused (20 windows of 3 s) | ${5 * ours} % | ${5 * refused} % |`);
}
console.log(`| | ours | Silero VAD v5 |\n| --- | --- | --- |\n${rows.join("\n")}`);
