import { readFileSync } from "node:fs";
import path from "node:path";
import { percent } from "../src/arithmetic.ts";
import type { Robustness } from "../src/evaluate/index.ts";
import { filesIn } from "./files-in.ts";
import { table } from "./markdown.ts";

/** What a condition does to the models of several folds: means over them, shares in [0, 1]. */
export interface MeanSteadiness {
  readonly name: string;
  readonly description: string;
  readonly unchanged: number;
  readonly uar: number;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The conditions that every fold has measured, in the order of the first; "clean" comes first. */
export function meanSteadiness(folds: readonly Robustness[]): MeanSteadiness[] {
  const rows = folds.map(({ clean, conditions }) => [clean, ...conditions]);
  return rows[0]!.flatMap(({ name, description }) => {
    const measured = rows.flatMap((row) => row.filter((each) => each.name === name && each.measured));
    const own = measured.flatMap((each) => (each.measured ? [each] : []));
    if (own.length < folds.length) return [];
    const of = (score: "unchanged" | "uar"): number => mean(own.map((each) => each[score]));
    return [{ name, description, unchanged: of("unchanged"), uar: of("uar") }];
  });
}

/** The results of `ser robustness` in a folder, one a fold's model, by their files' names; none where there is no folder. */
export function readRobustness(folder: string): Robustness[] {
  return filesIn(folder, ".json").map(
    (name) => JSON.parse(readFileSync(path.join(folder, name), "utf8")) as Robustness,
  );
}

/** What noise, telephones and rooms do to models like the one that ships, which had not heard the tested speakers. */
export function renderSteadiness(folds: readonly Robustness[]): string {
  if (folds.length === 0) return "Noise and telephone lines were not tested yet.\n";
  const [clean, ...conditions] = meanSteadiness(folds);
  const recordings = folds.reduce((sum, each) => sum + each.recordings.n, 0).toLocaleString("en");
  const whose = folds.length === 1 ? "a model" : `${folds.length} models, one a fold of \`four-corpora\`,`;
  const head = `Share of answers that stay as they are, and UAR, per cent, by \`ser robustness\` on ${whose} of the same preset and training; none had heard
its ${folds.length === 1 ? "" : "fold's "}speakers: ${recordings} recordings${folds.length === 1 ? "" : ", means over the folds"}.\n\n`;
  const rows = conditions.map((row) => [row.name, percent(row.unchanged), percent(row.uar), row.description]);
  return (
    head + table(["condition", "unchanged", "UAR", ""], [["clean", "", percent(clean!.uar), "as they are"], ...rows])
  );
}
