import { readFile } from "node:fs/promises";
import { InputError } from "../errors.ts";
import { decodeAudio } from "./decode.ts";
import type { DecodedAudio } from "./waveform.ts";

function fileError(path: string, cause: unknown): InputError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
      return new InputError("file_missing", `${path}: there is no such file`, { cause });
    case "EISDIR":
      return new InputError("file_not_a_file", `${path}: is a folder, an audio file is needed`, { cause });
    default:
      return new InputError("file_unreadable", `${path}: cannot be read (${code})`, { cause });
  }
}

/**
 * {@link decodeAudio} of a file's bytes; every message names the path.
 *
 * @throws InputError as {@link decodeAudio}, and `file_missing`, `file_not_a_file`, `file_unreadable`
 */
export async function readAudio(path: string): Promise<DecodedAudio> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw fileError(path, cause);
  }
  try {
    return await decodeAudio(bytes);
  } catch (cause) {
    if (cause instanceof InputError) throw new InputError(cause.code, `${path}: ${cause.message}`, { cause });
    throw cause;
  }
}
