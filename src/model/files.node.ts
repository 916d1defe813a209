import { randomBytes } from "node:crypto";
import { open, readFile, rename, rm } from "node:fs/promises";
import { InputError } from "../errors.ts";
import { decodeModel, encodeModel, type Model } from "./model-file.ts";

/**
 * Writes a file so that its path always holds a whole one: a temporary file beside it, flushed to the disk, then renamed.
 * The old content survives a full disk, a kill or a power cut.
 */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    const file = await open(temporary, "w");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new InputError("file_unreadable", `${path}: the file cannot be written (${reason(cause)})`, { cause });
  }
}

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
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "ENOENT") throw new InputError("file_missing", `${path}: there is no such model file`, { cause });
    if (code === "EISDIR")
      throw new InputError("file_not_a_file", `${path}: this is a folder, a model is an .onnx file`, { cause });
    throw new InputError("file_unreadable", `${path}: the model file cannot be read (${reason(cause)})`, { cause });
  }
  return { model: await decodeModel(bytes, path), bytes };
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
