/**
 * What it gains to have heard a voice before, in so many recordings without labels:
 * `npx tsx bench/heard.ts <protocol> <out.json> <models…>`, corpora in SER_DATA. The models are those of the protocol's
 * folds, as `ser protocol --keep-models` leaves them; each is asked about its test part.
 *
 * Half of a voice's test recordings, drawn, may be heard while the other half is asked, then the other way round. Answers
 * are of whole recordings, as a protocol's are.
 */
import { writeFileSync } from "node:fs";
import { partOf, protocolNamed, type Split } from "../src/corpora/index.ts";
import { answerExamples, VoicesOfExamples } from "../src/evaluate/index.ts";
import { scoreRun, spread } from "../src/evaluate/protocol/totals.ts";
import type { RunScores, Spread } from "../src/evaluate/protocol/result.ts";
import type { Answer } from "../src/metrics/index.ts";
import { provenance } from "../src/provenance.node.ts";
import type { Recognizer } from "../src/recognize/index.ts";
import { loadRecognizer } from "../src/recognize/load.node.ts";
import { loadDataset, type Dataset } from "../src/train/index.ts";
import { corpora } from "./bar.ts";

/** What is heard of a voice before it is asked about. */
const VARIANTS = [
  { name: "nothing", recordings: 0, neutral: false },
  { name: "3 neutral recordings", recordings: 3, neutral: true },
  { name: "10 neutral recordings", recordings: 10, neutral: true },
  { name: "1 recording of any emotion", recordings: 1, neutral: false },
  { name: "3 recordings of any emotions", recordings: 3, neutral: false },
  { name: "10 recordings of any emotions", recordings: 10, neutral: false },
  { name: "all others of any emotions", recordings: Infinity, neutral: false },
] as const;

/** Means over folds of a protocol's questions, by what was heard of the voices. */
export interface HeardResult {
  readonly kind: "heard";
  readonly protocol: string;
  readonly version: string;
  readonly commit?: string;
  readonly models: number;
  readonly variants: readonly {
    readonly name: string;
    /** By question of the protocol. */
    readonly questions: Readonly<Record<string, Record<"accuracy" | "uar" | "macroF1" | "ece", Spread>>>;
  }[];
}

/** Answers of one model to its test part, for each variant. */
async function answersOf(recognizer: Recognizer, { examples }: Dataset): Promise<Map<string, readonly Answer[]>> {
  const split = recognizer.metadata.split as Split;
  const test = examples.filter(({ utterance }) => partOf(split, utterance) === "test");
  const voices = await VoicesOfExamples.of(recognizer, test);
  const answers = new Map<string, readonly Answer[]>();
  for (const { name, recordings, neutral } of VARIANTS) {
    const known =
      recordings > 0 ? (await voices.answers({ recordings, neutral })).answers : await answerExamples(recognizer, test);
    answers.set(name, known);
  }
  return answers;
}

const [name, out, ...files] = process.argv.slice(2);
if (name === undefined || out === undefined || files.length === 0) {
  console.error("usage: npx tsx bench/heard.ts <protocol> <out.json> <models…>");
  process.exit(2);
}
const { questions } = protocolNamed(name);
const scored = new Map<string, Record<string, RunScores | null>[]>(VARIANTS.map((variant) => [variant.name, []]));
let dataset: Dataset | undefined;
for (const file of files) {
  await using recognizer = await loadRecognizer(file);
  const { labels, featureSet } = recognizer.metadata;
  dataset ??= await loadDataset({ sources: corpora, labels, featureSet, threads: 1 });
  for (const [variant, answers] of await answersOf(recognizer, dataset)) {
    scored.get(variant)!.push(scoreRun(questions, labels.labels, answers, { resamples: 1 }));
  }
  console.error(file);
}
const variants = [...scored].map(([variant, runs]) => ({
  name: variant,
  questions: Object.fromEntries(
    questions.flatMap((question) => {
      const own = runs.flatMap((run) => run[question.name] ?? []);
      if (own.length === 0) return [];
      const over = (score: "accuracy" | "uar" | "macroF1" | "ece"): Spread => spread(own.map((each) => each[score]));
      return [
        [
          question.name,
          { accuracy: over("accuracy"), uar: over("uar"), macroF1: over("macroF1"), ece: over("ece") },
        ] as const,
      ];
    }),
  ),
}));
const result: HeardResult = { kind: "heard", protocol: name, ...provenance(), models: files.length, variants };
writeFileSync(out, `${JSON.stringify(result, null, 2)}\n`);
