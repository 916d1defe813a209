import { InputError } from "../../errors.ts";
import type { ChainLayer } from "./chain.ts";
import type { Tensor } from "./hdf5.ts";

/** Layers that do nothing in use. */
const DROPOUTS = ["Dropout", "SpatialDropout1D", "GaussianDropout", "GaussianNoise", "ActivityRegularization"];

/** Walks a chain of layers from the first to the last, gathers what is read, and refuses with the layer's name. */
export class ChainReader {
  /** What was read, by our names. */
  readonly parameters: Map<string, Tensor> = new Map<string, Tensor>();
  /** The rate of the first dropout that was met. */
  dropout: number | undefined;
  readonly #layers: readonly ChainLayer[];
  readonly #where: string;
  #at = 0;

  constructor(layers: readonly ChainLayer[], where: string) {
    this.#layers = layers;
    this.#where = where;
  }

  /** The layer that comes next, dropout left out; it stays the next one. */
  next(): ChainLayer | undefined {
    for (;;) {
      const layer = this.#layers[this.#at];
      if (layer === undefined || !DROPOUTS.includes(layer.kind)) return layer;
      if (layer.kind === "Dropout") this.dropout ??= Number(layer.config["rate"]);
      this.#at++;
    }
  }

  /** Past the next layer. */
  advance(): void {
    this.#at++;
  }

  /** The next layer when it is of that kind, and past it. */
  take(kind: string): ChainLayer | undefined {
    const layer = this.next();
    if (layer?.kind !== kind) return undefined;
    this.#at++;
    return layer;
  }

  /** @throws InputError `format_unsupported` naming the layer, or the model where it has ended. */
  refuse(layer: ChainLayer | undefined, why: string): never {
    const subject = layer === undefined ? "the model" : `the layer "${layer.name}" (${layer.kind})`;
    throw new InputError("format_unsupported", `${this.#where}: ${subject} cannot be read: ${why}`);
  }

  /** Refuses a layer whose option is another than the given one. */
  require(layer: ChainLayer, option: string, wanted: unknown): void {
    const value = layer.config[option];
    if (value === undefined || value === null || JSON.stringify(value) === JSON.stringify(wanted)) return;
    this.refuse(layer, `${option}=${JSON.stringify(value)}, only ${JSON.stringify(wanted)} is known`);
  }

  /** Kernel and bias of a layer; zeros where it has no bias. */
  weights(layer: ChainLayer): [kernel: Tensor, bias: Tensor] {
    const kernel = layer.tensor("vars/0");
    const outputs = kernel.shape.at(-1)!;
    const none = { shape: [outputs], data: new Float32Array(outputs) };
    return [kernel, layer.config["use_bias"] === false ? none : layer.tensor("vars/1")];
  }

  /** Whether the layer ends in ReLU; false when in nothing. */
  endsInRelu(layer: ChainLayer): boolean {
    if (layer.kind === "ReLU") {
      for (const option of ["negative_slope", "threshold"]) this.require(layer, option, 0);
      this.require(layer, "max_value", null);
      return true;
    }
    const name = activationOf(layer);
    if (name !== "relu" && name !== "linear") this.refuse(layer, `activation="${name}", only "relu" is known here`);
    return name === "relu";
  }
}

/** The name of a layer's activation. */
export function activationOf({ config }: ChainLayer): string {
  const activation = config["activation"];
  if (typeof activation === "string") return activation;
  const named = activation as { config?: unknown; class_name?: string } | null | undefined;
  if (named === null || named === undefined) return "linear";
  return typeof named.config === "string" ? named.config : (named.class_name ?? "unknown");
}
