import type { ProtocolResult, QuestionResult } from "../src/evaluate/index.ts";
import { percent } from "../src/arithmetic.ts";
import { plusMinus } from "../src/evaluate/per-cent.ts";
import { table } from "./markdown.ts";
import type { ProtocolFile } from "./protocol-tables.ts";
import { CORPORA_LINE, protocolCommand } from "./train-command.ts";

const QUESTIONS = [
  ["pooled-7", "pooled"],
  ["pooled-7-without-tess", "without TESS"],
  ["ravdess-8", "RAVDESS, 8 classes"],
  ["savee-7", "SAVEE"],
] as const;

/**
 * The section on what each lever brought: results of the same folds in the order of their files' names, each beside what its
 * settings changed against the row above.
 *
 * @throws Error for results that do not answer the same folds: their figures could not be compared
 */
export function renderAblation(files: readonly ProtocolFile[]): string {
  if (files.length === 0) return "";
  const foldsOf = ({ protocol, folds, seeds }: ProtocolResult): string =>
    `folds ${folds.map(({ fold }) => fold).join(", ")} of ${protocol}, seed ${seeds.join(", ")}`;
  const folds = foldsOf(files[0]!.result);
  const odd = files.find(({ result }) => foldsOf(result) !== folds);
  if (odd) throw new Error(`ablation: ${odd.name} is of ${foldsOf(odd.result)}, not ${folds}`);
  const uar = (result: ProtocolResult, name: string): QuestionResult["overRuns"]["uar"] =>
    result.questions.find((question) => question.name === name)!.overRuns.uar;
  const rows = files.map(({ result }, n) => {
    const before = files[n - 1]?.result;
    const gain = before && uar(result, QUESTIONS[1][0]).mean - uar(before, QUESTIONS[1][0]).mean;
    return [
      before === undefined ? `\`${result.preset}\`` : changes(before, result),
      ...QUESTIONS.map(([name]) => plusMinus(uar(result, name))),
      gain === undefined ? "" : `${gain > 0 ? "+" : ""}${percent(gain)}`,
      percent(result.questions[0]!.pooled.ece),
    ];
  });
  const head = ["change", ...QUESTIONS.map(([, title]) => title), "gain without TESS", "calibration error"];
  return `## From \`seed\` to \`default\`, one lever at a time

UAR in per cent, mean ± standard deviation over ${folds}; each row keeps the changes of those above. Generated from \`results/ablation/*.json\`.

${table(head, rows)}
\`\`\`sh
${CORPORA_LINE}
${files.map(({ name, result }) => protocolCommand(result, `results/ablation/${name}`)).join("\n")}
\`\`\`
`;
}

/** The settings that differ, as "name before → after". */
function changes(before: ProtocolResult, after: ProtocolResult): string {
  const [old, now] = [before, after].map(({ preset, config }): Record<string, unknown> => ({ ...config, preset }));
  const different = Object.keys(now!).filter((key) => String(old![key]) !== String(now![key]));
  return different.map((key) => `${key} ${String(old![key])} → ${String(now![key])}`).join(", ");
}
