import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { InputError } from "../../errors.ts";
import type { ModelMetadata } from "../../model/index.ts";

/** A layer as Keras writes it into `config.json`. */
export interface KerasLayer {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

/** What a `.keras` file of ours says besides: Keras itself does not look at it, and drops it when it saves again. */
export type KerasNote = Pick<ModelMetadata, "labels" | "featureSet" | "sampleRate"> & Readonly<Record<string, unknown>>;

/** The three parts of a `.keras` file (Keras 3: a zip of two JSON texts and the weights), and our note. */
export interface KerasArchive {
  /** The serialised model: `config.json`. */
  readonly model: KerasLayer;
  /** `model.weights.h5`. */
  readonly weights: Uint8Array;
  readonly note?: KerasNote;
}

/** The version that the format was taken from; Keras shows it and compares nothing. */
const KERAS_VERSION = "3.15.1";
const NOTE = "speech_emotion.json";
const PARTS = ["metadata.json", "config.json", "model.weights.h5"] as const;

/**
 * The bytes of a `.keras` file.
 *
 * Source: Keras 3 `saving/saving_lib.py`, `_save_model_to_fileobj`.
 *
 * @param saved When, for `date_saved`.
 */
export function packKeras({ model, weights, note }: KerasArchive, saved: Date): Uint8Array {
  const date = saved.toISOString().slice(0, 19).replace("T", "@");
  const json = (value: unknown): Uint8Array => strToU8(JSON.stringify(value));
  return zipSync(
    {
      "metadata.json": json({ keras_version: KERAS_VERSION, date_saved: date }),
      "config.json": json(model),
      "model.weights.h5": [weights, { level: 0 }],
      ...(note !== undefined && { [NOTE]: json(note) }),
    },
    { mtime: saved },
  );
}

/**
 * Takes a `.keras` file apart.
 *
 * @throws InputError `model_invalid` when it is none, or damaged.
 */
export function unpackKeras(bytes: Uint8Array, where: string): KerasArchive {
  if (bytes[0] === 0x89 && bytes[1] === 0x48) {
    throw new InputError(
      "model_invalid",
      `${where}: this is a whole model in HDF5 (.h5), Keras's old format; open it with Keras and save it anew: model.save("model.keras")`,
    );
  }
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, { filter: ({ name }) => name === NOTE || (PARTS as readonly string[]).includes(name) });
  } catch (cause) {
    throw new InputError("model_invalid", `${where}: this is no .keras file (a zip), or a damaged one`, { cause });
  }
  const part = (name: string): Uint8Array => {
    const found = files[name];
    if (found === undefined)
      throw new InputError("model_invalid", `${where}: this is no .keras file, it has no ${name}`);
    return found;
  };
  const json = (name: string): unknown => {
    try {
      return JSON.parse(strFromU8(part(name)));
    } catch (cause) {
      if (cause instanceof InputError) throw cause;
      throw new InputError("model_invalid", `${where}: its ${name} is no JSON`, { cause });
    }
  };
  const model = json("config.json") as Partial<KerasLayer> | null;
  if (typeof model?.class_name !== "string" || typeof model.config !== "object") {
    throw new InputError("model_invalid", `${where}: its config.json describes no model`);
  }
  const note = NOTE in files ? { note: json(NOTE) as KerasNote } : {};
  return { model: model as KerasLayer, weights: part("model.weights.h5"), ...note };
}
