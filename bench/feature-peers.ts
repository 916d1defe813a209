import { createRequire } from "node:module";

/** Where Meyda and essentia.js are, which are no dependencies: `npm install --prefix /opt/peers meyda essentia.js`. */
const FOLDER = process.env["SER_PEERS"] ?? "/opt/peers";
const N_FFT = 2048;
const HOP_LENGTH = 512;
const N_MELS = 128;
const N_MFCC = 40;

/** A library's own features of whole frames only (none of them pads), one array a frame; in its own units and definitions. */
export interface PeerFeatures {
  readonly mfcc: readonly ArrayLike<number>[];
  readonly chroma: readonly ArrayLike<number>[];
  /** Crossings a frame. */
  readonly crossings: readonly number[];
  readonly rms: readonly number[];
}

/** One library's way to the 54 columns, and to the MFCC alone. */
export interface FeaturePeer {
  readonly name: string;
  all(samples: Float32Array): PeerFeatures;
  mfcc(samples: Float32Array): readonly ArrayLike<number>[];
}

function framesOf(samples: Float32Array): Float32Array[] {
  const count = 1 + Math.floor((samples.length - N_FFT) / HOP_LENGTH);
  return Array.from({ length: count }, (_, t) => samples.subarray(t * HOP_LENGTH, t * HOP_LENGTH + N_FFT));
}

interface Meyda {
  bufferSize: number;
  sampleRate: number;
  melBands: number;
  numberOfMFCCCoefficients: number;
  extract(names: readonly string[], frame: Float32Array): MeydaFrame;
}

interface MeydaFrame {
  readonly mfcc: number[];
  readonly chroma: number[];
  readonly zcr: number;
  readonly rms: number;
}

function meyda(load: NodeJS.Require, sampleRate: number): FeaturePeer {
  const loaded = load("meyda") as Meyda & { readonly default?: Meyda };
  const library = loaded.default ?? loaded;
  library.bufferSize = N_FFT;
  library.sampleRate = sampleRate;
  library.melBands = N_MELS;
  library.numberOfMFCCCoefficients = N_MFCC;
  const { version } = load("meyda/package.json") as { readonly version: string };
  return {
    name: `Meyda ${version}`,
    all(samples) {
      const each = framesOf(samples).map((frame) => library.extract(["mfcc", "chroma", "zcr", "rms"], frame));
      return {
        mfcc: each.map((frame) => frame.mfcc),
        chroma: each.map((frame) => frame.chroma),
        crossings: each.map((frame) => frame.zcr),
        rms: each.map((frame) => frame.rms),
      };
    },
    mfcc: (samples) => framesOf(samples).map((frame) => library.extract(["mfcc"], frame).mfcc),
  };
}

/** A vector in essentia's WebAssembly memory, to be freed by hand. */
interface EssentiaVector {
  delete(): void;
}

interface Essentia {
  readonly version: string;
  arrayToVector(array: Float32Array): EssentiaVector;
  vectorToArray(vector: EssentiaVector): Float32Array;
  Windowing(frame: EssentiaVector, normalized: boolean, size: number, type: string): { frame: EssentiaVector };
  Spectrum(frame: EssentiaVector, size: number): { spectrum: EssentiaVector };
  MFCC(
    spectrum: EssentiaVector,
    ...options: readonly (number | string)[]
  ): { bands: EssentiaVector; mfcc: EssentiaVector };
  SpectralPeaks(spectrum: EssentiaVector): { frequencies: EssentiaVector; magnitudes: EssentiaVector };
  HPCP(frequencies: EssentiaVector, magnitudes: EssentiaVector): { hpcp: EssentiaVector };
  ZeroCrossingRate(frame: EssentiaVector): { zeroCrossingRate: number };
  RMS(frame: EssentiaVector): { rms: number };
}

function essentia(load: NodeJS.Require, sampleRate: number): FeaturePeer {
  const loaded = load("essentia.js") as { Essentia: new (wasm: unknown) => Essentia; EssentiaWASM: unknown };
  const library = new loaded.Essentia(loaded.EssentiaWASM);
  const { version } = load("essentia.js/package.json") as { readonly version: string };
  // MFCC's parameters in their order: librosa's bands, area and scale as near as they come.
  const mfccOptions = [2, sampleRate / 2, N_FFT / 2 + 1, 0, "dbpow", 0, "unit_tri", N_MELS, N_MFCC, sampleRate, 1e-10];
  const scales = ["power", "slaneyMel", "linear"];
  const frameFeatures = (samples: Float32Array, chroma: boolean): PeerFeatures => {
    const out = {
      mfcc: [] as Float32Array[],
      chroma: [] as Float32Array[],
      crossings: [] as number[],
      rms: [] as number[],
    };
    for (const samplesOfFrame of framesOf(samples)) {
      const frame = library.arrayToVector(samplesOfFrame);
      const windowed = library.Windowing(frame, false, N_FFT, "hann").frame;
      const { spectrum } = library.Spectrum(windowed, N_FFT);
      const { bands, mfcc } = library.MFCC(spectrum, ...mfccOptions, ...scales);
      out.mfcc.push(library.vectorToArray(mfcc));
      if (chroma) {
        const { frequencies, magnitudes } = library.SpectralPeaks(spectrum);
        const { hpcp } = library.HPCP(frequencies, magnitudes);
        out.chroma.push(library.vectorToArray(hpcp));
        out.crossings.push(library.ZeroCrossingRate(frame).zeroCrossingRate * N_FFT);
        out.rms.push(library.RMS(frame).rms);
        for (const vector of [frequencies, magnitudes, hpcp]) vector.delete();
      }
      for (const vector of [frame, windowed, spectrum, bands, mfcc]) vector.delete();
    }
    return out;
  };
  return {
    name: `essentia.js ${version}`,
    all: (samples) => frameFeatures(samples, true),
    mfcc: (samples) => frameFeatures(samples, false).mfcc,
  };
}

/** Each library, or a text that says why it cannot run here. */
export function featurePeers(
  sampleRate: number,
): readonly { readonly name: string; readonly peer: FeaturePeer | string }[] {
  const load = createRequire(`${FOLDER}/package.json`);
  return Object.entries({ Meyda: meyda, "essentia.js": essentia }).map(([name, start]) => {
    try {
      return { name, peer: start(load, sampleRate) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
      return { name, peer: `no ${name} in ${FOLDER} (npm install --prefix ${FOLDER} meyda essentia.js)` };
    }
  });
}
