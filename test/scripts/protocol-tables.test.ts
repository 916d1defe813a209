import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { readProtocols, renderProtocols, type ProtocolFile } from "../../scripts/protocol-tables.ts";
import { protocolCommand } from "../../scripts/train-command.ts";
import { smallProtocol } from "../evaluate/small-results.ts";

const folder = mkdtempSync(path.join(tmpdir(), "ser-tables-"));
let files: readonly ProtocolFile[];
let text = "";
const one = (share: number): string => (100 * share).toFixed(1);

beforeAll(async () => {
  await smallProtocol(folder, "honest", { protocol: "four-corpora", config: { augment: "none" } });
  await smallProtocol(folder, "augmented", { protocol: "four-corpora", config: { augment: "surprise:3" }, draw: 1 });
  const leaky = { protocol: "random-split", config: { augment: "none" }, leaky: true, header: "1 of 1 fold" };
  await smallProtocol(folder, "leaky", { ...leaky, draw: 2 });
  files = readProtocols(folder);
  text = renderProtocols(files);
});

/** Cells of the first row after `heading` that begins with `first`. */
function rowAfter(heading: string, first: string): string[] {
  const row = text.slice(text.indexOf(heading)).match(new RegExp(`^\\| ${first} \\|.*$`, "m"))![0];
  return row
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

test("without results there is no section", () => {
  expect(renderProtocols(readProtocols(path.join(folder, "nowhere")))).toBe("");
});

test("each protocol has its table under what is missing on disk, in the order of ser protocol --list", () => {
  expect(text.match(/^### .*$/gm)).toEqual([
    "### What the random split hides",
    "### `four-corpora`",
    "### `random-split` (LEAKY)",
    "### With and without augmented copies",
    "### Commands of the protocols",
  ]);
  expect(text).toContain("**On disk: 2 of 3 folds (not on disk: fold 3, testing 07).**");
  const { pooled, overRuns } = files.find(({ name }) => name === "honest.json")!.result.questions[0]!;
  const [low, high] = pooled.intervals.uar!;
  const row = rowAfter("### `four-corpora`", "`seed`");
  expect(row[1]).toBe(`${one(overRuns.uar.mean)} ± ${one(overRuns.uar.sd!)}`);
  expect(row[3]).toBe(`${one(pooled.uar)} (${one(low)}–${one(high)})`);
  expect(row.slice(-2)).toEqual([String(pooled.n), "4"]);
  expect(text).toContain("universal HuBERT 68.3");
});

test("leaky stands beside honest, with the difference, for the same training only", () => {
  const pooled = (name: string) => files.find((file) => file.name === name)!.result.questions[0]!.pooled;
  const [leaky, honest] = [pooled("leaky.json"), pooled("honest.json")];
  const row = rowAfter("### What the random split hides", "`seed`");
  expect(row[1]).toMatch(new RegExp(`^${one(leaky.accuracy)} \\(`));
  expect(row[2]).toMatch(new RegExp(`^${one(honest.accuracy)} \\(`));
  expect(row[3]).toBe(one(leaky.accuracy - honest.accuracy));
  expect(row[6]).toBe(one(leaky.uar - honest.uar));
  expect(text.slice(text.indexOf("### What"), text.indexOf("### `four"))).not.toContain("surprise:3");
});

test("trainings that differ in augmentation are told by emotion", () => {
  const result = files.find(({ name }) => name === "augmented.json")!.result;
  const { surprise } = result.questions[0]!.pooled.perClass;
  const row = rowAfter("### With and without", String.raw`\`seed \+ surprise:3\``.replaceAll("\\`", "`"));
  expect(row[7]).toMatch(new RegExp(`^${one(surprise!.f1)} \\(`));
});

test("the command repeats what is not a default, as a shell reads it", () => {
  const { result } = files[0]!;
  const config = {
    augment: "*:1:noise=10..20",
    augmentFresh: true,
    calibrate: false,
    epochs: 7,
    labels: "8",
    threads: 3,
  };
  expect(protocolCommand({ ...result, protocol: "ravdess-emobox", config }, "x.json")).toBe(
    "npx ser protocol ravdess-emobox --corpora $D --seeds 1,2 --folds 1,2,3 --preset seed --augment-fresh --epochs 7 --no-calibrate " +
      "--augment '*:1:noise=10..20' --out x.json",
  );
});
