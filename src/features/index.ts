/** librosa's features, one file a function, and the named sets that training and serving share. */
export { chromaFilterBank, chromaStft, type ChromaFilterOptions, type ChromaOptions } from "./chroma.ts";
export { powerToDb, type DecibelOptions } from "./decibels.ts";
export { featureSet, padFrames, type FeatureColumn, type FeatureSet } from "./feature-set.ts";
export { encodeCsv, encodeNpy } from "./files.ts";
export type { FrameOptions } from "./framing.ts";
export { istft, type IstftOptions } from "./istft.ts";
export { hzToMel, melFilterBank, melSpectrogram, melToHz, type MelOptions } from "./mel.ts";
export { mfcc, type MfccOptions } from "./mfcc.ts";
export { rms } from "./rms.ts";
export { powerSpectrogram, type Spectrogram } from "./power-spectrogram.ts";
export { stft, type ComplexSpectrogram, type PadMode, type StftOptions } from "./stft.ts";
export { estimateTuning, pitchTuning, spectralPeaks, type Pitches, type TuningOptions } from "./tuning.ts";
export { zeroCrossingRate, type ZeroCrossingOptions } from "./zero-crossing-rate.ts";
export { getWindow, hannWindow, type WindowShape } from "./window.ts";
export { yin, type PitchTrack, type YinOptions } from "./yin.ts";
