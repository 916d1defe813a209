import { RealFft } from "../audio/index.ts";

/**
 * Causal convolution by fast Fourier transform, in blocks: out[n] = Σ kernel[k]·samples[n − k].
 *
 * @param samples any length
 * @param kernel at least one tap
 * @returns as many samples as there were; what would come after is left out
 */
export function convolve(samples: Float32Array, kernel: Float64Array): Float64Array {
  const fft = new RealFft(Math.max(64, 2 ** Math.ceil(Math.log2(2 * kernel.length))));
  const hop = fft.size - kernel.length + 1;
  const block = new Float64Array(fft.size);
  const [kernelRe, kernelIm, re, im] = [0, 1, 2, 3].map(() => new Float64Array(fft.bins)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  block.set(kernel);
  fft.forward(block, kernelRe, kernelIm);
  const out = new Float64Array(samples.length);
  for (let start = 0; start < samples.length; start += hop) {
    block.fill(0);
    block.set(samples.subarray(start, start + hop));
    fft.forward(block, re, im);
    for (let k = 0; k < fft.bins; k++) {
      const real = re[k]! * kernelRe[k]! - im[k]! * kernelIm[k]!;
      im[k] = re[k]! * kernelIm[k]! + im[k]! * kernelRe[k]!;
      re[k] = real;
    }
    fft.inverse(re, im, block);
    const count = Math.min(fft.size, out.length - start);
    for (let i = 0; i < count; i++) out[start + i]! += block[i]!;
  }
  return out;
}
