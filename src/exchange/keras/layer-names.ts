import type { KerasLayer } from "./archive.ts";

/** Keras's `to_snake_case` of a class: "MaxPooling1D" → "max_pooling1d". */
function snakeCase(name: string): string {
  return name
    .replaceAll(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/**
 * Where the weights of each of a model's layers stand in `model.weights.h5`: "layers/conv1d", "layers/conv1d_1", … Keras
 * goes by class and order, not by the layers' own names.
 *
 * Source: Keras 3 `saving/saving_lib.py`, `_save_container_state`.
 */
export function weightPaths(layers: readonly KerasLayer[]): string[] {
  const used = new Map<string, number>();
  return layers.map(({ class_name }) => {
    const name = snakeCase(class_name);
    const count = used.get(name) ?? 0;
    used.set(name, count + 1);
    return `layers/${name}${count === 0 ? "" : `_${count}`}`;
  });
}
