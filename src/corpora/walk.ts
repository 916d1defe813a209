import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { AUDIO_FILE_NAME } from "../audio/index.ts";
import { reasonOf } from "../errors.ts";
import { compareText } from "../grouping.ts";
import type { Problem } from "./utterance.ts";

const VIDEO = /\.(mp4|flv|mov|avi|mkv)$/i;

/** A file with an audio (or video) extension. */
export interface FoundFile {
  /** As it was reached. */
  readonly path: string;
  /** With all symbolic links resolved: the same file reached twice has it in common. */
  readonly realPath: string;
  readonly video: boolean;
}

/**
 * Every audio and video file under `folder`, in sorted order of the names at each level. Symbolic links are followed,
 * and each real folder is entered once, so that loops end. Hidden files and folders
 * are passed over: `._name.wav` is no recording but what macOS leaves on foreign disks.
 */
export async function walkAudio(folder: string, problems: Problem[]): Promise<FoundFile[]> {
  const files: FoundFile[] = [];
  const entered = new Set<string>();

  async function enter(shown: string): Promise<void> {
    const real = await realpath(shown);
    if (entered.has(real)) return;
    entered.add(real);
    const entries = await readdir(real, { withFileTypes: true });
    entries.sort((a, b) => compareText(a.name, b.name));
    for (const entry of entries) {
      if (entry.name.startsWith(".") || entry.name === "__MACOSX") continue;
      const child = path.join(shown, entry.name);
      try {
        const status = entry.isSymbolicLink() ? await stat(child) : entry;
        if (status.isDirectory()) await enter(child);
        else if (status.isFile()) {
          const video = VIDEO.test(entry.name);
          if (!video && !AUDIO_FILE_NAME.test(entry.name)) continue;
          const realPath = entry.isSymbolicLink() ? await realpath(child) : path.join(real, entry.name);
          files.push({ path: child, realPath, video });
        }
      } catch (cause) {
        problems.push({ code: "unreadable", paths: [child], message: `${child} cannot be read (${reasonOf(cause)})` });
      }
    }
  }

  await enter(folder);
  return files;
}
