/**
 * Why the product refused: every error that a user's input can cause carries one of these, so that programs can branch
 * on `error.code` and never on its text. Codes are stable across releases.
 */
export type ErrorCode =
  /** An argument or option is outside its documented rule. */
  | "parameter_invalid"
  /** A path does not exist. */
  | "file_missing"
  /** A path is a folder (or a device) where a file is needed. */
  | "file_not_a_file"
  /** A path exists and may not be read, or cannot be written. */
  | "file_unreadable"
  /** A file holds no bytes. */
  | "audio_empty"
  /** The bytes are no audio of a known format, or are damaged beyond decoding. */
  | "audio_undecodable"
  /** The audio decodes to zero samples. */
  | "audio_no_samples"
  /** A sample is NaN or infinite. */
  | "audio_not_finite"
  /** The sampling rate is outside what a feature set can use. */
  | "audio_rate_unsupported"
  /** A model file is no model of ours, is damaged, or is of a newer format. */
  | "model_invalid"
  /** A model wants another feature set, label set or rate than was offered. */
  | "model_mismatch"
  /** Another format cannot say a layer of a model, or ours cannot say one of its. */
  | "format_unsupported"
  /** No recording, or none that can be used, was found for the work asked. */
  | "corpus_empty"
  /** A file cannot be downloaded, or is not what its place says that it is. */
  | "download_failed"
  /** A manifest of a user's own recordings breaks its rules. */
  | "manifest_invalid"
  /** A checkpoint does not belong to the training that wants to resume from it. */
  | "checkpoint_invalid"
  /** A run's recordings or settings here are not those with which it was submitted. */
  | "run_mismatch"
  /** What a model is tested on has been seen, or as good as seen, in training. */
  | "leak_found"
  /** A file of results or of answers is none, or breaks its rules. */
  | "result_invalid"
  /** There is no program that records, or it could not open the microphone. */
  | "microphone_unavailable"
  /** Sound was pushed into a stream that has ended. */
  | "stream_ended"
  /** Sound comes faster into a stream than it can be measured. */
  | "stream_overrun"
  /** A server with recordings does not answer, refuses, or does not come to an end. */
  | "source_unreachable"
  /** A recording at an address has more bytes than are taken. */
  | "source_too_large"
  /** The thread or process that worked on a recording died of it. */
  | "worker_died"
  /** Redis does not answer, or a queue there belongs to other work. */
  | "queue_unusable"
  /** A voice profile is none of ours, is damaged, or is of a newer format. */
  | "voice_invalid"
  /** A voice profile belongs to another model. */
  | "voice_mismatch"
  /** There are too few recordings of a voice, or too little speech in them, to calibrate to it. */
  | "voice_too_little"
  /** A model does not know what neutral voices are like, so neutral seconds cannot calibrate it. */
  | "neutral_reference_missing"
  /** A model was not taught to know voices, so recordings without labels cannot calibrate it. */
  | "voice_reference_missing"
  /** The work was interrupted by its caller. */
  | "aborted";

/**
 * The base of every error that this package throws on purpose. The message is one sentence or two that name the thing,
 * its value, the rule, and the next step; anything thrown that is not a `SpeechEmotionError` is a bug of ours.
 */
export class SpeechEmotionError extends Error {
  override readonly name: string = "SpeechEmotionError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** An argument, option or configuration value breaks its documented rule: the caller's code or command must change. */
export class ParameterError extends SpeechEmotionError {
  override readonly name: string = "ParameterError";

  constructor(message: string, options?: ErrorOptions) {
    super("parameter_invalid", message, options);
  }
}

/** What a thrown value says. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** An error as it crosses threads: its code and message. What is not thrown on purpose is a bug, and keeps its stack. */
export function failureOf(cause: unknown): { readonly code: ErrorCode | "internal_error"; readonly message: string } {
  if (cause instanceof SpeechEmotionError) return { code: cause.code, message: cause.message };
  return { code: "internal_error", message: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) };
}

/** A file, a recording, a model or a corpus cannot be used: the input must change, not the code. */
export class InputError extends SpeechEmotionError {
  override readonly name: string = "InputError";
}
