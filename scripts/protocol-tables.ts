import { readFileSync } from "node:fs";
import path from "node:path";
import { percent } from "../src/arithmetic.ts";
import { PROTOCOLS } from "../src/corpora/index.ts";
import { copiesBeside, variantOf, type ProtocolResult, type QuestionResult } from "../src/evaluate/index.ts";
import { plusMinus, withInterval } from "../src/evaluate/per-cent.ts";
import { anchorsOf } from "./anchors.ts";
import { filesIn } from "./files-in.ts";
import { table } from "./markdown.ts";
import { CORPORA_LINE, protocolCommand } from "./train-command.ts";

/** A result of `ser protocol` and its file's name. */
export interface ProtocolFile {
  readonly name: string;
  readonly result: ProtocolResult;
}

/** The results in a folder, by name; none where there is no folder. */
export function readProtocols(folder: string): ProtocolFile[] {
  return filesIn(folder, ".json").map((name) => ({
    name,
    result: JSON.parse(readFileSync(path.join(folder, name), "utf8")) as ProtocolResult,
  }));
}

/** The section on protocols: leaky beside honest, then every protocol with its tables, figures to compare with and commands. */
export function renderProtocols(files: readonly ProtocolFile[]): string {
  if (files.length === 0) return "";
  const sections = PROTOCOLS.flatMap(({ name }) => {
    const own = files.filter(({ result }) => result.protocol === name);
    return own.length === 0 ? [] : [renderProtocol(own)];
  });
  return `## Protocols

Generated from \`results/protocols/*.json\`, which \`ser protocol\` writes. Per cent. ± is the standard deviation over trainings (folds × seeds);
in brackets 95 % intervals of all answers together, by bootstrap over the speakers of each corpus.

${[leakyBesideHonest(files), ...sections, renderAugmentations(files)].filter((part) => part !== "").join("\n")}
### Commands of the protocols

\`\`\`sh
${CORPORA_LINE}
${files.map(({ name, result }) => protocolCommand(result, `results/protocols/${name}`)).join("\n")}
\`\`\`
`;
}

function renderProtocol(files: readonly ProtocolFile[]): string {
  const { protocol, summary, source, leaky, questions } = files[0]!.result;
  // Results may differ in what was on the disk: each header says for whom it holds.
  const headers = [...new Set(files.map(({ result }) => result.header))].map((header) => {
    const whose = files.filter(({ result }) => result.header === header);
    return whose.length === files.length
      ? header
      : `${whose.map(({ result }) => variantOf(result)).join(", ")}: ${header}`;
  });
  return [
    `### \`${protocol}\`${leaky ? " (LEAKY)" : ""}\n`,
    `${summary[0]!.toUpperCase()}${summary.slice(1)}. After ${source}.\n`,
    ...headers.map((header) => `**On disk: ${header}.**\n`),
    ...questions.map(({ name, title }) => questionTable(protocol, name, title, files)),
  ].join("\n");
}

function questionTable(protocol: string, name: string, title: string, files: readonly ProtocolFile[]): string {
  const rows = files.flatMap(({ result }) => {
    const question = result.questions.find((each) => each.name === name);
    return question ? [scoreRow(result, question)] : [];
  });
  const anchors = anchorsOf(protocol, name);
  const beside =
    anchors === undefined
      ? ""
      : `\nTo compare, ${anchors.metric} in per cent (${anchors.source}): ` +
        `${anchors.figures.map(([system, figure]) => `${system} ${figure}`).join(" · ")}.${anchors.note ? ` ${anchors.note}` : ""}\n`;
  const head = [
    "preset",
    "UAR, mean of folds",
    "accuracy, mean of folds",
    "UAR, all",
    "accuracy, all",
    "macro F1, all",
    "calibration error",
    "answers",
    "trainings",
  ];
  return `${title}:\n\n${table(head, rows)}${beside}`;
}

function scoreRow(result: ProtocolResult, { overRuns, pooled, runs }: QuestionResult): (string | number)[] {
  const { accuracy, uar, macroF1, intervals, ece, n } = pooled;
  return [
    `\`${variantOf(result)}\``,
    plusMinus(overRuns.uar),
    plusMinus(overRuns.accuracy),
    withInterval(uar, intervals.uar),
    withInterval(accuracy, intervals.accuracy),
    withInterval(macroF1, intervals.macroF1),
    percent(ece),
    n,
    runs,
  ];
}

/** For every preset that has both: the random split, the same question with speakers disjoint, and what lies between. */
function leakyBesideHonest(files: readonly ProtocolFile[]): string {
  const answers = (protocol: string, variant: string): QuestionResult | undefined =>
    files
      .find(({ result }) => result.protocol === protocol && variantOf(result) === variant)
      ?.result.questions.find(({ name }) => name === "pooled-7");
  const rows = files
    .filter(({ result }) => result.protocol === "random-split")
    .flatMap(({ result }) => {
      const variant = variantOf(result);
      const [leaky, honest] = [answers("random-split", variant)?.pooled, answers("four-corpora", variant)?.pooled];
      if (!leaky || !honest) return [];
      return [
        [
          `\`${variant}\``,
          ...(["accuracy", "uar"] as const).flatMap((metric) => [
            withInterval(leaky[metric], leaky.intervals[metric]),
            withInterval(honest[metric], honest.intervals[metric]),
            percent(leaky[metric] - honest[metric]),
          ]),
        ],
      ];
    });
  if (rows.length === 0) return "";
  return `### What the random split hides

The random split puts every speaker, sentence and take into training and test, as most notebooks do; \`four-corpora\` keeps speakers apart (in TESS, which has
two, words). Both answer the same question, seven emotions of the four corpora. The difference is what having met the voices, and with them sentences, rooms and
microphones, is worth. A new speaker brings none of it: the honest column tells what to expect.

${table(["preset", "accuracy, leaky", "accuracy, honest", "difference", "UAR, leaky", "UAR, honest", "difference"], rows)}`;
}

/** Trainings of one protocol and preset that differ in augmentation: F1 by emotion. */
function renderAugmentations(files: readonly ProtocolFile[]): string {
  const plain = (result: ProtocolResult): boolean => copiesBeside(result) === null;
  const pairs = files.flatMap(({ result }) => {
    if (!plain(result)) return [];
    const twins = files
      .map((file) => file.result)
      .filter(
        (other) =>
          other.protocol === result.protocol &&
          other.preset === result.preset &&
          other.config.epochs === result.config.epochs &&
          !plain(other),
      );
    return twins.length === 0 ? [] : [[result, ...twins]];
  });
  if (pairs.length === 0) return "";
  const tables = pairs.map((results) => {
    const question = results[0]!.questions[0]!;
    const rows = results.flatMap((result) => {
      const pooled = result.questions.find(({ name }) => name === question.name)?.pooled;
      if (pooled === undefined) return [];
      const cells = pooled.labels.map((label) =>
        withInterval(pooled.perClass[label]!.f1, pooled.intervals.perClass[label]!.f1),
      );
      return [[`\`${variantOf(result)}\``, ...cells, withInterval(pooled.macroF1, pooled.intervals.macroF1)]];
    });
    return `\`${results[0]!.protocol}\`, ${question.title}, F1:\n\n${table(["training", ...question.pooled.labels, "mean"], rows)}`;
  });
  return `### With and without augmented copies\n\n${tables.join("\n")}`;
}
