/** The numbers that define `logmel72`: shared by the code that computes it and by what says it in an ONNX graph. */

/** In hertz. */
export const SAMPLE_RATE = 16000;
/** Samples a frame: 64 ms. */
export const FRAME_LENGTH = 1024;
/** Samples between frames: 16 ms. */
export const HOP_LENGTH = 256;
/** Bands of the mel spectrum, and its range in hertz. */
export const N_MELS = 64;
/** Lower end of the mel bands, in hertz. */
export const F_MIN = 50;
/** Upper end of the mel bands, in hertz. */
export const F_MAX = 7600;
/** Range of F0, in hertz. */
export const PITCH_MIN = 60;
/** Highest F0, in hertz. */
export const PITCH_MAX = 640;
/** F0 is counted in octaves above this, in hertz, so that every voice is above 0 and 0 means none. */
export const PITCH_ZERO = 50;
/** Periodicity at which a frame begins to count as voiced, and from which on it counts fully. */
export const VOICED_FROM = 0.5;
/** Periodicity, 0 … 1, from which on a frame counts fully as voiced. */
export const VOICED_FULLY = 0.8;
/** Centroid and bandwidth are counted in octaves above or below this, in hertz. */
export const SPECTRUM_ZERO = 1000;
/** Where tilt's low part ends and its high part begins, in hertz. */
export const TILT_CORNER = 1000;

/** Power that counts as none: -150 dB re full scale, a tenth of a bit at 24. */
export const SILENCE = 1e-15;
/** Bands further below the frame's own power are raised to that distance: -100 dB, above what float32 samples' rounding leaves. */
export const BAND_FLOOR = 1e-10;
/** The part of the frame's power added to both sides of tilt's ratio, which so stays within ±6 bel. */
export const TILT_FLOOR = 1e-6;
/**
 * Samples of at most this part of the frame's root mean square have no sign, else the rounding left in pauses would cross
 * zero. A part and not a magnitude, so that the rate does not depend on the level; {@link ZERO} is for frames without any.
 */
export const ZERO_PART = 1e-3;
/** Samples of at most this, of full scale 1, have no sign in a frame without power. */
export const ZERO = 1e-10;

/** Columns of a frame before the window's normalisation. */
export const LEVEL: number = N_MELS;
/** Column of F0, in octaves above {@link PITCH_ZERO}. */
export const PITCH: number = N_MELS + 1;
/** Column of the periodicity, 0 … 1. */
export const VOICING: number = N_MELS + 2;
/** Column of the zero-crossing rate, 0 … 1. */
export const ZCR: number = N_MELS + 3;
/** Column of the spectrum's centroid, in octaves. */
export const CENTROID: number = N_MELS + 4;
/** Column of the spectrum's bandwidth, in octaves. */
export const BANDWIDTH: number = N_MELS + 5;
/** Column of the tilt, in bel. */
export const TILT: number = N_MELS + 6;
/** Columns of a frame before the window's normalisation: how many. */
export const RAW_COLUMNS: number = N_MELS + 7;

// ---- the window's normalisation --------------------------------------------------------------------------

/** A frame is active when it lies within so many bel of the window's loudest; over the second the weight falls from 1 to 0. */
export const ACTIVE_RANGE = 3.5;
/** In bel: over so much the weight of a frame falls from 1 to 0. */
export const ACTIVE_RAMP = 1;
/** Windows quieter than this, in bel re full scale, are not raised further: silence must not become sound. */
export const REFERENCE_MIN = -8;
/**
 * Bands and frames further below the active level are raised to that distance, in bel: a recording's own noise says which
 * room it was made in, not what was felt. Measured on four corpora, inactive frames have their median band at -6.8 to -7.2.
 */
export const BAND_RANGE = 7;
/** Levels further below the active one are raised to that distance, in bel. */
export const LEVEL_RANGE = 5;
