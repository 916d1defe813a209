import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { readHeard, renderHeard } from "../../scripts/heard-tables.ts";

const spread = (mean: number): { mean: number; sd: null } => ({ mean, sd: null });
const scores = (uar: number): Record<"accuracy" | "uar" | "macroF1" | "ece", { mean: number; sd: null }> => ({
  accuracy: spread(0.9),
  uar: spread(uar),
  macroF1: spread(uar - 0.1),
  ece: spread(0.055),
});

test("a row for what was heard, a column for each question that was asked", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "ser-heard-"));
  const variants = [
    { name: "nothing", questions: { "pooled-7": scores(0.5) } },
    { name: "3 neutral recordings", questions: { "pooled-7": scores(0.625) } },
  ];
  const result = { kind: "heard", protocol: "leave-one-corpus-out", version: "0", models: 4, variants };
  writeFileSync(path.join(folder, "a.json"), JSON.stringify(result));
  const text = renderHeard(readHeard(folder));
  expect(text).toContain("### `leave-one-corpus-out`, 4 models");
  expect(text).toMatch(/^\| heard of a voice before \| [^|]+ \|$/m);
  expect(text).toContain("| nothing | 50.0 / 40.0 / 5.5 |");
  expect(text).toContain("| 3 neutral recordings | 62.5 / 52.5 / 5.5 |");
});

test("nothing where there is no result", () => {
  expect(renderHeard(readHeard(path.join(tmpdir(), "ser-there-is-no-such-folder")))).toBe("");
});
