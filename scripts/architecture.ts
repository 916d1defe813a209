/** `npm run architecture`: draws the imports of `src` as they are into docs/architecture.md, between its marks. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readSources, resolved, type SourceFile } from "./imports.ts";
import { replaceBetween, table } from "./markdown.ts";

const SRC = fileURLToPath(new URL("../src/", import.meta.url));
const FILE = fileURLToPath(new URL("../docs/architecture.md", import.meta.url));

/** The files of src itself stand in the drawing as one. */
const ROOT = "src";
const folderOf = ({ folder }: SourceFile): string => folder || ROOT;

/** By folder, the other folders that its files import. */
function folderImports(files: readonly SourceFile[]): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (const file of files) {
    const own = all.get(folderOf(file)) ?? new Set();
    all.set(folderOf(file), own);
    for (const target of file.imports) {
      const to = resolved(file, target);
      // The doors of the package (index, browser, common) import every folder: they are no part of the way through.
      if (to === undefined || to.startsWith("..") || (file.folder === "" && to.includes("/"))) continue;
      const folder = to.includes("/") ? to.split("/")[0]! : ROOT;
      if (folder !== folderOf(file)) own.add(folder);
    }
  }
  return all;
}

/** Whether `from` comes to `to` over at least one folder between them. */
function roundabout(imports: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean {
  const seen = new Set<string>();
  const reaches = (at: string): boolean => {
    if (at === to) return true;
    if (seen.has(at)) return false;
    seen.add(at);
    return [...(imports.get(at) ?? [])].some(reaches);
  };
  return [...imports.get(from)!].some((between) => between !== to && reaches(between));
}

/** How far a folder is from the ground: one more than the highest that it imports. */
function height(imports: ReadonlyMap<string, ReadonlySet<string>>, folder: string): number {
  return 1 + Math.max(-1, ...[...(imports.get(folder) ?? [])].map((each) => height(imports, each)));
}

/** The drawing and its table. */
export function renderImports(files: readonly SourceFile[] = readSources(SRC)): string {
  const imports = folderImports(files);
  const folders = [...imports.keys()].toSorted((a, b) => height(imports, a) - height(imports, b) || (a < b ? -1 : 1));
  const arrows = folders.flatMap((from) =>
    [...imports.get(from)!]
      .filter((to) => to !== ROOT && !roundabout(imports, from, to))
      .toSorted()
      .map((to) => `  ${from} --> ${to}`),
  );
  const rows = folders.map((folder) => {
    const own = files.filter((file) => folderOf(file) === folder);
    const sum = own.reduce((total, file) => total + file.lines, 0);
    const others = [...imports.get(folder)!].filter((to) => to !== ROOT).toSorted();
    return [
      `\`${folder === ROOT ? "src/*.ts" : `${folder}/`}\``,
      own.length,
      100 * Math.max(1, Math.round(sum / 100)),
      others.join(", ") || "–",
    ];
  });
  return `\`\`\`mermaid
flowchart BT
${arrows.join("\n")}
\`\`\`

An arrow points at what is imported. Arrows that follow from others are left out; the table has all of them.

${table(["Folder", "Files", "Lines, to the next hundred", "Imports"], rows)}`;
}

/** docs/architecture.md as it should be: what is written by hand stays. */
export function renderArchitecture(): string {
  return replaceBetween(readFileSync(FILE, "utf8"), "<!-- imports -->", "<!-- /imports -->", renderImports());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(FILE, renderArchitecture());
