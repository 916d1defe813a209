import { fileURLToPath } from "node:url";
import { readAudio } from "../audio/read-audio.node.ts";
import { readModelFile } from "../model/files.node.ts";
import { type AudioClassifier, audioClassifier, type PipelineTask, requireTask } from "./pipeline.ts";
import { Recognizer, type RecognizerOptions } from "./recognizer.ts";

/** Path of the model that ships with the package. */
export const DEFAULT_MODEL: string = fileURLToPath(new URL("../../models/default.onnx", import.meta.url));

/**
 * A recogniser from a model file, or from its bytes; without either, of the model that ships.
 *
 * ```ts
 * const recognizer = await loadRecognizer();
 * const { emotion, confidence } = await recognizer.recognize(await readAudio("voice.wav"));
 * ```
 *
 * @param model a path, a file's address, or the bytes
 * @throws InputError `file_missing`, `file_not_a_file`, `file_unreadable`, and what {@link Recognizer.load} throws.
 */
export async function loadRecognizer(
  model: string | URL | Uint8Array | ArrayBuffer = DEFAULT_MODEL,
  options: RecognizerOptions = {},
): Promise<Recognizer> {
  if (model instanceof Uint8Array) return Recognizer.load(model, options);
  if (model instanceof ArrayBuffer) return Recognizer.load(new Uint8Array(model), options);
  const path = model instanceof URL ? fileURLToPath(model) : model;
  const { bytes } = await readModelFile(path);
  return Recognizer.load(bytes, { name: path, ...options });
}

/**
 * For people who come from transformers.js: `pipeline("audio-classification")` gives a function from a path, a waveform or
 * samples to `[{ label, score }]`.
 *
 * @param model as in {@link loadRecognizer}
 * @throws ParameterError for another task, and what {@link loadRecognizer} throws
 */
export async function pipeline(
  task: PipelineTask,
  model?: string | URL | Uint8Array | ArrayBuffer,
  options?: RecognizerOptions,
): Promise<AudioClassifier> {
  requireTask(task);
  const recognizer = await loadRecognizer(model, options);
  return audioClassifier(recognizer, (source) => readAudio(source instanceof URL ? fileURLToPath(source) : source));
}
