/**
 * Documents do what they say: their shell and TypeScript blocks are run in a folder of their own (run-blocks.ts), with
 * made recordings (world.ts). Trainings have one epoch there, servers and workers go on in the background, ports and Redis are
 * free ones, `npm` installs and measures nothing: shims.mjs is the whole list. Here run the documents that are quick, without what trains; all blocks of all documents by
 * `npm run bars -- "every block of the documents"`.
 */
import { afterAll, describe, expect, test } from "vitest";
import { blocksOf, documents, unmarked } from "./blocks.ts";
import { shapeFault } from "./output-shape.ts";
import { DocumentRunner } from "./run-blocks.ts";
import { QUICK, SLOW, TOLD } from "./selection.ts";

const runner = await DocumentRunner.create();
afterAll(() => runner.close());

describe("the blocks of the documents", () => {
  test("the TypeScript in all of them is right for the compiler", () => {
    expect(runner.typeCheck(documents())).toBe("");
  });

  test.each(QUICK)(
    "%s",
    (document) => {
      const blocks = blocksOf(document).filter(({ code }) => !SLOW.test(code));
      expect(blocks.length).toBeGreaterThan(0);
      const results = runner.run(document, blocks);
      for (const { block, skipped } of results) {
        if (skipped !== null) console.warn(`SKIPPED: ${document}:${block.line}, ${skipped}`);
      }
      const faults = results.filter(({ fault }) => fault !== null);
      expect(faults.map(({ block, fault }) => `${document}:${block.line} ${fault}`)).toEqual([]);
    },
    300_000,
  );

  test("what looks like something to run, and is marked as text, is told with its reason", () => {
    const found = documents().flatMap((document) => unmarked(document).map((each) => each.replace(/:\d+$/u, "")));
    expect([...new Set(found)].toSorted()).toEqual(Object.keys(TOLD).toSorted());
  });
});

test("blocks are found, also in lists, with the output behind them", () => {
  const text = [
    "```sh",
    "ser x",
    "```",
    "",
    "```text output",
    "1 …",
    "```",
    "",
    "- item",
    "",
    "  ```ts",
    "  const x = 1;",
    "  ```",
    "",
    "words",
    "```text output",
    "no",
    "```",
    "```json",
    "{}",
    "```",
    "```ts signature",
    "f()",
    "```",
    "```",
    "npx ser y",
    "```",
  ].join("\n");
  expect(blocksOf("a.md", text)).toEqual([
    { document: "a.md", line: 2, language: "sh", code: "ser x\n", output: "1 …\n" },
    { document: "a.md", line: 12, language: "ts", code: "const x = 1;\n", output: null },
  ]);
  expect(unmarked("a.md", text)).toEqual(["a.md:26"]);
});

test("outputs are compared by their shape", () => {
  expect(shapeFault("a.wav  angry  90.5 %\n", "a.wav   happy  7 %\n")).toBeNull();
  expect(shapeFault("a.wav  angry  90.5 %\n", "b.wav  angry  90.5 %\n")).toContain("line 1");
  expect(shapeFault('{"x":1,…\n', '{"x":2,"y":3}\n')).toBeNull();
  expect(shapeFault("one\n…\n", "one\ntwo\nthree\n")).toBeNull();
  expect(shapeFault("one\n", "one\ntwo\n")).toContain("1 lines, printed were 2");
});
