import { closeSync, createReadStream, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import path from "node:path";
import { Unzip, UnzipInflate, UnzipPassThrough } from "fflate";
import { InputError } from "../../errors.ts";

/**
 * Unpacks a zip file piece by piece, whatever its size, into a folder. A name that leads out of the folder stops it before
 * anything of that name is written.
 *
 * @returns how many files it held
 * @throws InputError `download_failed` for a damaged archive or a name that leads out of the folder
 */
export async function unzipInto(archive: string, folder: string): Promise<number> {
  let files = 0;
  let fault: unknown;
  const unpacking = new Set<string>();
  const unzip = new Unzip((entry) => {
    if (fault !== undefined) return;
    let target: string;
    try {
      target = targetOf(entry.name, folder, archive);
    } catch (error) {
      fault = error;
      return;
    }
    if (entry.name.endsWith("/")) return;
    mkdirSync(path.dirname(target), { recursive: true });
    const part = `${target}.part`;
    const output = openSync(part, "w");
    unpacking.add(part);
    entry.ondata = (error, chunk, final) => {
      if (error !== null) fault ??= error;
      else writeSync(output, chunk);
      if (!final && error === null) return;
      closeSync(output);
      unpacking.delete(part);
      if (error !== null) return rmSync(part);
      renameSync(part, target);
      files++;
    };
    entry.start();
  });
  unzip.register(UnzipInflate);
  unzip.register(UnzipPassThrough);
  try {
    for await (const chunk of createReadStream(archive, { highWaterMark: 1 << 18 })) {
      unzip.push(chunk as Uint8Array);
      if (fault !== undefined) throw fault;
    }
    unzip.push(new Uint8Array(0), true);
    if (fault !== undefined) throw fault;
    if (unpacking.size > 0 || files === 0) throw new Error("it ends in the middle");
  } catch (cause) {
    for (const part of unpacking) rmSync(part, { force: true });
    if (cause instanceof InputError) throw cause;
    throw new InputError("download_failed", `${archive}: this is no zip file, or a damaged one (${String(cause)})`, {
      cause,
    });
  }
  return files;
}

function targetOf(name: string, folder: string, archive: string): string {
  const parts = name.replaceAll("\\", "/").split("/");
  const outside = name.startsWith("/") || /^[a-z]:/i.test(name) || name.includes("\0") || parts.includes("..");
  if (outside) {
    throw new InputError(
      "download_failed",
      `${archive}: the name "${name}" in it leads out of the folder; it is not unpacked`,
    );
  }
  return path.join(folder, ...parts);
}
