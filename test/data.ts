import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The folder of real recordings: `SER_DATA`, else `../shared/data` beside the checkout. */
export const DATA_FOLDER: string =
  process.env["SER_DATA"] ?? fileURLToPath(new URL("../../shared/data", import.meta.url));

/** True where the real recordings are; `describe.skipIf(!HAS_DATA)` and the reporter says that they were skipped. */
export const HAS_DATA: boolean = existsSync(`${DATA_FOLDER}/ravdess`);

if (!HAS_DATA) {
  console.warn(`SKIPPED: tests on real recordings, there are none in ${DATA_FOLDER} (set SER_DATA to their folder)`);
}
