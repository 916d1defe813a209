import { type FileHandle, open } from "node:fs/promises";
import type { InputError } from "../errors.ts";
import { unwritable } from "../files.node.ts";

/** Bytes that are read at a time. */
const CHUNK = 1 << 18;

/**
 * A text file that only grows by whole lines. What a killed process left half written is cut off when it is opened, and
 * what a full disk took in part is cut off at once, so that every line in it is whole.
 */
export class LineFile {
  readonly path: string;
  readonly #handle: FileHandle;
  #length: number;
  #pending = "";
  #writing: Promise<void> | null = null;
  #failure: unknown;

  private constructor(path: string, handle: FileHandle, length: number) {
    this.path = path;
    this.#handle = handle;
    this.#length = length;
  }

  /**
   * Opens the file, or makes it.
   *
   * @param onLine is told every whole line that is there, without its end
   * @throws InputError `file_unreadable`
   */
  static async open(path: string, onLine: (line: string, number: number) => void): Promise<LineFile> {
    // "a+" would write at the end whatever the place asked for; "r+" wants a file that is there.
    const handle = await refused(path, async () => {
      await (await open(path, "a")).close();
      return open(path, "r+");
    });
    try {
      const length = await readLines(handle, onLine);
      await refused(path, () => handle.truncate(length));
      return new LineFile(path, handle, length);
    } catch (cause) {
      await handle.close();
      throw cause;
    }
  }

  /** Bytes that are in the file. */
  get length(): number {
    return this.#length;
  }

  /**
   * Adds whole lines; resolves when they are written. Lines that come while others are written wait and go together.
   *
   * @throws InputError `file_unreadable` for a full disk and the like: the file then ends with the last whole write.
   */
  async append(text: string): Promise<void> {
    this.#pending += text;
    while (this.#writing !== null) await this.#writing.catch(() => undefined);
    // Lines that waited together fail together.
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#pending === "") return;
    const lines = this.#pending;
    this.#pending = "";
    this.#writing = this.#write(Buffer.from(lines));
    try {
      await this.#writing;
    } finally {
      this.#writing = null;
    }
  }

  async #write(bytes: Buffer): Promise<void> {
    try {
      for (let done = 0; done < bytes.length;) {
        done += (await this.#handle.write(bytes, done, bytes.length - done, this.#length + done)).bytesWritten;
      }
    } catch (cause) {
      await this.#handle.truncate(this.#length).catch(() => undefined);
      this.#failure = writeError(this.path, cause);
      throw this.#failure;
    }
    this.#length += bytes.length;
  }

  /** Resolves when all lines are on the disk: they survive a power cut. */
  async sync(): Promise<void> {
    await refused(this.path, () => this.#handle.datasync());
  }

  /** Throws away all lines. */
  async clear(): Promise<void> {
    await refused(this.path, () => this.#handle.truncate(0));
    this.#length = 0;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** @returns where the last whole line ends, in bytes */
async function readLines(handle: FileHandle, onLine: (line: string, number: number) => void): Promise<number> {
  const chunk = Buffer.alloc(CHUNK);
  let rest = Buffer.alloc(0);
  let [end, number] = [0, 0];
  for (let at = 0; ;) {
    const { bytesRead } = await handle.read(chunk, 0, CHUNK, at);
    if (bytesRead === 0) return end;
    at += bytesRead;
    const bytes = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    let start = 0;
    for (let stop = bytes.indexOf(10); stop >= 0; stop = bytes.indexOf(10, start)) {
      onLine(bytes.toString("utf8", start, stop), ++number);
      start = stop + 1;
    }
    end += start;
    rest = Buffer.from(bytes.subarray(start));
  }
}

async function refused<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw writeError(path, cause);
  }
}

function writeError(path: string, cause: unknown): InputError {
  return unwritable(path, cause, "what is in it is whole, and the same command goes on from there");
}
