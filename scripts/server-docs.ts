/** Writes the table of the server's settings into docs/server.md, between its marks. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { renderSettings } from "../src/server/index.ts";

const file = fileURLToPath(new URL("../docs/server.md", import.meta.url));
const [before, after] = ["<!-- settings -->", "<!-- /settings -->"];
const text = readFileSync(file, "utf8");
const [begin, end] = [text.indexOf(before), text.indexOf(after)];
if (begin < 0 || end < begin) throw new Error(`${file}: the marks ${before} and ${after} are missing`);
writeFileSync(file, `${text.slice(0, begin + before.length)}\n${renderSettings()}\n${text.slice(end)}`);
