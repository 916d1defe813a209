import { readFile } from "node:fs/promises";
import { unreadable, writeAtomically } from "../files.node.ts";
import { decodeModel, encodeModel, type Model } from "./model-file.ts";

/** Writes a model file, atomically. */
export async function writeModelFile(path: string, model: Model): Promise<void> {
  await writeAtomically(path, await encodeModel(model));
}

/**
 * Reads a model file.
 *
 * @returns The model, and the file's bytes for ONNX Runtime.
 * @throws InputError `file_missing`, `file_not_a_file`, `file_unreadable`, `model_invalid`.
 */
export async function readModelFile(path: string): Promise<{ readonly model: Model; readonly bytes: Uint8Array }> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw unreadable(path, cause, "a model file, *.onnx,");
  }
  return { model: await decodeModel(bytes, path), bytes };
}
