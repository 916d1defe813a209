import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { resample, type Waveform } from "../src/audio/index.ts";
import { floatsOf } from "../src/bytes.ts";
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
import { librosa54Frames } from "../src/features/librosa54-loops.ts";
import type { Matrix } from "../src/matrix.ts";
import { Random } from "../src/random.ts";
import { DATA_FOLDER } from "../test/data.ts";
import { type FeaturePeer, featurePeers } from "./feature-peers.ts";
import { type BenchCase, timed } from "./harness.ts";
import { Python } from "./python.ts";

const SECONDS = 6.97;
const SAMPLE_RATE = 22_050;
/** Of the recording that is resampled: what RAVDESS has. */
const WIDE_RATE = 48_000;
const WIDE_SECONDS = 3.7;

/** Real speech, repeated to 6.97 s, where there is some beside the checkout; else noise that swells and fades. */
async function clip(): Promise<Waveform> {
  const file = `${DATA_FOLDER}/savee/KL/sa01.opus`;
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

/** Noise that swells and fades, up to half of its sampling rate. */
function wideClip(): Float32Array {
  const random = new Random(2, "bench");
  const length = Math.round(WIDE_SECONDS * WIDE_RATE);
  return Float32Array.from({ length }, (_, i) => 0.1 * random.normal() * Math.sin(i / 9000) ** 2);
}

/** Clips come as files of float32, the same samples on both sides; librosa's values go back as one. */
const SCRIPT = `
import os, numpy, librosa, soxr
y = numpy.fromfile(os.environ["SER_CLIP"], dtype="<f4")
wide = numpy.fromfile(os.environ["SER_WIDE"], dtype="<f4")
sr = ${SAMPLE_RATE}
def mfcc(): return librosa.feature.mfcc(y=y, sr=sr, n_mfcc=40)
def zcr(): return librosa.feature.zero_crossing_rate(y)
def chroma(**options): return librosa.feature.chroma_stft(y=y, sr=sr, **options)
def rms(): return librosa.feature.rms(y=y)
def features(**options): return numpy.vstack([mfcc(), zcr(), chroma(**options), rms()]).T
def resample(): return librosa.resample(wide, orig_sr=${WIDE_RATE}, target_sr=sr)
numpy.ascontiguousarray(features(), dtype="<f4").tofile(os.environ["SER_CLIP"] + ".features")
resample().astype("<f4").tofile(os.environ["SER_CLIP"] + ".resampled")
serve("librosa " + librosa.__version__, {
    "librosa54": features,
    "librosa54, tuning 0": lambda: features(tuning=0.0),
    "mfcc": mfcc,
    "chroma": chroma,
    "chroma, tuning 0": lambda: chroma(tuning=0.0),
    "zcr": zcr,
    "rms": rms,
    "resample": resample,
})
`;

/** Columns of librosa54 that are one quantity. */
const QUANTITIES = { mfcc: [0, 40], zcr: [40, 41], chroma: [41, 53], rms: [53, 54] } as const;

/** `largest difference, of values up to`, over corresponding numbers. */
function difference(pairs: Iterable<readonly [ours: number, theirs: number]>): string {
  let worst = 0;
  let scale = 0;
  for (const [ours, theirs] of pairs) {
    worst = Math.max(worst, Math.abs(ours - theirs));
    scale = Math.max(scale, Math.abs(theirs));
  }
  return `${worst.toPrecision(2)} of ${scale.toPrecision(3)}`;
}

function* againstLibrosa(ours: Matrix, theirs: Float32Array, from: number, to: number): Generator<[number, number]> {
  for (let i = 0; i < ours.data.length; i++) {
    const column = i % ours.columns;
    if (column >= from && column < to) yield [ours.data[i]!, theirs[i]!];
  }
}

/** Values first: what the same clip gives here and there. Meyda and essentia.js have definitions of their own. */
function showValues(
  ours: Matrix,
  librosa: Float32Array | null,
  peers: readonly FeaturePeer[],
  samples: Float32Array,
): void {
  console.error("largest difference from ours, of values up to:");
  for (const [name, [from, to]] of Object.entries(QUANTITIES)) {
    if (librosa) console.error(`  librosa ${name}: ${difference(againstLibrosa(ours, librosa, from, to))}`);
  }
  for (const peer of peers) {
    const theirs = peer.all(samples);
    // Whole frames only: their frame t is our frame t + 2, whose middle is 1,024 samples after its start.
    const column = (c: number, values: readonly number[]): string =>
      difference(values.map((value, t) => [ours.data[(t + 2) * ours.columns + c]!, value] as const));
    const columns = (first: number, values: readonly ArrayLike<number>[]): string =>
      difference(
        values.flatMap((frame, t) =>
          Array.from(frame, (value, i) => [ours.data[(t + 2) * ours.columns + first + i]!, value] as const),
        ),
      );
    console.error(`  ${peer.name} rms: ${column(53, theirs.rms)}`);
    const rates = theirs.crossings.map((count) => count / 2048);
    console.error(`  ${peer.name} zcr: ${column(40, rates)}`);
    console.error(`  ${peer.name} mfcc (own definition): ${columns(0, theirs.mfcc)}`);
    console.error(`  ${peer.name} chroma (own definition): ${columns(41, theirs.chroma)}`);
  }
}

/** `librosa54@1` and its parts on one clip, one thread on either side; and resampling. */
export async function cases(): Promise<BenchCase[]> {
  const waveform = await clip();
  const { samples } = waveform;
  const wide = wideClip();
  const spectrogram = (): Spectrogram => powerSpectrogram(waveform);
  const scratch = mkdtempSync(`${tmpdir()}/ser-bench-`);
  const file = `${scratch}/clip`;
  writeFileSync(file, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
  writeFileSync(`${file}.wide`, new Uint8Array(wide.buffer, wide.byteOffset, wide.byteLength));
  const python = await Python.start(SCRIPT, { env: { SER_CLIP: file, SER_WIDE: `${file}.wide` } });
  const librosa = typeof python === "string" ? null : floatsOf(readFileSync(`${file}.features`));
  const resampled = typeof python === "string" ? null : floatsOf(readFileSync(`${file}.resampled`));
  rmSync(scratch, { recursive: true });

  const set = featureSet("librosa54@1");
  const others = featurePeers(SAMPLE_RATE);
  const present = others.flatMap(({ peer }) => (typeof peer === "string" ? [] : [peer]));
  showValues(set.extract(waveform), librosa, present, samples);
  const toNarrow = (): Waveform => resample({ samples: wide, sampleRate: WIDE_RATE }, SAMPLE_RATE);
  if (resampled) {
    const pairs = Array.from(toNarrow().samples, (ours, i) => [ours, resampled[i]!] as const);
    console.error(`  soxr_hq resampled noise (other taps in the transition band): ${difference(pairs)}`);
  }

  const ours: Record<string, () => unknown> = {
    librosa54: () => set.extract(waveform),
    "librosa54, tuning 0": () => librosa54Frames(samples, 0),
    mfcc: () => mfcc(spectrogram(), { nMfcc: 40 }),
    chroma: () => chromaStft(spectrogram()),
    "chroma, tuning 0": () => chromaStft(spectrogram(), { tuning: 0 }),
    zcr: () => zeroCrossingRate(waveform),
    rms: () => rms(waveform),
    resample: toNarrow,
  };
  const rows: BenchCase[] = Object.entries(ours).map(([name, work]) => ({
    name: name === "resample" ? `resample ${WIDE_SECONDS} s, 48 to 22.05 kHz` : `${name} of ${SECONDS} s`,
    ours: timed("speech-emotion", work),
    peer: typeof python === "string" ? python : python.runner(name),
    rounds: 25,
  }));
  for (const { name, peer } of others) {
    for (const work of ["librosa54", "mfcc"] as const) {
      rows.push({
        name: `${work === "mfcc" ? "mfcc" : "54 features"} of ${SECONDS} s, beside ${name}`,
        ours: timed("speech-emotion", ours[work]!),
        peer:
          typeof peer === "string"
            ? peer
            : timed(peer.name, () => (work === "mfcc" ? peer.mfcc(samples) : peer.all(samples))),
        rounds: 5,
      });
    }
  }
  return rows;
}
