import { StreamResampler, type Waveform } from "../audio/index.ts";
import { ParameterError } from "../errors.ts";
import { Matrix } from "../matrix.ts";
import type { FeatureColumn, FeatureSet } from "./feature-set.ts";
import { FrameStream } from "./frame-stream.ts";
import { logmel72Frames, voicedPart } from "./logmel72-frames.ts";
import * as raw from "./logmel72-numbers.ts";
import { hzToMel, melToHz } from "./mel.ts";

const {
  N_MELS,
  RAW_COLUMNS,
  SAMPLE_RATE,
  HOP_LENGTH,
  ACTIVE_RANGE,
  ACTIVE_RAMP,
  REFERENCE_MIN,
  BAND_RANGE,
  LEVEL_RANGE,
} = raw;

/** Columns of the normalised matrix after the bands. Powers are in bel (10 dB): all columns then have the same magnitude, 0 to 10. */
const LEVEL = N_MELS;
const F0_RELATIVE = N_MELS + 1;
const F0 = N_MELS + 2;
const VOICING = N_MELS + 3;
const ZCR = N_MELS + 4;
const CENTROID = N_MELS + 5;
const BANDWIDTH = N_MELS + 6;
const TILT = N_MELS + 7;
const COLUMNS = N_MELS + 8;

const range = `${raw.F_MIN} to ${raw.F_MAX.toLocaleString("en")} Hz`;

const rawColumns: readonly FeatureColumn[] = [
  ...Array.from({ length: N_MELS }, (_, m) => ({
    name: `logmel_${m}`,
    unit: "B",
    description: `power in mel band ${m} of ${N_MELS} from ${range}, re full scale; at least the frame's level less 10`,
  })),
  { name: "level", unit: "B", description: `level of the frame from ${range}, re full scale; at least -15` },
  {
    name: "f0",
    unit: "octave",
    description: `F0 above ${raw.PITCH_ZERO} Hz, times how far the frame counts as voiced; 0 without a voice`,
  },
  { name: "voicing", unit: "1", description: "how periodic the frame is: 0 noise or silence, 1 repeats exactly" },
  { name: "zcr", unit: "1", description: "part of the frame's samples where the sign changes, 0 to 1" },
  {
    name: "centroid",
    unit: "octave",
    description: `centre of the frame's power spectrum, above ${raw.SPECTRUM_ZERO} Hz`,
  },
  {
    name: "bandwidth",
    unit: "octave",
    description: `deviation of the frame's power spectrum around its centroid, above ${raw.SPECTRUM_ZERO} Hz`,
  },
  { name: "tilt", unit: "B", description: `power above ${raw.TILT_CORNER} Hz re power below; -6 to 6` },
];

const described = (name: string): FeatureColumn => rawColumns.find((column) => column.name === name)!;
const gated = (name: string): FeatureColumn => ({
  ...described(name),
  description: `${described(name).description}; falls to 0 in frames that are not active`,
});

const columns: readonly FeatureColumn[] = [
  ...Array.from({ length: N_MELS }, (_, m) => ({
    name: `logmel_${m}`,
    unit: "B",
    description: `power in mel band ${m} of ${N_MELS} from ${range}, re the window's active level; at least -${BAND_RANGE}`,
  })),
  {
    name: "level",
    unit: "B",
    description: `level of the frame, re the window's active level; at least -${LEVEL_RANGE}`,
  },
  {
    name: "f0_relative",
    unit: "octave",
    description: "F0 above the mean of the window's voiced frames, times how far the frame counts as voiced",
  },
  gated("f0"),
  gated("voicing"),
  gated("zcr"),
  gated("centroid"),
  gated("bandwidth"),
  gated("tilt"),
];

const clip = (x: number): number => Math.min(1, Math.max(0, x));

/**
 * How far each frame counts as active, 0 … 1: fully within 3.5 bel of the window's loudest frame, not at all below 4.5, in
 * between on a ramp, so that no last bit decides. The weights that {@link normalizeWindow} takes unless told others.
 *
 * @param frames raw frames, shape (frames, 71)
 * @returns shape (frames)
 */
export function activeFrames(frames: Matrix): Float32Array {
  const weights = new Float32Array(frames.rows);
  let loudest = -Infinity;
  for (let t = 0; t < frames.rows; t++) loudest = Math.max(loudest, frames.data[t * frames.columns + raw.LEVEL]!);
  for (let t = 0; t < frames.rows; t++) {
    const below = loudest - frames.data[t * frames.columns + raw.LEVEL]!;
    weights[t] = clip((ACTIVE_RANGE + ACTIVE_RAMP - below) / ACTIVE_RAMP);
  }
  return weights;
}

/**
 * The second stage of `logmel72`: takes level and voice of the speaker out of a window. A pure function of the window's
 * frames, of operators that ONNX has (sums, maximum, clip, logarithm; no sorting). With weights w and raw columns:
 *
 *     L       = max(log₁₀(Σ w·10^level / Σ w), -8)               RMS of the active frames, in bel
 *     g       = clip((voicing - 0.5) / 0.3, 0, 1)                  how far a frame counts as voiced
 *     mean F0 = Σ w·f0 / Σ w·g                                     raw f0 carries its g already; the logarithm's mean
 *     logmel  = max(logmel - L, -7),  level = max(level - L, -5)
 *     f0_relative = w·(f0 - g·mean F0),  and w times each of f0, voicing, zcr, centroid, bandwidth, tilt
 *
 * The mean of the logarithm stands for the median, which would need sorting. Multiplying the waveform by a factor changes
 * nothing as long as its active level stays above -8 bel (-80 dB) re full scale.
 *
 * @param frames raw frames, shape (frames, 71)
 * @param weights how far each frame counts as speech, 0 … 1, shape (frames)
 * @returns shape (frames, 72), a copy
 * @throws ParameterError for a matrix of other columns or weights of another length
 */
export function normalizeWindow(frames: Matrix, weights: Float32Array = activeFrames(frames)): Matrix {
  if (frames.columns !== RAW_COLUMNS) {
    throw new ParameterError(
      `normalizeWindow: frames have ${frames.columns} columns, ${RAW_COLUMNS} raw ones are needed`,
    );
  }
  if (weights.length !== frames.rows) {
    throw new ParameterError(`normalizeWindow: ${weights.length} weights for ${frames.rows} frames`);
  }
  const { max, log10 } = Math;
  let [weight, power, pitch, voiced] = [0, 0, 0, 0];
  for (let t = 0; t < frames.rows; t++) {
    const row = t * RAW_COLUMNS;
    const w = weights[t]!;
    weight += w;
    power += w * 10 ** frames.data[row + raw.LEVEL]!;
    pitch += w * frames.data[row + raw.PITCH]!;
    voiced += w * voicedPart(frames.data[row + raw.VOICING]!);
  }
  const reference = weight > 0 ? max(REFERENCE_MIN, log10(power / weight)) : REFERENCE_MIN;
  const meanPitch = voiced > 0 ? pitch / voiced : 0;

  const out = new Matrix(frames.rows, COLUMNS);
  for (let t = 0; t < frames.rows; t++) {
    const from = frames.row(t);
    const to = out.row(t);
    const w = weights[t]!;
    for (let m = 0; m < N_MELS; m++) to[m] = max(from[m]! - reference, -BAND_RANGE);
    to[LEVEL] = max(from[raw.LEVEL]! - reference, -LEVEL_RANGE);
    to[F0_RELATIVE] = w * (from[raw.PITCH]! - voicedPart(from[raw.VOICING]!) * meanPitch);
    to[F0] = w * from[raw.PITCH]!;
    to[VOICING] = w * from[raw.VOICING]!;
    to[ZCR] = w * from[raw.ZCR]!;
    to[CENTROID] = w * from[raw.CENTROID]!;
    to[BANDWIDTH] = w * from[raw.BANDWIDTH]!;
    to[TILT] = w * from[raw.TILT]!;
  }
  return out;
}

/** Centres of the mel bands in Hz. */
function bandCentres(): number[] {
  const [low, high] = [hzToMel(raw.F_MIN), hzToMel(raw.F_MAX)];
  return Array.from({ length: N_MELS }, (_, m) => melToHz(low + ((high - low) * (m + 1)) / (N_MELS + 1)));
}

/**
 * 64 log-mel bands and 8 measures of level, voice and spectrum at 16,000 Hz, frames of 1024 samples every 256. Unlike
 * `librosa54@1` it needs no clip-wide value: raw frames depend on their own 64 ms alone ({@link LogMel72Frames}), and
 * {@link normalizeWindow} on the frames of its window, so that a clip no longer than a window is the same live and as a file.
 *
 * Silence around the speech is not its business: the caller trims, with the gate, in training as in use.
 */
export const logmel72: FeatureSet = {
  id: "logmel72@1",
  sampleRate: SAMPLE_RATE,
  hopLength: HOP_LENGTH,
  columns,
  layout: {
    centres: bandCentres(),
    floor: -BAND_RANGE,
    octaves: [{ column: F0, voicing: { column: VOICING, from: raw.VOICED_FROM, fully: raw.VOICED_FULLY } }],
    voiced: [F0_RELATIVE],
    spectrum: {
      level: LEVEL,
      levelFloor: -LEVEL_RANGE,
      centroid: CENTROID,
      bandwidth: BANDWIDTH,
      tilt: TILT,
      zcr: ZCR,
      zero: raw.SPECTRUM_ZERO,
      corner: raw.TILT_CORNER,
    },
  },
  incremental: {
    columns: rawColumns,
    kernel: logmel72Frames,
    normalize: normalizeWindow,
  },
  extract(input: Waveform): Matrix {
    if (input.samples.length === 0) {
      throw new ParameterError("logmel72: the waveform has no samples, at least 1 is needed");
    }
    // A stream's resampler, not `resample`, whose longer blocks round otherwise: file and stream are equal to the bit.
    const length = Math.ceil((input.samples.length * SAMPLE_RATE) / input.sampleRate);
    const samples = new StreamResampler(input.sampleRate, SAMPLE_RATE, length).convert(input.samples);
    const rows = 1 + Math.floor(samples.length / HOP_LENGTH);
    const frames = new FrameStream(logmel72Frames(), HOP_LENGTH, rows);
    frames.finish(samples, samples.length);
    return normalizeWindow(new Matrix(rows, RAW_COLUMNS, frames.output));
  },
};
