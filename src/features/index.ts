/** librosa's features, one file a function, and the named sets that training and serving share. */
export { chromaFilterBank, chromaStft, type ChromaFilterOptions, type ChromaOptions } from "./chroma.ts";
export { dct, type DctOptions } from "./dct.ts";
export { amplitudeToDb, dbToAmplitude, dbToPower, powerToDb, type DecibelOptions } from "./decibels.ts";
export { delta, type DeltaOptions } from "./delta.ts";
export { createExtractor, FeatureExtractor } from "./extractor.ts";
export type { BandLayout, FeatureColumn, FeatureSet, IncrementalFrames, WholeClipOnly } from "./feature-set.ts";
export { FEATURE_SETS, featureSet, padFrames } from "./feature-sets.ts";
export { FeatureWindows } from "./feature-windows.ts";
export { PITCH_ROUNDING, PITCH_SILENCE, PITCH_THRESHOLD } from "./frame-pitch.ts";
export { encodeCsv, encodeNpy } from "./files.ts";
export type { FrameOptions } from "./framing.ts";
export { istft, type IstftOptions } from "./istft.ts";
export type { FrameKernel } from "./frame-stream.ts";
export { activeFrames, normalizeWindow } from "./logmel72.ts";
export { logmel72Bank } from "./logmel72-frames.ts";
export * as logmel72Numbers from "./logmel72-numbers.ts";
export { hzToMel, melFilterBank, melSpectrogram, melToHz, type MelOptions, type MelSpectrogramOptions } from "./mel.ts";
export { mfcc, type MfccOptions } from "./mfcc.ts";
export { piptrack, type PiptrackOptions } from "./piptrack.ts";
export { deemphasis, preemphasis, type PreemphasisOptions } from "./preemphasis.ts";
export { rms } from "./rms.ts";
export { powerSpectrogram, type Spectrogram } from "./power-spectrogram.ts";
export { split, trim, type Interval, type SilenceOptions } from "./silence.ts";
export { spectralContrast, type ContrastOptions } from "./spectral-contrast.ts";
export {
  fftFrequencies,
  spectralBandwidth,
  spectralCentroid,
  spectralFlatness,
  spectralRolloff,
  type BandwidthOptions,
  type FlatnessOptions,
  type FrequencyOptions,
  type RolloffOptions,
} from "./spectral-shape.ts";
export { stft, type ComplexSpectrogram, type PadMode, type StftOptions } from "./stft.ts";
export { estimateTuning, pitchTuning, spectralPeaks, type Peaks, type Pitches, type TuningOptions } from "./tuning.ts";
export { zeroCrossingRate, type ZeroCrossingOptions } from "./zero-crossing-rate.ts";
export { getWindow, hannWindow, type WindowShape } from "./window.ts";
export { yin, type PitchTrack, type YinOptions } from "./yin.ts";
