import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type { SpeechEmotionError } from "../errors.ts";
import { nearest } from "../nearest.ts";

/** The existing file or folder whose path resembles `file` most, part by part; undefined when a part resembles none. */
function nearestFile(file: string): string | undefined {
  if (existsSync(file)) return file;
  const folder = path.dirname(file);
  const above = folder === file ? undefined : nearestFile(folder);
  if (above === undefined) return undefined;
  let names: string[];
  try {
    names = readdirSync(above);
  } catch {
    // No folder, or one that may not be read: nothing to suggest.
    return undefined;
  }
  const own = path.basename(file);
  const found = names.includes(own) ? own : nearest(own, names);
  return found === undefined ? undefined : path.join(above, found);
}

/** ` (did you mean voice.wav?)` behind the path of a file that is not there; "" when nothing resembles it. */
export function didYouMeanFile(file: string): string {
  const found = nearestFile(file);
  return found === undefined || found === file ? "" : ` (did you mean ${found}?)`;
}

/** What a user reads of `error`: its message, and where a file is missing the nearest that is there. */
export function messageOf(error: SpeechEmotionError): string {
  const { cause, code, message } = error;
  if (code !== "file_missing" || !(cause instanceof Error && "path" in cause)) return message;
  return `${message}${didYouMeanFile(String(cause.path))}`;
}
