import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { documents, root } from "./blocks.ts";

/** What GitHub makes of a heading: lower case, spaces to hyphens, other signs gone. */
function anchors(text: string): Set<string> {
  const headings = [...text.matchAll(/^#{1,6} (?<heading>.*)$/gmu)].map(({ groups }) => groups!["heading"]!);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .trim()
        .replaceAll(" ", "-"),
    ),
  );
}

/** Links of a document to files of the repository that are not there, or to headings that the file does not have. */
function brokenLinks(document: string): string[] {
  const text = readFileSync(path.join(root, document), "utf8").replaceAll(/```[^]*?```|`[^`\n]*`/gu, "");
  const targets = [...text.matchAll(/\]\((?<target>[^)\s]+)\)/gu)].map(({ groups }) => groups!["target"]!);
  return targets
    .filter((target) => !/^[a-z]+:/u.test(target))
    .filter((target) => {
      const [file = "", anchor] = target.split("#");
      const at = file === "" ? path.join(root, document) : path.join(root, path.dirname(document), file);
      if (!existsSync(at)) return true;
      return anchor !== undefined && at.endsWith(".md") && !anchors(readFileSync(at, "utf8")).has(anchor);
    })
    .map((target) => `${document}: ${target}`);
}

test("links between documents lead somewhere", () => {
  expect(documents().length).toBeGreaterThan(30);
  expect(documents().flatMap(brokenLinks)).toEqual([]);
});

test("every document of docs/ is in its index", () => {
  const index = readFileSync(path.join(root, "docs/README.md"), "utf8");
  const own = documents().filter((name) => /^docs\/[^/]+\.md$/u.test(name) && name !== "docs/README.md");
  expect(own.filter((name) => !index.includes(`](${path.basename(name)})`))).toEqual([]);
});

test("headings become anchors as on GitHub", () => {
  expect([...anchors("# What it does\n## `Recognizer`\n### F0, in hertz – why\n")]).toEqual([
    "what-it-does",
    "recognizer",
    "f0-in-hertz--why",
  ]);
});

test("CITATION.cff is of the package's version", () => {
  const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { version: string };
  expect(readFileSync(path.join(root, "CITATION.cff"), "utf8")).toContain(`\nversion: ${version}\n`);
});
