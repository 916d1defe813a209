import { percent } from "../../arithmetic.ts";
import { alignRows } from "../../metrics/index.ts";
import { plusMinus, withInterval } from "../per-cent.ts";
import type { ProtocolResult, ProtocolRun } from "./result.ts";

/** A finished run in a line: `fold 3 seed 1: 40 epochs, best 31; ravdess-8 accuracy 45.2 %, UAR 43.1 %`. */
export function renderRun({ fold, seed, epochsRun, bestEpoch, scores }: ProtocolRun): string {
  const answers = Object.entries(scores).flatMap(([question, own]) =>
    own ? [`${question} accuracy ${percent(own.accuracy)} %, UAR ${percent(own.uar)} %`] : [],
  );
  const best = bestEpoch === null ? "" : `, best ${bestEpoch}`;
  return `fold ${fold} seed ${seed}: ${epochsRun} epochs${best}; ${answers.join("; ")}\n`;
}

/**
 * A result for a terminal: the header with all that is missing, then for each question the folds, their mean and standard
 * deviation, and all answers together with 95 % intervals. Everything in per cent.
 */
export function renderProtocol(result: ProtocolResult): string {
  const { protocol, preset, seeds, header, leaky, questions, runs } = result;
  const lines = [`${protocol}, ${preset}, seed${seeds.length === 1 ? "" : "s"} ${seeds.join(" ")}: ${header}`];
  if (leaky) lines.push("LEAKY: speakers are in training and in test; these figures are too good");
  for (const { name, title, overRuns, pooled, folds, runs: count } of questions) {
    const rows = runs.flatMap(({ fold, seed, scores }) => {
      const own = scores[name];
      if (!own) return [];
      const { intervals, ece } = own;
      return [
        [
          `fold ${fold}${seeds.length === 1 ? "" : ` seed ${seed}`}`,
          withInterval(own.accuracy, intervals.accuracy),
          withInterval(own.uar, intervals.uar),
          withInterval(own.macroF1, intervals.macroF1),
          percent(ece),
          String(own.n),
        ],
      ];
    });
    const { accuracy, uar, macroF1, ece } = overRuns;
    rows.push([`mean of ${count}`, plusMinus(accuracy), plusMinus(uar), plusMinus(macroF1), plusMinus(ece), ""]);
    rows.push([
      "together",
      withInterval(pooled.accuracy, pooled.intervals.accuracy),
      withInterval(pooled.uar, pooled.intervals.uar),
      withInterval(pooled.macroF1, pooled.intervals.macroF1),
      percent(pooled.ece),
      String(pooled.n),
    ]);
    const some = folds.length < result.folds.length ? ` (fold${folds.length === 1 ? "" : "s"} ${folds.join(" ")})` : "";
    lines.push("", `${name}: ${title}${some}`);
    lines.push(...alignRows([["", "accuracy", "UAR", "macro F1", "ECE", "recordings"], ...rows]));
  }
  const note = "per cent; in brackets 95 % intervals by bootstrap over speakers, ± the standard deviation over runs";
  return `${[...lines, "", note].join("\n")}\n`;
}
