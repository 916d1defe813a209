import { percent } from "../src/arithmetic.ts";
import type { ProtocolResult, ProtocolRun, Spread } from "../src/evaluate/index.ts";
import { plusMinus } from "../src/evaluate/per-cent.ts";
import { spread } from "../src/evaluate/protocol/totals.ts";
import { TRAIN_DEFAULTS } from "../src/train/index.ts";
import { table } from "./markdown.ts";
import type { ProtocolFile } from "./protocol-tables.ts";
import { CORPORA_LINE, protocolCommand } from "./train-command.ts";

const WITHOUT_TESS = "pooled-7-without-tess";

const QUESTIONS = [
  ["pooled-7", "pooled"],
  [WITHOUT_TESS, "without TESS"],
  ["ravdess-8", "RAVDESS, 8 classes"],
  ["savee-7", "SAVEE"],
] as const;

/**
 * The section on what each lever brought: results in the order given, each beside what its settings changed against the one
 * above. Figures are of the trainings (fold and seed) that all of them have, so a result of all folds may stand beside one of two.
 *
 * @param files results of one protocol, the first the start, the last the end
 * @throws Error for results of another protocol, and for results without a training in common: their figures could not be compared
 */
export function renderAblation(files: readonly ProtocolFile[]): string {
  if (files.length === 0) return "";
  const { protocol } = files[0]!.result;
  const odd = files.find(({ result }) => result.protocol !== protocol);
  if (odd) throw new Error(`ablation: ${odd.name} is of ${odd.result.protocol}, not ${protocol}`);
  const common = files
    .map(({ result }) => result.runs.map(trainingOf))
    .reduce((before, own) => before.filter((training) => own.includes(training)));
  if (common.length === 0)
    throw new Error(`ablation: ${files.map(({ name }) => name).join(", ")} have no training (fold and seed) in common`);
  const over = (result: ProtocolResult, question: string, metric: "uar" | "ece"): Spread =>
    spread(
      result.runs
        .filter((run) => common.includes(trainingOf(run)))
        // A fold without recordings for a question has no figures for it.
        .flatMap(({ scores }) => scores[question]?.[metric] ?? []),
    );
  const rows = files.map(({ result }, n) => {
    const before = files[n - 1]?.result;
    const gain = before && over(result, WITHOUT_TESS, "uar").mean - over(before, WITHOUT_TESS, "uar").mean;
    return [
      before === undefined ? `\`${result.preset}\`` : changes(before, result),
      ...QUESTIONS.map(([name]) => plusMinus(over(result, name, "uar"))),
      gain === undefined ? "" : `${gain > 0 ? "+" : ""}${percent(gain)}`,
      plusMinus(over(result, "pooled-7", "ece")),
    ];
  });
  const head = ["change", ...QUESTIONS.map(([, title]) => title), "gain without TESS", "calibration error"];
  return `## From \`seed\` to \`default\`, one lever at a time

UAR in per cent, mean ± standard deviation over ${common.join(", ")} of \`${protocol}\`; each row keeps the changes of those above.
Generated from \`results/ablation/*.json\` and, for the ends, \`results/protocols/*.json\`.

${table(head, rows)}
\`\`\`sh
${CORPORA_LINE}
${files.map(({ name, result }) => protocolCommand(result, name)).join("\n")}
\`\`\`
`;
}

function trainingOf({ fold, seed }: ProtocolRun): string {
  return `fold ${fold} (seed ${seed})`;
}

/**
 * What the section is made of: the presets before the search and `default` from the published results of all folds, between them
 * the results in results/ablation, in the order of their names; every name with its folder. Without results between there is no section.
 *
 * @throws Error where a preset has no published result of `four-corpora`
 */
export function ablationFiles(published: readonly ProtocolFile[], between: readonly ProtocolFile[]): ProtocolFile[] {
  if (between.length === 0) return [];
  const within = (folder: string, { name, result }: ProtocolFile): ProtocolFile => ({
    name: `${folder}/${name}`,
    result,
  });
  const ofPreset = (wanted: string): ProtocolFile => {
    const found = published.find(({ result }) => result.protocol === "four-corpora" && result.preset === wanted);
    if (!found) throw new Error(`ablation: results/protocols has no result of four-corpora with preset ${wanted}`);
    return within("results/protocols", found);
  };
  return [
    ofPreset("seed"),
    ofPreset("seed-masked"),
    ...between.map((file) => within("results/ablation", file)),
    ofPreset("default"),
  ];
}

/** The settings that differ, as "name before → after"; results of before a setting existed had its default. */
function changes(before: ProtocolResult, after: ProtocolResult): string {
  const [old, now] = [before, after].map(({ preset, config }): Record<string, unknown> => ({
    ...TRAIN_DEFAULTS,
    ...config,
    preset,
  }));
  const different = Object.keys(now!).filter((key) => String(old![key]) !== String(now![key]));
  return different.map((key) => `${key} ${String(old![key])} → ${String(now![key])}`).join(", ");
}
