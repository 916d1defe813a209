import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { AUDIO_FILE_NAME } from "../audio/index.ts";
import { InputError, ParameterError } from "../errors.ts";
import { compareText } from "../grouping.ts";

/** A file to work on, and what it is called in the output. */
export interface AudioInput {
  /** As the user may open it. */
  readonly path: string;
  /** Relative to the folder that the user gave, or the file's base name; `/` between folders. */
  readonly name: string;
}

/** Every audio file under `folder`, hidden ones passed over, in sorted order. */
async function audioUnder(folder: string): Promise<AudioInput[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const inputs: AudioInput[] = [];
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file).split(path.sep).join("/");
    if (entry.isDirectory() || !AUDIO_FILE_NAME.test(name) || name.split("/").some((part) => part.startsWith(".")))
      continue;
    inputs.push({ path: file, name });
  }
  return inputs.sort((a, b) => compareText(a.name, b.name));
}

/**
 * The files that `paths` mean: a file itself, a folder all audio files under it. The same file named twice is taken once.
 * A path that does not exist is taken for a file: it fails in its turn, and the others are still done.
 *
 * @throws InputError `corpus_empty` for a folder without audio.
 */
export async function audioInputs(paths: readonly string[]): Promise<AudioInput[]> {
  const inputs = new Map<string, AudioInput>();
  for (const given of paths) {
    const status = await stat(given).catch(() => null);
    const found = status?.isDirectory() ? await audioUnder(given) : [{ path: given, name: path.basename(given) }];
    if (found.length === 0) throw new InputError("corpus_empty", `${given}: there is no audio file in this folder`);
    for (const input of found) {
      const key = path.resolve(input.path);
      if (!inputs.has(key)) inputs.set(key, input);
    }
  }
  return [...inputs.values()];
}

/**
 * The name of each input's output: its own, with another extension.
 *
 * @param extension such as `.npy`.
 * @throws ParameterError when two inputs would write the same file (names that differ only in case count as the same:
 *   on many disks they are).
 */
export function outputNames(inputs: readonly AudioInput[], extension: string): string[] {
  const owners = new Map<string, AudioInput>();
  return inputs.map((input) => {
    const name = input.name.slice(0, input.name.length - path.extname(input.name).length) + extension;
    const owner = owners.get(name.toLowerCase());
    if (owner !== undefined) {
      throw new ParameterError(
        `${owner.path} and ${input.path} would both be written to ${name}; rename one, or give a folder above both`,
      );
    }
    owners.set(name.toLowerCase(), input);
    return name;
  });
}
