import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { InputError } from "./errors.ts";

/** What the operating system calls a failure (`EACCES`); where it does not, the failure's own words. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
}

/**
 * The error of a file that cannot be read: `file_missing`, `file_not_a_file` or `file_unreadable`.
 *
 * @param path what the message calls it
 * @param wanted what should be there: "a model file"
 * @param hint where a missing one comes from, as the end of a sentence
 */
export function unreadable(path: string, cause: unknown, wanted: string, hint = ""): InputError {
  const reason = reasonOf(cause);
  if (reason === "ENOENT" || reason === "ENOTDIR") {
    return new InputError("file_missing", `${path}: there is no such file${hint && `; ${hint}`}`, { cause });
  }
  if (reason === "EISDIR") {
    return new InputError("file_not_a_file", `${path}: is a folder, ${wanted} is needed`, { cause });
  }
  return new InputError("file_unreadable", `${path}: cannot be read (${reason})`, { cause });
}

/** The error of a file that cannot be written. @param hint what becomes of it, as the end of a sentence */
export function unwritable(path: string, cause: unknown, hint = ""): InputError {
  const reason = reasonOf(cause);
  const full = ["ENOSPC", "EDQUOT", "EFBIG"].includes(reason) ? ": the disk or the quota is full" : "";
  const text = `${path}: the file cannot be written (${reason})${full}${hint && `; ${hint}`}`;
  return new InputError("file_unreadable", text, { cause });
}

/**
 * Writes a file so that its path always holds a whole one: a temporary file beside it, flushed to the disk, then renamed.
 * The old content survives a full disk, a kill or a power cut.
 *
 * @throws InputError `file_unreadable`
 */
export async function writeAtomically(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    const file = await open(temporary, "w");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw unwritable(path, cause);
  }
}
