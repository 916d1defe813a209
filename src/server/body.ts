import { joinBytes } from "../bytes.ts";
import { isAudioType } from "./operations.ts";
import { Problem } from "./problems.ts";

/** A recording as it was sent. */
export interface Upload {
  readonly bytes: ArrayBuffer;
  /** The name that a form gave it. */
  readonly file: string | null;
}

/** What a form may add around its audio, in bytes. */
const FORM_BYTES = 1 << 16;

/** Bytes of all uploads that are in memory at a time. */
export class ByteBudget {
  readonly #most: number;
  #used = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get used(): number {
    return this.#used;
  }

  /** @throws Problem `overloaded` */
  reserve(bytes: number): void {
    if (this.#used + bytes > this.#most) {
      throw new Problem("overloaded", "too many uploads are in memory; try again later", { retryAfter: 1 });
    }
    this.#used += bytes;
  }

  release(bytes: number): void {
    this.#used -= bytes;
  }
}

/** A body up to `most` bytes, counted as it comes; what it takes is reserved until `release` is called. */
async function readBytes(
  request: Request,
  most: number,
  budget: ByteBudget,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; release: () => void }> {
  const tooLarge = (): Problem => new Problem("body_too_large", `the upload has more than ${most} bytes`);
  if (Number(request.headers.get("content-length") ?? 0) > most) throw tooLarge();
  const pieces: Uint8Array[] = [];
  let length = 0;
  const release = (): void => budget.release(length);
  try {
    for await (const piece of request.body ?? []) {
      if (length + piece.length > most) throw tooLarge();
      budget.reserve(piece.length);
      length += piece.length;
      pieces.push(piece);
    }
  } catch (error) {
    release();
    throw error;
  }
  return { bytes: joinBytes(pieces), release };
}

async function formAudio(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<Upload> {
  let form: FormData;
  try {
    form = await new Response(bytes, { headers: { "content-type": contentType } }).formData();
  } catch (cause) {
    throw new Problem("body_invalid", "the body is no well-formed multipart/form-data", { cause });
  }
  const [part, ...more] = form.getAll("audio");
  if (more.length > 0) {
    throw new Problem("body_invalid", `the form has ${more.length + 1} parts "audio": send one recording a request`);
  }
  if (part === undefined) throw new Problem("audio_missing", 'the form has no part "audio"');
  if (typeof part === "string") throw new Problem("audio_missing", 'the part "audio" is a text: send it as a file');
  return { bytes: await part.arrayBuffer(), file: part.name };
}

/**
 * Gives the recording in a request to `use`.
 *
 * @throws Problem `unsupported_media_type`, `body_too_large`, `body_invalid`, `audio_missing`, `overloaded`
 */
export async function withUpload<T>(
  request: Request,
  maxBytes: number,
  budget: ByteBudget,
  use: (upload: Upload) => Promise<T>,
): Promise<T> {
  const contentType = request.headers.get("content-type") ?? "";
  const type = contentType.split(";")[0]!.trim().toLowerCase();
  const isForm = type === "multipart/form-data";
  if (!isForm && !isAudioType(type)) {
    // What curl says when it is not told otherwise.
    const hint = type === "application/x-www-form-urlencoded" ? ' (curl: -H "Content-Type: audio/wav")' : "";
    throw new Problem("unsupported_media_type", `send audio/*, application/octet-stream or multipart/form-data${hint}`);
  }
  const { bytes, release } = await readBytes(request, isForm ? maxBytes + FORM_BYTES : maxBytes, budget);
  try {
    const upload = isForm ? await formAudio(bytes, contentType) : { bytes: bytes.buffer, file: null };
    if (upload.bytes.byteLength > maxBytes) {
      throw new Problem("body_too_large", `the upload has more than ${maxBytes} bytes`);
    }
    if (upload.bytes.byteLength === 0) throw new Problem("audio_empty", "empty: no bytes at all");
    return await use(upload);
  } finally {
    release();
  }
}
