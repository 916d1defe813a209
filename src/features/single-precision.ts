/** The smallest normal number of single precision, `librosa.util.tiny(float32)`: librosa divides by nothing below it. */
export const TINY = 1.1754943508222875e-38;

/** The largest finite number of single precision. */
export const LARGEST_FLOAT: number = (2 - 2 ** -23) * 2 ** 127;
