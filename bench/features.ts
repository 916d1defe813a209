import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { resample, type Waveform } from "../src/audio/index.ts";
import { readAudio } from "../src/audio/read-audio.node.ts";
import {
  chromaStft,
  featureSet,
  mfcc,
  powerSpectrogram,
  rms,
  type Spectrogram,
  zeroCrossingRate,
} from "../src/features/index.ts";
import { Random } from "../src/random.ts";
import { type BenchCase, timed } from "./harness.ts";
import { Python } from "./python.ts";

const SECONDS = 6.97;
const SAMPLE_RATE = 22_050;

/** Real speech, repeated to 6.97 s, where there is some beside the checkout; else noise that swells and fades. */
async function clip(): Promise<Waveform> {
  const folder = process.env["SER_DATA"] ?? fileURLToPath(new URL("../../shared/data", import.meta.url));
  const file = `${folder}/savee/KL/sa01.opus`;
  const samples = new Float32Array(Math.round(SECONDS * SAMPLE_RATE));
  if (existsSync(file)) {
    const speech = resample(await readAudio(file), SAMPLE_RATE).samples;
    for (let i = 0; i < samples.length; i++) samples[i] = speech[i % speech.length]!;
  } else {
    const random = new Random(1, "bench");
    for (let i = 0; i < samples.length; i++) samples[i] = 0.1 * random.normal() * Math.sin(i / 5000) ** 2;
  }
  return { samples, sampleRate: SAMPLE_RATE };
}

/** The clip comes as a file of float32: the same samples on both sides. */
const SCRIPT = `
import os, numpy, librosa
y = numpy.fromfile(os.environ["SER_CLIP"], dtype="<f4")
sr = ${SAMPLE_RATE}
def mfcc(): return librosa.feature.mfcc(y=y, sr=sr, n_mfcc=40)
def zcr(): return librosa.feature.zero_crossing_rate(y)
def chroma(**options): return librosa.feature.chroma_stft(y=y, sr=sr, **options)
def rms(): return librosa.feature.rms(y=y)
def features(): return numpy.vstack([mfcc(), zcr(), chroma(), rms()]).T
assert features().shape[1] == 54
serve("librosa " + librosa.__version__, {
    "librosa54": features,
    "mfcc": mfcc,
    "chroma": chroma,
    "chroma, tuning 0": lambda: chroma(tuning=0.0),
    "zcr": zcr,
    "rms": rms,
})
`;

/** `librosa54@1` and its parts on one clip, one thread on either side. */
export async function cases(): Promise<BenchCase[]> {
  const waveform = await clip();
  const { samples } = waveform;
  const spectrogram = (): Spectrogram => powerSpectrogram(waveform);
  const scratch = mkdtempSync(`${tmpdir()}/ser-bench-`);
  const file = `${scratch}/clip`;
  writeFileSync(file, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  const python = await Python.start(SCRIPT, { env: { SER_CLIP: file } });
  rmSync(scratch, { recursive: true });
  const set = featureSet("librosa54@1");
  const ours: Record<string, () => unknown> = {
    librosa54: () => set.extract(waveform),
    mfcc: () => mfcc(spectrogram(), { nMfcc: 40 }),
    chroma: () => chromaStft(spectrogram()),
    "chroma, tuning 0": () => chromaStft(spectrogram(), { tuning: 0 }),
    zcr: () => zeroCrossingRate(waveform),
    rms: () => rms(waveform),
  };
  return Object.entries(ours).map(([name, work]) => ({
    name: `${name} of ${SECONDS} s`,
    ours: timed("speech-emotion", work),
    peer: typeof python === "string" ? python : python.runner(name),
    rounds: 25,
  }));
}
