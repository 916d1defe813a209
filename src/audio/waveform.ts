/** One channel of sound. The word for it everywhere in this package; "samples" alone are only its numbers. */
export interface Waveform {
  /** Shape (n), nominal range -1 … 1; values beyond are kept (float files may hold them), never clipped. */
  readonly samples: Float32Array;
  /** In hertz, a positive integer. */
  readonly sampleRate: number;
}

/** What a file gave: its channels' mean, and how many channels that was taken of. */
export interface DecodedAudio extends Waveform {
  /** Channels in the file, before their mean was taken; at least 1. */
  readonly channels: number;
}
