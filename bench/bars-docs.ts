import { blocksOf, documents } from "../test/docs/blocks.ts";
import { DocumentRunner } from "../test/docs/run-blocks.ts";
import type { Bar } from "./bar.ts";

/** Every shell and TypeScript block of every document (or of those whose name has DOCS_ONLY in it), one after the other. */
async function runAll(): Promise<{ measured: string; met: boolean }> {
  const only = process.env["DOCS_ONLY"];
  const runner = await DocumentRunner.create(["check"]);
  const faults: string[] = [];
  const skipped: string[] = [];
  let count = 0;
  try {
    const all = documents().filter((document) => blocksOf(document).length > 0 && (!only || document.includes(only)));
    const types = runner.typeCheck(all);
    if (types !== "") faults.push(types);
    for (const document of all) {
      const results = runner.run(document);
      count += results.length;
      const seconds = results.reduce((sum, each) => sum + each.seconds, 0);
      console.error(`${document}: ${results.length} blocks, ${seconds.toFixed(0)} s`);
      for (const { block, fault, skipped: why } of results) {
        if (fault !== null) faults.push(`${document}:${block.line} ${fault}`);
        if (why !== null) skipped.push(`${document}:${block.line} ${why}`);
      }
    }
  } finally {
    await runner.close();
  }
  for (const each of [...faults, ...skipped]) console.error(each);
  const ran = count - skipped.length;
  const failed = faults.length === 0 ? "" : `, ${faults.length} failed`;
  return { measured: `${ran} of ${count} blocks run${failed}`, met: faults.length === 0 && ran === count };
}

export const DOCUMENT_BARS: readonly Bar[] = [
  { name: "issue 12: every block of the documents", goal: "100 % run and do what they say", run: runAll },
];
