/** The library in a browser: the same calls as in Node, with addresses in place of paths. Needs `onnxruntime-web` beside it. */
import { decodeAudio, type DecodedAudio } from "./audio/index.ts";
import { InputError } from "./errors.ts";
import { audioClassifier, requireTask, Recognizer } from "./recognize/index.ts";
import type { AudioClassifier, PipelineTask, RecognizerOptions } from "./recognize/index.ts";
import { configureBrowserRuntime } from "./runtime/index.ts";

export { decodeAudio, decodeStream, resample, type DecodedAudio, type Waveform } from "./audio/index.ts";
export * from "./common.ts";

/** Options of {@link loadRecognizer}. */
export interface BrowserOptions extends RecognizerOptions {
  /** The folder of ONNX Runtime's WebAssembly, ending in "/"; default: beside the script, as bundlers put it. */
  readonly wasmPaths?: string;
  /** Ends the download. */
  readonly signal?: AbortSignal;
}

/** Address of the model that ships with the package; bundlers copy the file. */
export const DEFAULT_MODEL: URL = new URL("../models/default.onnx", import.meta.url);

async function fetchBytes(address: string | URL, signal?: AbortSignal): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(address, signal ? { signal } : {});
  } catch (cause) {
    signal?.throwIfAborted();
    throw new InputError("file_unreadable", `${String(address)}: cannot be fetched (${String(cause)})`, { cause });
  }
  if (!response.ok) {
    const code = response.status === 404 ? "file_missing" : "file_unreadable";
    throw new InputError(code, `${String(address)}: the server answers ${response.status} ${response.statusText}`);
  }
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * A recogniser from a model file's address or its bytes; without either, of the model that ships.
 *
 * @throws InputError `file_missing`, `file_unreadable` when it cannot be fetched, and what `Recognizer.load` throws.
 */
export async function loadRecognizer(
  model: string | URL | Uint8Array | ArrayBuffer = DEFAULT_MODEL,
  { wasmPaths, signal, ...options }: BrowserOptions = {},
): Promise<Recognizer> {
  configureBrowserRuntime(wasmPaths, options.threads ?? 1);
  if (model instanceof Uint8Array) return Recognizer.load(model, options);
  if (model instanceof ArrayBuffer) return Recognizer.load(new Uint8Array(model), options);
  return Recognizer.load(await fetchBytes(model, signal), { name: String(model), ...options });
}

/**
 * Fetches a sound file and decodes it with the decoders that Node uses, so that both get the same samples. (The browser's own
 * `decodeAudioData` resamples to its context's rate; {@link fromAudioBuffer} takes what it gives.)
 *
 * @throws InputError `file_missing`, `file_unreadable`, and what `decodeAudio` throws
 */
export async function readAudio(address: string | URL): Promise<DecodedAudio> {
  return decodeAudio(await fetchBytes(address));
}

/** The mean of an AudioBuffer's channels, such as `AudioContext.decodeAudioData` gives. */
export function fromAudioBuffer(buffer: AudioBuffer): DecodedAudio {
  const { length, numberOfChannels: channels, sampleRate } = buffer;
  const samples = new Float32Array(length);
  for (let c = 0; c < channels; c++) {
    const own = buffer.getChannelData(c);
    for (let i = 0; i < length; i++) samples[i]! += own[i]! / channels;
  }
  return { samples, sampleRate, channels };
}

/**
 * For people who come from transformers.js: `pipeline("audio-classification")` gives a function from an address, a waveform
 * or samples to `[{ label, score }]`.
 *
 * @param model as in {@link loadRecognizer}
 * @throws ParameterError for another task, and what {@link loadRecognizer} throws
 */
export async function pipeline(
  task: PipelineTask,
  model?: string | URL | Uint8Array | ArrayBuffer,
  options?: BrowserOptions,
): Promise<AudioClassifier> {
  requireTask(task);
  return audioClassifier(await loadRecognizer(model, options), readAudio);
}
