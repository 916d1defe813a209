/** What a decoder gives for some bytes: an array of samples for each channel, all equally long. */
export interface Piece {
  readonly channelData: readonly Float32Array[];
}

/** The mean of the channels, `librosa.to_mono`; the one channel itself where there is but one. */
export function channelMean({ channelData }: Piece): Float32Array {
  const first = channelData[0]!;
  const channels = channelData.length;
  if (channels === 1) return first;
  const mean = new Float32Array(first.length);
  for (let i = 0; i < mean.length; i++) {
    let sum = 0;
    for (const channel of channelData) sum += channel[i]!;
    mean[i] = sum / channels;
  }
  return mean;
}
