/**
 * Our speech gate and Silero VAD v5 (as @ricky0123/vad-web ships it) on the same sounds, `npx tsx bench/gate.ts [recordings a
 * corpus]`: real recordings clean and with white noise, and sounds that are no speech. The peer is no dependency:
 * `npm i --prefix /opt/peers @ricky0123/vad-web` (or set SER_PEERS).
 */
import { resample, type Waveform } from "../src/audio/index.ts";
import { readAudio } from "../src/audio/read-audio.node.ts";
import { addNoise } from "../src/augment/index.ts";
import { applyExclusions, scanCorpora } from "../src/corpora/index.ts";
import { detectSpeech } from "../src/gate/index.ts";
import { Random } from "../src/random.ts";
import { nonSpeech } from "../test/gate/sounds.ts";
import { corpora } from "./bar.ts";
import { openSilero, sileroBorders, SILERO_RATE as RATE } from "./silero.ts";

const perCorpus = Number(process.argv[2] ?? 100);
const probabilities = await openSilero();
const isSpeech = async (waveform: Waveform): Promise<boolean> => sileroBorders(await probabilities(waveform)) !== null;
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
