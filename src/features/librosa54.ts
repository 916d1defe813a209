import { resample, type Waveform } from "../audio/index.ts";
import { ParameterError } from "../errors.ts";
import type { Matrix } from "../matrix.ts";
import type { FeatureColumn, FeatureSet } from "./feature-set.ts";
import { HOP_LENGTH, librosa54Frames, N_MFCC, SAMPLE_RATE } from "./librosa54-loops.ts";

const PITCH_CLASSES = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];

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
  incremental: {
    reason: "its decibels are clamped to 80 below the clip's loudest, and its chroma filters follow the clip's tuning",
  },
  extract(input: Waveform): Matrix {
    const waveform = resample(input, SAMPLE_RATE);
    if (waveform.samples.length === 0) {
      throw new ParameterError("librosa54: the waveform has no samples, at least 1 is needed");
    }
    return librosa54Frames(waveform.samples, null);
  },
};
