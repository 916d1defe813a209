import { type Affine, affineAfter, affineBefore, affineOf } from "./affine.ts";
import { activationOf, type ChainReader } from "./chain-reader.ts";
import type { ChainLayer } from "./chain.ts";
import type { Tensor } from "./hdf5.ts";

interface Dense {
  readonly layer: ChainLayer;
  readonly kernel: Tensor;
  readonly bias: Tensor;
  readonly output: boolean;
}

/** The fully connected layers: a hidden one with ReLU and the one of the labels, or that one alone. */
export function readHead(reader: ChainReader): { denseUnits: number; labels: number } {
  const first = readDense(reader, true);
  const second = first.output ? undefined : readDense(reader, false);
  if (second !== undefined && !second.output) reader.refuse(second.layer, "one hidden Dense layer is known, not two");
  const rest = reader.next();
  if (rest !== undefined) reader.refuse(rest, "nothing may follow the softmax");
  const [hidden, output] = second === undefined ? [throughRelu(first.kernel), doubled(first)] : [first, second];
  reader.parameters.set("dense1/kernel", hidden.kernel).set("dense1/bias", hidden.bias);
  reader.parameters.set("dense2/kernel", output.kernel).set("dense2/bias", output.bias);
  return { denseUnits: hidden.bias.data.length, labels: output.bias.data.length };
}

/** The next Dense layer with the batch normalisations around it. */
function readDense(reader: ChainReader, first: boolean): Dense {
  const before = readNorms(reader);
  const layer = reader.take("Dense");
  if (layer === undefined) reader.refuse(reader.next(), "a Dense layer is expected here");
  let [kernel, bias] = reader.weights(layer);
  for (const affine of before.toReversed()) [kernel, bias] = affineBefore(kernel, bias, affine);
  let name = activationOf(layer);
  if (name === "linear") {
    for (const affine of readNorms(reader)) [kernel, bias] = affineAfter(kernel, bias, affine);
    const next = reader.take("Activation") ?? reader.take("ReLU") ?? reader.take("Softmax");
    if (next !== undefined) name = next.kind === "Activation" ? activationOf(next) : next.kind.toLowerCase();
  }
  if (name !== "softmax" && name !== "relu") {
    reader.refuse(layer, `activation="${name}", ${first ? '"relu" or "softmax"' : '"softmax"'} is expected`);
  }
  return { layer, kernel, bias, output: name === "softmax" };
}

/** Batch normalisations that come next. */
function readNorms(reader: ChainReader): Affine[] {
  const found: Affine[] = [];
  for (;;) {
    const layer = reader.take("BatchNormalization");
    if (layer === undefined) return found;
    found.push(affineOf(layer));
  }
}

/** A hidden layer that loses nothing: x = relu(x) − relu(−x), so the outputs are both parts side by side. */
function throughRelu({ shape }: Tensor): { kernel: Tensor; bias: Tensor } {
  const inputs = shape[0]!;
  const data = new Float32Array(inputs * 2 * inputs);
  for (let i = 0; i < inputs; i++) {
    data[i * 2 * inputs + i] = 1;
    data[i * 2 * inputs + inputs + i] = -1;
  }
  return {
    kernel: { shape: [inputs, 2 * inputs], data },
    bias: { shape: [2 * inputs], data: new Float32Array(2 * inputs) },
  };
}

/** The layer after {@link throughRelu}. */
function doubled({ kernel, bias }: Dense): { kernel: Tensor; bias: Tensor } {
  const [inputs, outputs] = kernel.shape as [number, number];
  const data = new Float32Array(2 * kernel.data.length);
  data.set(kernel.data);
  data.set(
    kernel.data.map((w) => -w),
    kernel.data.length,
  );
  return { kernel: { shape: [2 * inputs, outputs], data }, bias };
}
