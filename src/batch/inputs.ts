import { open, opendir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { CsvError, parse } from "csv-parse";
import { AUDIO_FILE_NAME } from "../audio/index.ts";
import { InputError } from "../errors.ts";
import { IdSet } from "./id-set.ts";
import { type BatchInput, type BatchSettings, idOf } from "./job.ts";
import { isAddress, listObjects, locationOf, SOURCE_LIMITS } from "./sources/index.ts";

/** Options of {@link batchInputs}. */
export interface InputOptions {
  /** A folder that all files must lie in: locations are then relative to it. */
  readonly root?: string | undefined;
  /** The `.txt` manifest that `-` stands for; its paths are relative to the working folder. */
  readonly stdin?: string | undefined;
}

/**
 * The recordings that `given` means, one after the other and none held in memory: a file, a folder (all audio files in it and below,
 * links followed, hidden ones passed over), an address, `s3://bucket/prefix/` (all audio objects below), or a manifest: `.csv` with
 * a column `path`, `.jsonl`/`.ndjson` with a member `path`, `.txt` with a path a line. Paths in a manifest are relative to
 * its folder. The same recording may come twice. A file that does not exist is told all the same: it fails in its turn.
 *
 * @throws InputError `manifest_invalid`, `corpus_empty` for a folder or prefix without audio, and what listing throws;
 *   ParameterError for a file that is not in the root
 */
export async function* batchInputs(
  given: readonly string[],
  { root, stdin }: InputOptions = {},
): AsyncGenerator<BatchInput, void, undefined> {
  for (const each of given) {
    let count = 0;
    for await (const file of each === "-" && stdin !== undefined ? listed(stdin, ".") : filesOf(each)) {
      count++;
      yield { file, location: locationOf(file, root) };
    }
    if (count === 0) throw new InputError("corpus_empty", `${each}: there is no audio file in it`);
  }
}

async function* filesOf(given: string): AsyncGenerator<string, void, undefined> {
  if (/^s3:\/\/[^/]+(\/|\/.*\/)?$/i.test(given)) {
    for await (const address of listObjects(given, SOURCE_LIMITS)) if (AUDIO_FILE_NAME.test(address)) yield address;
  } else if (isAddress(given)) yield given;
  else if ((await stat(given).catch(() => null))?.isDirectory() === true) yield* audioUnder(given, new Set());
  else if (/\.(csv|jsonl|ndjson|txt)$/i.test(given)) yield* listed(given, path.dirname(given));
  else yield given;
}

/** In the disk's own order: to sort a million names they would have to be in memory. Each real folder is entered once. */
async function* audioUnder(folder: string, entered: Set<string>): AsyncGenerator<string, void, undefined> {
  const real = await realpath(folder);
  if (entered.has(real)) return;
  entered.add(real);
  for await (const entry of await opendir(folder)) {
    if (entry.name.startsWith(".") || entry.name === "__MACOSX") continue;
    const file = path.join(folder, entry.name);
    // A link that leads nowhere is told: it fails in its turn.
    const kind = entry.isSymbolicLink() ? await stat(file).catch(() => entry) : entry;
    if (kind.isDirectory()) yield* audioUnder(file, entered);
    else if (AUDIO_FILE_NAME.test(entry.name)) yield file;
  }
}

/** The paths in a manifest. */
async function* listed(manifest: string, folder: string): AsyncGenerator<string, void, undefined> {
  const rows = /\.csv$/i.test(manifest) ? csvPaths(manifest) : linePaths(manifest, /\.txt$/i.test(manifest));
  for await (const file of rows) yield isAddress(file) ? file : path.join(path.isAbsolute(file) ? "" : folder, file);
}

async function* linePaths(manifest: string, plain: boolean): AsyncGenerator<string, void, undefined> {
  let number = 0;
  for await (const line of (await open(manifest)).readLines()) {
    number++;
    if (line.trim() === "") continue;
    yield plain ? line : pathMember(line, `${manifest}, line ${number}`);
  }
}

function pathMember(line: string, where: string): string {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch (cause) {
    throw new InputError("manifest_invalid", `${where}: is no JSON`, { cause });
  }
  const value = typeof row === "object" && row !== null && "path" in row ? row.path : undefined;
  if (typeof value === "string" && value !== "") return value;
  throw new InputError("manifest_invalid", `${where}: must be an object with the member "path", a text`);
}

async function* csvPaths(manifest: string): AsyncGenerator<string, void, undefined> {
  const bytes = (await open(manifest)).createReadStream();
  const rows = bytes.pipe(parse({ columns: true, bom: true, trim: true, skip_empty_lines: true, info: true }));
  try {
    for await (const { record, info } of rows as AsyncIterable<{
      record: Record<string, string>;
      info: { lines: number };
    }>) {
      const { path: file } = record;
      if (file === undefined || file === "") {
        throw new InputError(
          "manifest_invalid",
          `${manifest}, line ${info.lines}: the column "path" is missing or empty`,
        );
      }
      yield file;
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new InputError("manifest_invalid", `${manifest}: ${cause.message}`, { cause });
  }
}

/** Each recording once, with the id of its result. */
export async function* distinctInputs(
  inputs: AsyncIterable<BatchInput>,
  settings: BatchSettings,
): AsyncGenerator<{ readonly id: string; readonly input: BatchInput }, void, undefined> {
  const seen = new IdSet();
  for await (const input of inputs) {
    const id = idOf(settings, input.location);
    if (seen.add(id)) yield { id, input };
  }
}

/** How many different recordings there are, or as many as were found until `signal` fired. */
export async function countInputs(
  inputs: AsyncIterable<BatchInput>,
  settings: BatchSettings,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  for await (const _ of distinctInputs(inputs, settings)) {
    count++;
    if (signal.aborted) break;
  }
  return count;
}
