import { readdirSync } from "node:fs";
import path from "node:path";
import { DATA_FOLDER } from "./data.ts";

/** Paths of `perCorpus` recordings of each corpus, evenly spread over its files in the order of their names. */
export function spreadRecordings(perCorpus: number): string[] {
  return ["ravdess", "crema-d", "tess", "savee"].flatMap((corpus) => {
    const all = (readdirSync(path.join(DATA_FOLDER, corpus), { recursive: true }) as string[])
      .filter((name) => name.endsWith(".opus"))
      .sort();
    return Array.from({ length: perCorpus }, (_, i) =>
      path.join(DATA_FOLDER, corpus, all[Math.floor(((i + 0.5) * all.length) / perCorpus)]!),
    );
  });
}
