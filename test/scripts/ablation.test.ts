import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { ablationFiles, renderAblation } from "../../scripts/ablation.ts";
import { readProtocols, type ProtocolFile } from "../../scripts/protocol-tables.ts";
import type { ProtocolRun } from "../../src/evaluate/index.ts";
import { smallProtocol } from "../evaluate/small-results.ts";

const folder = mkdtempSync(path.join(tmpdir(), "ser-ablation-"));
let files: ProtocolFile[];

/** The same answers under the names of the questions that the table asks. */
function asked({ name, result }: ProtocolFile): ProtocolFile {
  const names = ["pooled-7", "pooled-7-without-tess", "ravdess-8", "savee-7"];
  const runs = result.runs.map((run) => ({
    ...run,
    scores: Object.fromEntries(names.map((each) => [each, run.scores["pooled-7"]!])),
  }));
  return { name: `results/ablation/${name}`, result: { ...result, runs } };
}

const one = (share: number): string => (100 * share).toFixed(1);

/** UAR of the trainings wanted, and their mean. */
function uarOf({ result }: ProtocolFile, wanted: (run: ProtocolRun) => boolean): { mean: number; values: number[] } {
  const values = result.runs.filter((run) => wanted(run)).map(({ scores }) => scores["pooled-7"]!.uar);
  return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, values };
}

function cellsOf(text: string): string[][] {
  return [...text.matchAll(/^\| (?!change|---)(.*) \|$/gm)].map(([, cells]) => cells!.split(" | "));
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
  const [first, second] = files.map((file) => uarOf(file, () => true).mean);
  const rows = cellsOf(text);
  expect(rows.map(([change]) => change)).toEqual(["`seed`", "mixup 0 → 0.2"]);
  for (const [n, mean] of [first!, second!].entries()) expect(rows[n]![1]).toContain(`${one(mean)} ± `);
  expect(rows[0]![5]).toBe("");
  expect(Number(rows[1]![5])).toBeCloseTo(100 * (second! - first!), 0.5);
  expect(text).toContain("--out results/ablation/2-mixup.json");
});

test("of results with other folds and seeds only the trainings that all have are compared", () => {
  const [first, second] = files;
  const runs = second!.result.runs.filter(({ seed }) => seed === 2);
  const text = renderAblation([first!, { ...second!, result: { ...second!.result, seeds: [2], runs } }]);
  expect(text).toContain("over fold 1 (seed 2), fold 2 (seed 2) of");
  const { mean, values } = uarOf(first!, ({ seed }) => seed === 2);
  expect(values).toHaveLength(2);
  expect(cellsOf(text)[0]![1]).toBe(`${one(mean)} ± ${one(Math.abs(values[0]! - values[1]!) / Math.SQRT2)}`);
});

test("without results there is no section; results without a training in common are refused by name", () => {
  expect(renderAblation([])).toBe("");
  const [first, second] = files;
  const other = {
    ...second!,
    result: { ...second!.result, runs: second!.result.runs.map((run) => ({ ...run, seed: 7 })) },
  };
  expect(() => renderAblation([first!, other])).toThrow(
    /^ablation: .*1-seed\.json, .*2-mixup\.json have no training \(fold and seed\) in common/,
  );
});

test("a result of another protocol is refused by name", () => {
  const [first, second] = files;
  const other = { ...second!, result: { ...second!.result, protocol: "random-split" } };
  expect(() => renderAblation([first!, other])).toThrow(
    "ablation: results/ablation/2-mixup.json is of random-split, not four-corpora",
  );
});

test("the published ends stand around what lies between, each named with its folder; an end that is missing is named", () => {
  const ofPreset = (preset: string): ProtocolFile => ({
    name: `${preset}.json`,
    result: { ...files[0]!.result, preset },
  });
  const published = ["default", "seed", "seed-masked"].map(ofPreset);
  const between = [{ name: "1.json", result: files[1]!.result }];
  expect(ablationFiles(published, between).map(({ name }) => name)).toEqual([
    "results/protocols/seed.json",
    "results/protocols/seed-masked.json",
    "results/ablation/1.json",
    "results/protocols/default.json",
  ]);
  expect(ablationFiles(published, [])).toEqual([]);
  expect(() => ablationFiles(published.slice(0, 2), between)).toThrow("four-corpora with preset seed-masked");
});
