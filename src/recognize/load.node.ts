import { fileURLToPath } from "node:url";
import { readModelFile } from "../model/files.node.ts";
import { Recognizer, type RecognizerOptions } from "./recognizer.ts";

/** Path of the model that ships with the package. */
export const DEFAULT_MODEL: string = fileURLToPath(new URL("../../models/default.onnx", import.meta.url));

/**
 * A recogniser from a model file; without a path, the one that ships.
 *
 * ```ts
 * const recognizer = await loadRecognizer();
 * const { emotion, confidence } = await recognizer.recognize(await readAudio("voice.wav"));
 * ```
 *
 * @throws InputError `file_missing`, `file_not_a_file`, `file_unreadable`, and what {@link Recognizer.load} throws.
 */
export async function loadRecognizer(
  path: string = DEFAULT_MODEL,
  options: Omit<RecognizerOptions, "name"> = {},
): Promise<Recognizer> {
  const { bytes } = await readModelFile(path);
  return Recognizer.load(bytes, { ...options, name: path });
}
