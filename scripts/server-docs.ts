/** `npm run settings`: writes the table of the server's settings into docs/server.md, between its marks. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { renderSettings } from "../src/server/index.ts";
import { replaceBetween } from "./markdown.ts";

const file = fileURLToPath(new URL("../docs/server.md", import.meta.url));
const text = readFileSync(file, "utf8");
writeFileSync(file, replaceBetween(text, "<!-- settings -->", "<!-- /settings -->", renderSettings()));
