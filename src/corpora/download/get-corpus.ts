import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { InputError, SpeechEmotionError } from "../../errors.ts";
import { writeAtomically } from "../../files.node.ts";
import { named } from "../../nearest.ts";
import { fetchFile, type FetchOptions, type RemoteFile } from "./fetch-file.ts";
import { corpusNamed } from "./known.ts";
import { type Place, PLACES } from "./places.ts";
import { unzipInto } from "./unzip.ts";

/** Options of {@link getCorpus}. */
export interface GetCorpusOptions extends Omit<FetchOptions, "onBytes"> {
  /** The folder that gets a folder of the corpus's name. */
  readonly to: string;
  /** Told after each file, and while large ones come: how much of how much, in files or in bytes. */
  readonly onProgress?: (done: number, total: number, unit: "files" | "MB") => void;
  /** Files that are fetched at once where there are many; default 4. */
  readonly connections?: number;
  /**
   * Another server that has the same addresses below `/<host>/`: a mirror, or a test's. Default: `SER_CORPORA_MIRROR`, else
   * the places themselves.
   */
  readonly mirror?: string;
  /** Default: `process.env`; of it KAGGLE_USERNAME and KAGGLE_KEY. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** What {@link getCorpus} has put where. */
export interface GotCorpus {
  readonly folder: string;
  /** How many files it has. */
  readonly files: number;
  /** Where the checksums come from. */
  readonly checksums: "published" | "recorded";
}

/** The place of a corpus, with its licence. @throws ParameterError for a name that is none */
export function corpusPlace(name: string): { readonly title: string; readonly licence: string; readonly home: string } {
  const { home } = placeOf(name);
  const { title, licence } = corpusNamed(name);
  return { title, licence, home };
}

function placeOf(name: string): Place {
  return named("corpora get", name, PLACES, ({ corpus }) => corpus);
}

/** SHA-256 of what was fetched, by file, where nobody publishes one. */
const RECORD = "checksums.json";
/** Left where an archive has been unpacked. */
const UNPACKED = ".unpacked";

/**
 * Downloads a corpus from its own public place, unpacks archives, and continues what was broken off. Whoever calls it has
 * shown the licence and had it accepted.
 *
 * @throws InputError `download_failed`, with the steps to take where it cannot be had without a person; SpeechEmotionError `aborted`
 */
export async function getCorpus(name: string, options: GetCorpusOptions): Promise<GotCorpus> {
  const {
    to,
    onProgress,
    connections = 4,
    environment = process.env,
    mirror = environment["SER_CORPORA_MIRROR"],
  } = options;
  const place = placeOf(name);
  const folder = path.join(to, name);
  const at = (url: string): string =>
    mirror === undefined ? url : url.replace("https://", `${mirror.replace(/\/$/, "")}/`);
  const ask = async (url: string): Promise<string> => {
    const scratch = path.join(folder, `.answer-${Buffer.from(url).toString("base64url").slice(-40)}`);
    await rm(scratch, { force: true });
    await fetchFile({ name: path.basename(scratch), url: at(url) }, folder, options);
    const text = await readFile(scratch, "utf8");
    await rm(scratch);
    return text;
  };
  const { files, published } = await place.list(ask, environment);
  const record = published ? undefined : await readRecord(folder);
  const single = files.length === 1;
  let done = 0;
  const fetchOne = async (listed: RemoteFile): Promise<void> => {
    if (options.signal?.aborted === true)
      throw new SpeechEmotionError("aborted", "download: stopped; the same command continues it");
    const target = path.join(folder, listed.name);
    if (existsSync(`${target}${UNPACKED}`)) return;
    // What is there in full was checked when it came.
    if (existsSync(target) && !single) return;
    const described = place.describe ? await place.describe(listed, ask) : listed;
    const known = record?.[listed.name];
    const file =
      known === undefined ? described : { ...described, checksum: { algorithm: "sha256" as const, value: known } };
    const total = (file.bytes ?? 0) / 1e6;
    const sha256 = await fetchFile({ ...file, url: at(file.url) }, folder, {
      ...options,
      ...(single && {
        onBytes: (bytes: number) =>
          onProgress?.(Math.round(bytes / 1e6), Math.round(Math.max(total, bytes / 1e6)), "MB"),
      }),
    });
    if (record) {
      record[listed.name] = sha256;
      await writeAtomically(path.join(folder, RECORD), `${JSON.stringify(record, null, 2)}\n`);
    }
    if (!/\.zip$/i.test(listed.name)) return;
    await unzipInto(target, folder);
    await writeFile(`${target}${UNPACKED}`, "");
    await rm(target);
  };
  const waiting = [...files];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      try {
        await fetchOne(file);
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
      done++;
      if (!single) onProgress?.(done, files.length, "files");
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(connections, files.length) }, work));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
  return { folder, files: done, checksums: published ? "published" : "recorded" };
}

async function readRecord(folder: string): Promise<Record<string, string>> {
  const file = path.join(folder, RECORD);
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(await readFile(file, "utf8")) as Record<string, string>;
  } catch (cause) {
    throw new InputError("download_failed", `${file}: this is no JSON; remove it to record the checksums anew`, {
      cause,
    });
  }
}
