import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { InputError } from "../errors.ts";
import { unreadable } from "../files.node.ts";
import { decodeStream } from "./decode-stream.ts";
import { decodeAudio } from "./decode.ts";
import type { DecodedAudio, Waveform } from "./waveform.ts";

/** What messages say is needed where a folder is. */
const WANTED = "an audio file";

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
    throw unreadable(path, cause, WANTED);
  }
  try {
    return await decodeAudio(bytes);
  } catch (cause) {
    if (cause instanceof InputError) throw new InputError(cause.code, `${path}: ${cause.message}`, { cause });
    throw cause;
  }
}

/** Bytes that are read at a time. */
const READ_BYTES = 1 << 18;

async function* bytesOf(path: string, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const bytes of createReadStream(path, { highWaterMark: READ_BYTES })) {
      onRead((bytes as Buffer).length);
      yield bytes as Buffer;
    }
  } catch (cause) {
    throw unreadable(path, cause, WANTED);
  }
}

/**
 * {@link decodeStream} of a file: an hour of sound need not be in memory; every message names the path.
 *
 * @param onRead is told how many more bytes have been read
 * @throws InputError as {@link readAudio}
 */
export async function* streamAudio(
  path: string,
  onRead: (bytes: number) => void = () => {},
): AsyncGenerator<Waveform, void, undefined> {
  try {
    yield* decodeStream(bytesOf(path, onRead));
  } catch (cause) {
    const own = cause instanceof InputError && !cause.message.startsWith(`${path}: `);
    throw own ? new InputError(cause.code, `${path}: ${cause.message}`, { cause }) : cause;
  }
}
