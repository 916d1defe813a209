import { InputError } from "../../errors.ts";

/** A fitted `StandardScaler` of scikit-learn: (x − mean) / scale per column. */
export interface Scaler {
  /** Mean of each column, shape (columns). */
  readonly mean: readonly number[];
  /** Standard deviations, none 0. */
  readonly scale: readonly number[];
}

/**
 * A scaler from a JSON object with `mean` and `scale` (or `mean_` and `scale_`), lists of numbers.
 *
 * @throws InputError `model_invalid` naming what is missing or wrong.
 */
export function parseScaler(text: string, where: string): Scaler {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InputError("model_invalid", `${where}: this is no JSON; a scaler is {"mean": […], "scale": […]}`, {
      cause,
    });
  }
  const entries = (value ?? {}) as Record<string, unknown>;
  return checkScaler(entries["mean"] ?? entries["mean_"], entries["scale"] ?? entries["scale_"], where);
}

/** A scaler from two files of NumPy. @throws InputError `model_invalid`. */
export function scalerFromNpy(mean: Uint8Array, scale: Uint8Array, where: string): Scaler {
  return checkScaler(decodeNpy(mean, `${where}: mean`), decodeNpy(scale, `${where}: scale`), where);
}

function checkScaler(mean: unknown, scale: unknown, where: string): Scaler {
  const list = (name: string, values: unknown): number[] => {
    if (Array.isArray(values) && values.length > 0 && values.every((v) => Number.isFinite(v)))
      return values as number[];
    throw new InputError("model_invalid", `${where}: "${name}" must be a list of finite numbers`);
  };
  const zero = list("scale", scale).indexOf(0);
  if (zero >= 0) {
    throw new InputError(
      "model_invalid",
      `${where}: "scale" is 0 for column ${zero}; StandardScaler.scale_ has 1 for columns that never change`,
    );
  }
  return { mean: list("mean", mean), scale: list("scale", scale) };
}

/**
 * The elements of a NumPy file of float32 or float64, little-endian, of any shape.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
function decodeNpy(bytes: Uint8Array, where: string): number[] {
  const refuse = (why: string): never => {
    throw new InputError("model_invalid", `${where}: ${why}; save it with numpy.save("….npy", scaler.mean_)`);
  };
  if (bytes.length < 12 || new TextDecoder("latin1").decode(bytes.subarray(1, 6)) !== "NUMPY") {
    refuse("this is no .npy file");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [lengthBytes, start] = bytes[6] === 1 ? [view.getUint16(8, true), 10] : [view.getUint32(8, true), 12];
  const header = new TextDecoder("latin1").decode(bytes.subarray(start, start + lengthBytes));
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  if (type !== "<f4" && type !== "<f8") refuse(`its numbers are ${type ?? "unknown"}, <f4 or <f8 are needed`);
  const size = type === "<f4" ? 4 : 8;
  const count = Math.floor((bytes.length - start - lengthBytes) / size);
  return Array.from({ length: count }, (_, i) => {
    const at = start + lengthBytes + i * size;
    return size === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true);
  });
}
