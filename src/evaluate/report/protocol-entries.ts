import { existsSync } from "node:fs";
import path from "node:path";
import { readAnswers, type AnswersTable } from "../answers-file.ts";
import { trainConfig } from "../../train/index.ts";
import { plusMinus } from "../per-cent.ts";
import { answersTo, type ProtocolResult } from "../protocol/index.ts";
import type { FoldRow, ReportEntry } from "./entry.ts";
import { meanAnswers } from "./worst-errors.ts";

/** The augmented copies that came beside the recordings, as rules: "surprise:3"; null where none did, or they stood in for recordings. */
export function copiesBeside({ config: { augment, augmentReplace } }: Pick<ProtocolResult, "config">): string | null {
  return typeof augment === "string" && augment !== "none" && !augmentReplace ? augment : null;
}

/**
 * What was trained: the preset, its epochs where they are not the preset's own, and, where some come beside the recordings, its
 * augmented copies: "seed, 15 epochs + surprise:3". Copies that stand in for recordings (`augmentReplace`) are the preset's own way, and
 * its name is enough.
 */
export function variantOf({ preset, config }: Pick<ProtocolResult, "preset" | "config">): string {
  const { epochs } = config;
  const usual = trainConfig({ preset, corpora: ["any"] }).epochs;
  const trained = typeof epochs === "number" && epochs !== usual ? `${preset}, ${epochs} epochs` : preset;
  const copies = copiesBeside({ config });
  return copies === null ? trained : `${trained} + ${copies}`;
}

/** What a protocol's result says, an entry a question. */
export async function protocolEntries(file: string, result: ProtocolResult): Promise<ReportEntry[]> {
  const { protocol, preset, leaky, header, source, questions, runs, folds, seeds, labels, version, commit } = result;
  const curves = runs.map(({ fold, seed, curve, bestEpoch }) => ({
    name: `fold ${fold}, seed ${seed}`,
    rows: curve,
    bestEpoch,
  }));
  const answers = await answersBeside(file, result);
  return questions.map((question): ReportEntry => {
    const { name, title, pooled, overRuns, runs: scored } = question;
    return {
      name: `${variantOf(result)}, ${protocol}${questions.length > 1 ? `, ${name}` : ""}`,
      preset: variantOf(result),
      test: `${protocol}: ${title}`,
      leaky,
      header,
      facts: [
        ["protocol", `${protocol}: ${result.summary}`],
        ["question", title],
        ["after", source],
        ["preset", preset],
        ["seeds", seeds.join(" ")],
        [
          "recordings",
          Object.entries(result.data.recordings)
            .map(([corpus, n]) => `${corpus} ${n.toLocaleString("en")}`)
            .join(", "),
        ],
        ["data", `SHA-256 ${result.data.sha256}`],
        ["made by", `speech-emotion ${version}${commit === undefined ? "" : `, commit ${commit}`}`],
        ["file", file],
      ],
      summary: pooled,
      folds: runs.flatMap(({ fold, seed, scores }): FoldRow[] => {
        const own = scores[name];
        const title = folds.find((each) => each.fold === fold)?.title ?? "";
        return own ? [{ ...own, fold, title, seed }] : [];
      }),
      overFolds: `Mean over ${scored} trainings: accuracy ${plusMinus(overRuns.accuracy)}, UAR ${plusMinus(overRuns.uar)}, macro F1 ${plusMinus(overRuns.macroF1)} per cent${scored > 1 ? " (± standard deviation)" : ""}.`,
      curves,
      answers: answers && answersTo(question, labels, answers.answers),
    };
  });
}

/** The answers of all seeds, their mean where a recording has several; null when a file is not there. */
async function answersBeside(file: string, { answers, labels }: ProtocolResult): Promise<AnswersTable | null> {
  const files = answers.map((each) => path.join(path.dirname(file), each.file));
  if (files.length === 0 || files.some((each) => !existsSync(each))) return null;
  const tables = await Promise.all(files.map(readAnswers));
  return { labels, answers: meanAnswers(tables.flatMap((table) => table.answers)) };
}
