import type { ChainLayer } from "./chain.ts";
import type { Tensor } from "./hdf5.ts";

/** `scale · x + shift` per channel: what batch normalisation is in use. */
export interface Affine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** A `BatchNormalization` layer of Keras as it acts in use. */
export function affineOf({ config, tensor }: ChainLayer): Affine {
  // gamma and beta are left out where the layer was told so; mean and variance follow.
  let next = 0;
  const take = (there: boolean): Float32Array | undefined => (there ? tensor(`vars/${next++}`).data : undefined);
  const gamma = take(config["scale"] !== false);
  const beta = take(config["center"] !== false);
  const mean = take(true)!;
  const variance = take(true)!;
  const epsilon = Number(config["epsilon"] ?? 1e-3);
  const scale = Float64Array.from(variance, (v, c) => (gamma?.[c] ?? 1) / Math.sqrt(v + epsilon));
  return { scale, shift: scale.map((s, c) => (beta?.[c] ?? 0) - s * mean[c]!) };
}

/** The weights of a layer whose outputs go through `affine`: kernel (…, outputs), bias (outputs). */
export function affineAfter(kernel: Tensor, bias: Tensor, { scale, shift }: Affine): [kernel: Tensor, bias: Tensor] {
  return [
    { shape: kernel.shape, data: kernel.data.map((w, i) => w * scale[i % scale.length]!) },
    { shape: bias.shape, data: bias.data.map((b, c) => b * scale[c]! + shift[c]!) },
  ];
}

/** The weights of a fully connected layer whose inputs come from `affine`: kernel (inputs, outputs), bias (outputs). */
export function affineBefore(kernel: Tensor, bias: Tensor, { scale, shift }: Affine): [kernel: Tensor, bias: Tensor] {
  const outputs = bias.data.length;
  const row = (i: number): number => Math.floor(i / outputs);
  const moved = Float64Array.from(bias.data);
  for (const [i, w] of kernel.data.entries()) moved[i % outputs]! += w * shift[row(i)]!;
  return [
    { shape: kernel.shape, data: kernel.data.map((w, i) => w * scale[row(i)]!) },
    { shape: bias.shape, data: Float32Array.from(moved) },
  ];
}
