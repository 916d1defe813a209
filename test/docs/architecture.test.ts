import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { renderArchitecture, renderImports } from "../../scripts/architecture.ts";

const file = fileURLToPath(new URL("../../docs/architecture.md", import.meta.url));

test("docs/architecture.md draws the imports as they are (npm run architecture)", () => {
  expect(readFileSync(file, "utf8")).toBe(renderArchitecture());
});

test("the drawing leaves out what follows, and counts files and lines", () => {
  const source = (name: string, lines: number, ...imports: string[]) => ({
    name,
    folder: name.includes("/") ? name.split("/")[0]! : "",
    code: "",
    lines,
    imports,
  });
  const drawn = renderImports([
    source("errors.ts", 10),
    source("a/index.ts", 20, "../errors.ts"),
    source("b/index.ts", 30, "../a/index.ts"),
    source("c/index.ts", 40, "../a/index.ts", "../b/index.ts", "./other.ts"),
    source("c/other.ts", 250),
  ]);
  expect(drawn.match(/^ {2}\w+ --> \w+$/gmu)).toEqual(["  b --> a", "  c --> b"]);
  expect(drawn).toContain("| `c/` | 2 | 300 | a, b |");
});

test("the files on the path of a recording are there", () => {
  const path = /## The path of one recording[^]*$/u.exec(readFileSync(file, "utf8"))![0];
  const src = fileURLToPath(new URL("../../src/", import.meta.url));
  const named = [...path.matchAll(/`((?:src\/)?[a-z]+\/[\w./-]+\.ts)`/gu)].map((match) =>
    match[1]!.replace(/^src\//u, ""),
  );
  expect(named.length).toBeGreaterThan(8);
  for (const name of named) expect(readFileSync(src + name, "utf8").length, name).toBeGreaterThan(0);
});
