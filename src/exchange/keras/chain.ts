import { InputError } from "../../errors.ts";
import type { KerasLayer } from "./archive.ts";
import type { Tensor } from "./hdf5.ts";
import { weightPaths } from "./layer-names.ts";

/** A layer in a chain, with its weights. */
export interface ChainLayer {
  readonly kind: string;
  /** The layer's own name. */
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** A tensor by its path below the layer, e.g. "vars/0". @throws InputError `model_invalid` where there is none. */
  tensor(path: string): Tensor;
}

/**
 * The layers of a Keras model one behind the other.
 *
 * @throws InputError `format_unsupported` for a model that is no single chain, naming the first layer that leaves it.
 */
export function chainOf(model: KerasLayer, weights: ReadonlyMap<string, Tensor>, where: string): ChainLayer[] {
  if (model.class_name !== "Sequential" && model.class_name !== "Functional" && model.class_name !== "Model") {
    throw new InputError(
      "format_unsupported",
      `${where}: the model is a ${model.class_name}; only Sequential and Functional models can be read`,
    );
  }
  const layers = model.config["layers"];
  if (!Array.isArray(layers)) throw new InputError("model_invalid", `${where}: its config.json lists no layers`);
  const paths = weightPaths(layers as KerasLayer[]);
  let before: string | undefined;
  return (layers as KerasLayer[]).map(({ class_name: kind, config, ...rest }, n): ChainLayer => {
    const name = typeof config["name"] === "string" ? config["name"] : `${kind} ${n + 1}`;
    const feeding = sources(rest["inbound_nodes"]);
    if (n > 0 && feeding !== undefined && (feeding.length !== 1 || feeding[0] !== before)) {
      throw new InputError(
        "format_unsupported",
        `${where}: the layer "${name}" (${kind}) is fed by ${feeding.join(" and ") || "nothing"}; only layers one behind the other can be read`,
      );
    }
    before = name;
    return {
      kind,
      name,
      config,
      tensor(path) {
        const found = weights.get(`${paths[n]}/${path}`);
        if (found === undefined) {
          throw new InputError(
            "model_invalid",
            `${where}: the weights ${paths[n]}/${path} of the layer "${name}" are missing`,
          );
        }
        return found;
      },
    };
  });
}

/** The layers whose outputs feed a layer of a Functional model, in the form of Keras 3 or of Keras 2; undefined where none is told. */
function sources(nodes: unknown): string[] | undefined {
  if (!Array.isArray(nodes) || nodes.length === 0) return undefined;
  const text = JSON.stringify(nodes);
  const keras3 = [...text.matchAll(/"keras_history":\["((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!);
  if (keras3.length > 0) return keras3;
  return [...text.matchAll(/\["((?:[^"\\]|\\.)*)",\d+,\d+/g)].map((match) => match[1]!);
}
