import { readdirSync } from "node:fs";

/** The names in a folder that end so, sorted; none where there is no such folder. */
export function filesIn(folder: string, end: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(end))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
