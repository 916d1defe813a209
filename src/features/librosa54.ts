import { resample, type Waveform } from "../audio/index.ts";
import { Matrix } from "../matrix.ts";
import { chromaFrames } from "./chroma.ts";
import type { FeatureColumn, FeatureSet } from "./feature-set.ts";
import { melFrames } from "./mel.ts";
import { cepstrumFrames } from "./mfcc.ts";
import { rms } from "./rms.ts";
import { PowerSpectra, type Spectrogram } from "./stft.ts";
import { spectralPeaks, tuningOfPeaks, type Pitches } from "./tuning.ts";
import { zeroCrossingRate } from "./zero-crossing-rate.ts";

const SAMPLE_RATE = 22050;
const N_FFT = 2048;
const HOP_LENGTH = 512;
const N_MELS = 128;
const N_MFCC = 40;
/** Frames whose spectra are held at a time: 95 seconds, 17 MB. */
const SEGMENT_FRAMES = 4096;
const PITCH_CLASSES = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];

const ZCR_COLUMN = N_MFCC;
const CHROMA_COLUMN = ZCR_COLUMN + 1;
const RMS_COLUMN = CHROMA_COLUMN + PITCH_CLASSES.length;

const columns: readonly FeatureColumn[] = [
  ...Array.from({ length: N_MFCC }, (_, i) => ({
    name: `mfcc_${i}`,
    unit: "dB",
    description:
      i === 0
        ? "mel-frequency cepstral coefficient 0: overall level, √128 times the mean of the mel bands"
        : `mel-frequency cepstral coefficient ${i} of 128 mel bands, 0 to 11,025 Hz`,
  })),
  { name: "zcr", unit: "1", description: "part of the frame's samples where the sign changes, 0 to 1" },
  ...PITCH_CLASSES.map((pitch, i) => ({
    name: `chroma_${i}`,
    unit: "1",
    description: `energy of pitch class ${pitch} relative to the frame's strongest, 0 to 1`,
  })),
  { name: "rms", unit: "1", description: "root mean square of the frame's samples; full scale is 1" },
];

/**
 * The original system's 54 columns: MFCC 40, zero-crossing rate, chroma 12, RMS, each with librosa 0.11's defaults, at
 * 22,050 Hz with frames of 2048 samples every 512.
 */
export const librosa54: FeatureSet = {
  id: "librosa54@1",
  sampleRate: SAMPLE_RATE,
  hopLength: HOP_LENGTH,
  columns,
  extract(input: Waveform): Matrix {
    const waveform = resample(input, SAMPLE_RATE);
    const spectra = new PowerSpectra(waveform, { nFft: N_FFT, hopLength: HOP_LENGTH });
    const { frames } = spectra;
    const out = new Matrix(frames, columns.length);
    const mel = new Matrix(frames, N_MELS);
    const peaks: Pitches[] = [];
    let segment: Spectrogram | undefined;
    for (let first = 0; first < frames; first += SEGMENT_FRAMES) {
      segment = spectra.segment(first, Math.min(SEGMENT_FRAMES, frames - first));
      melFrames(segment, {}, mel, first);
      peaks.push(spectralPeaks(segment));
    }
    cepstrumFrames(mel, { nMfcc: N_MFCC }, out, 0);
    // Chroma's filters need the tuning of the whole clip: a second walk, over spectra that only a long clip makes anew.
    const tuning = tuningOfPeaks(peaks, 0.01, PITCH_CLASSES.length);
    for (let first = 0; first < frames; first += SEGMENT_FRAMES) {
      if (frames > SEGMENT_FRAMES) segment = spectra.segment(first, Math.min(SEGMENT_FRAMES, frames - first));
      chromaFrames(segment!, { tuning }, out, first, CHROMA_COLUMN);
    }
    const crossings = zeroCrossingRate(waveform, { frameLength: N_FFT, hopLength: HOP_LENGTH }).data;
    const levels = rms(waveform, { frameLength: N_FFT, hopLength: HOP_LENGTH }).data;
    for (let t = 0; t < frames; t++) {
      out.data[t * out.columns + ZCR_COLUMN] = crossings[t]!;
      out.data[t * out.columns + RMS_COLUMN] = levels[t]!;
    }
    return out;
  },
};
