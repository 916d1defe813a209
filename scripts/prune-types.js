// Removes the declarations that no entry of package.json's "exports" leads to: nobody outside can import them, and every file
// takes a block of the disk where the package is installed.
import { readdirSync, readFileSync, rmSync } from "node:fs";

const root = new URL("../", import.meta.url);
const { exports } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
const wanted = new Set();
const open = Object.values(exports).flatMap(({ types }) => (types === undefined ? [] : [new URL(types, root).href]));
for (let file = open.pop(); file !== undefined; file = open.pop()) {
  if (wanted.has(file)) continue;
  wanted.add(file);
  const text = readFileSync(new URL(file), "utf8");
  // import … from "./x.js", export … from "./x.js", import("./x.js")
  for (const [, name] of text.matchAll(/(?:from\s*|import\s*\(\s*|import\s+)["'](\.{1,2}\/[^"']+)["']/g))
    open.push(new URL(name.replace(/\.(js|ts)$/, ".d.ts"), file).href);
}
const dist = new URL("dist/", root);
for (const name of readdirSync(dist, { recursive: true })) {
  const file = new URL(name.split("\\").join("/"), dist);
  if (name.endsWith(".d.ts") && !wanted.has(file.href)) rmSync(file);
}
