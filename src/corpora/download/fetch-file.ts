import { createHash } from "node:crypto";
import { createReadStream, existsSync, statSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { InputError, SpeechEmotionError } from "../../errors.ts";

/** A file at a public place. */
export interface RemoteFile {
  /** Where it is put, relative to the corpus's folder. */
  readonly name: string;
  readonly url: string;
  /** Length in bytes, where its place tells it. */
  readonly bytes?: number;
  /** What its place says its bytes hash to. */
  readonly checksum?: Checksum;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Checksum {
  readonly algorithm: "md5" | "sha256";
  /** Lower-case hexadecimal. */
  readonly value: string;
}

/** How {@link fetchFile} goes about it. */
export interface FetchOptions {
  readonly signal?: AbortSignal;
  /** Called with the bytes that are there so far. */
  readonly onBytes?: (bytes: number) => void;
  /** Times that are tried in a row without a new byte; default 5. */
  readonly attempts?: number;
  /** Seconds before the first new attempt, doubled each time; default 1. */
  readonly pause?: number;
  /** Seconds without a byte after which a connection counts as lost; default 60. */
  readonly patience?: number;
}

/** A failure that another attempt may mend. */
class Passing extends Error {}

/**
 * Downloads a file to `folder/name`, through `name.part`, which a later call continues (HTTP Range). What is there already
 * in full is not fetched again. A server that breaks off, answers 5xx or 429, or falls silent is asked again.
 *
 * @returns SHA-256 of the bytes
 * @throws InputError `download_failed` when it cannot be had, or its length or checksum are wrong; SpeechEmotionError `aborted`
 */
export async function fetchFile(file: RemoteFile, folder: string, options: FetchOptions = {}): Promise<string> {
  const target = path.join(folder, file.name);
  const part = `${target}.part`;
  await mkdir(path.dirname(target), { recursive: true });
  if (existsSync(target)) return checked(file, target, target);
  const { attempts = 5, pause = 1 } = options;
  let [failures, wrong] = [0, 0];
  for (;;) {
    const before = sizeOf(part);
    try {
      await appendRest(file, part, options);
      const sha256 = await checked(file, part, target);
      await rename(part, target);
      return sha256;
    } catch (error) {
      if (options.signal?.aborted === true)
        throw new SpeechEmotionError("aborted", "download: stopped; the same command continues it");
      // Wrong bytes are fetched anew once: they may come from an old part.
      if (error instanceof InputError && existsSync(part) && wrong++ === 0 && before > 0) {
        await rm(part);
        continue;
      }
      if (error instanceof InputError) throw error;
      failures = sizeOf(part) > before ? 1 : failures + 1;
      if (failures >= attempts) {
        const reason = error instanceof Passing ? error.message : `the connection failed (${causeOf(error)})`;
        throw new InputError(
          "download_failed",
          `${file.url}: ${reason}, ${attempts} times in a row; the same command continues later`,
          { cause: error },
        );
      }
      await sleep(1000 * pause * 2 ** (failures - 1), undefined, options.signal && { signal: options.signal }).catch(
        () => undefined,
      );
    }
  }
}

function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** Asks for the bytes that the part does not have yet. */
async function appendRest(file: RemoteFile, part: string, options: FetchOptions): Promise<void> {
  const { onBytes, patience = 60 } = options;
  let have = sizeOf(part);
  if (file.bytes !== undefined && have > file.bytes) {
    await rm(part);
    have = 0;
  }
  if (file.bytes !== undefined && have === file.bytes && have > 0) return;
  const quiet = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, quiet.signal]) : quiet.signal;
  let timer = setTimeout(() => quiet.abort(), 1000 * patience);
  try {
    const range = have > 0 ? { range: `bytes=${have}-` } : {};
    const response = await fetch(file.url, { headers: { ...file.headers, ...range }, signal });
    const { status } = response;
    if (status === 416) {
      await rm(part, { force: true });
      throw new Passing("the server does not have the part that is missing");
    }
    if (status >= 500 || status === 429) throw new Passing(`the server answers ${status}`);
    if (status !== 200 && status !== 206) {
      throw new InputError("download_failed", `${file.url}: the server answers ${status} ${response.statusText}`);
    }
    const from = status === 206 ? Number(/^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1]) : 0;
    if (from !== 0 && from !== have) throw new Passing("the server answers with another part than was asked for");
    const output = await open(part, from === 0 ? "w" : "a");
    let written = from;
    try {
      for await (const chunk of response.body ?? []) {
        clearTimeout(timer);
        timer = setTimeout(() => quiet.abort(), 1000 * patience);
        await output.write(chunk as Uint8Array);
        written += (chunk as Uint8Array).length;
        if (file.bytes !== undefined && written > file.bytes) {
          throw new InputError(
            "download_failed",
            `${file.url}: there come more than the ${file.bytes} bytes that were announced`,
          );
        }
        onBytes?.(written);
      }
    } finally {
      await output.close();
    }
    if (file.bytes !== undefined && written < file.bytes)
      throw new Passing(`the server broke off after ${written} of ${file.bytes} bytes`);
  } finally {
    clearTimeout(timer);
  }
}

/** SHA-256 of a file whose length and checksum are right. @throws InputError `download_failed` */
async function checked(file: RemoteFile, at: string, target: string): Promise<string> {
  const size = sizeOf(at);
  const wrong = (what: string): InputError =>
    new InputError(
      "download_failed",
      `${file.url}: ${what}; remove ${at === target ? target : `${target}.part`} and try again`,
    );
  if (file.bytes !== undefined && size !== file.bytes) throw wrong(`${size} bytes came, ${file.bytes} were announced`);
  const sha256 = createHash("sha256");
  const own = createHash(file.checksum?.algorithm ?? "sha256");
  for await (const chunk of createReadStream(at)) {
    sha256.update(chunk as Uint8Array);
    own.update(chunk as Uint8Array);
  }
  const found = own.digest("hex");
  if (file.checksum !== undefined && found !== file.checksum.value) {
    throw wrong(`the ${file.checksum.algorithm} is ${found}, ${file.checksum.value} is published`);
  }
  return sha256.digest("hex");
}
