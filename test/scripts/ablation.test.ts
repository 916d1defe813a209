import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { renderAblation } from "../../scripts/ablation.ts";
import { readProtocols, type ProtocolFile } from "../../scripts/protocol-tables.ts";
import { smallProtocol } from "../evaluate/small-results.ts";

const folder = mkdtempSync(path.join(tmpdir(), "ser-ablation-"));
let files: ProtocolFile[];

/** The same answers under the names of the questions that the table asks. */
function asked({ name, result }: ProtocolFile): ProtocolFile {
  const names = ["pooled-7", "pooled-7-without-tess", "ravdess-8", "savee-7"];
  return { name, result: { ...result, questions: names.map((each) => ({ ...result.questions[0]!, name: each })) } };
}

beforeAll(async () => {
  await smallProtocol(folder, "1-seed", { protocol: "four-corpora", config: { augment: "none", mixup: 0 } });
  await smallProtocol(folder, "2-mixup", {
    protocol: "four-corpora",
    config: { augment: "none", mixup: 0.2 },
    draw: 1,
  });
  files = readProtocols(folder).map(asked);
});

test("each row says what changed, its figures, and what it gained on the row above", () => {
  const text = renderAblation(files);
  const [first, second] = files.map(({ result }) => result.questions[0]!.overRuns.uar.mean);
  const one = (share: number): string => (100 * share).toFixed(1);
  const rows = [...text.matchAll(/^\| (?!change|---)(.*) \|$/gm)].map(([, cells]) => cells!.split(" | "));
  expect(rows.map(([change]) => change)).toEqual(["`seed`", "mixup 0 → 0.2"]);
  for (const [n, mean] of [first!, second!].entries()) expect(rows[n]![1]).toContain(`${one(mean)} ± `);
  expect(rows[0]![5]).toBe("");
  expect(Number(rows[1]![5])).toBeCloseTo(100 * (second! - first!), 0.5);
  expect(text).toContain("--out results/ablation/2-mixup.json");
});

test("without results there is no section; results of other folds are refused by name", () => {
  expect(renderAblation([])).toBe("");
  const [first, second] = files;
  const other = { ...second!, result: { ...second!.result, seeds: [7] } };
  expect(() => renderAblation([first!, other])).toThrow(/^ablation: 2-mixup\.json is of folds .*, seed 7/);
});
