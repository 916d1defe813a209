import { readFileSync } from "node:fs";
import path from "node:path";
import type { HeardResult } from "../bench/heard.ts";
import { percent } from "../src/arithmetic.ts";
import { protocolNamed } from "../src/corpora/index.ts";
import { filesIn } from "./files-in.ts";
import { table } from "./markdown.ts";

/** The results of `bench/heard.ts` in a folder; none where there is no folder. */
export function readHeard(folder: string): HeardResult[] {
  return filesIn(folder, ".json").map(
    (name) => JSON.parse(readFileSync(path.join(folder, name), "utf8")) as HeardResult,
  );
}

/** The section on voices that have been heard before. */
export function renderHeard(results: readonly HeardResult[]): string {
  if (results.length === 0) return "";
  const tables = results.map(({ protocol, models, variants }) => {
    const questions = protocolNamed(protocol).questions.filter(
      ({ name }) => variants[0]!.questions[name] !== undefined,
    );
    const rows = variants.map(({ name, questions: scores }) => [
      name,
      ...questions.map((question) => {
        const { uar, macroF1, ece } = scores[question.name]!;
        return [uar, macroF1, ece].map(({ mean }) => percent(mean)).join(" / ");
      }),
    ]);
    const head = ["heard of a voice before", ...questions.map(({ title }) => title)];
    return `### \`${protocol}\`, ${models} ${models === 1 ? "model" : "models"}\n\n${table(head, rows)}`;
  });
  return `## Voices that have been heard before

What it gains to know a voice by other recordings of it, without labels, as \`ser calibrate --neutral\` and \`--speech\` do (preset \`default\`,
one training a fold): UAR / macro F1 / calibration error, per cent, means of the folds. The recordings heard are of the test part: drawn from one half of the
voice's while the other half is asked, of the same session and microphone, and the corpora act all emotions about equally often. So these are not
scores of a protocol, which asks about strangers; the first row is that, by the same program. These models are cautious in foreign rooms
(docs/research.md), which changes calibration errors, and labels only of recordings of several windows, such as some of SAVEE's; of the protocols above \`default\` in \`leave-one-corpus-out\` and \`tess-cross-speaker\` is, and in the others was trained before that.

${tables.join("\n")}
Made by \`npx tsx bench/heard.ts <protocol> results/heard/default.<protocol>.json <models>\`, the models as \`ser protocol --keep-models\` leaves them.
`;
}
