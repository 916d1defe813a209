/** `npm run api`: writes docs/api, a page for each door of the package, from the docstrings; complains of what they lack. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readDoors } from "./read.ts";
import { renderGlossary, renderReference } from "./render.ts";
import { complaints } from "./rules.ts";

const folder = fileURLToPath(new URL("../../docs/api/", import.meta.url));
const doors = readDoors();
const pages = renderReference(doors);
mkdirSync(folder, { recursive: true });
for (const file of readdirSync(folder)) if (!pages.has(file)) rmSync(folder + file);
for (const [file, text] of pages) writeFileSync(folder + file, text);
const glossary = `${folder}../glossary.md`;
writeFileSync(glossary, renderGlossary(readFileSync(glossary, "utf8")));
const found = complaints(doors);
console.log(`wrote ${pages.size} pages to docs/api`);
for (const each of found) console.error(each);
if (found.length > 0) {
  console.error(`${found.length} complaints: test/docs/api.test.ts will fail`);
  process.exitCode = 1;
}
