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
import { scoreRun, spread } from "../src/evaluate/protocol/totals.ts";
import type { RunScores, Spread } from "../src/evaluate/protocol/result.ts";
import { assemble, evaluationGraph, measureClips } from "../src/fit/index.ts";
import { groupBy } from "../src/grouping.ts";
import type { Answer } from "../src/metrics/index.ts";
import { foreignness, layoutOf, voiceOffset, voiceShare, type Model } from "../src/model/index.ts";
import { readModelFile } from "../src/model/files.node.ts";
import { provenance } from "../src/provenance.node.ts";
import { Random } from "../src/random.ts";
import { hearing } from "../src/recognize/voice-profile.ts";
import { floats, Session } from "../src/runtime/index.ts";
import { clipsOf, loadDataset, type Dataset, type Example } from "../src/train/index.ts";
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

const BATCH = 32;

/** Answers of one model to its test part, for each variant. */
async function answersOf(model: Model, { examples }: Dataset): Promise<Map<string, Answer[]>> {
  const { metadata } = model;
  const { network, voiceReference: reference } = metadata;
  if (reference === undefined)
    throw new Error("the model has no branch for voices: scripts/know-voices.ts gives it one");
  const test = examples.filter(({ utterance }) => partOf(metadata.split as Split, utterance) === "test");
  const measured = await measureClips(clipsOf(test), network, { threads: 1 });
  const measures = new Map(test.map((example, i) => [example, measured[i]!]));
  const session = await Session.create(evaluationGraph(network, layoutOf(network)), { threads: 1 });
  const answers = new Map<string, Answer[]>(VARIANTS.map(({ name }) => [name, []]));
  for (const [speaker, own] of groupBy(test, ({ utterance }) => utterance.speaker)) {
    const mixed = new Random(1, "heard", speaker).shuffle([...own]);
    const half = mixed.length >> 1;
    for (const [asked, others] of [
      [mixed.slice(half), mixed.slice(0, half)],
      [mixed.slice(0, half), mixed.slice(half)],
    ] as const) {
      for (const { name, recordings, neutral } of VARIANTS) {
        const fit = neutral ? others.filter(({ label }) => metadata.labels.labels[label] === "neutral") : others;
        const heard = fit.slice(0, recordings).map((each) => measures.get(each)!);
        const shift = voiceOffset(heard, reference).map((value) => -value);
        const share = heard.length === 0 ? 0 : voiceShare(foreignness(heard, reference));
        const known = hearing(model, heard.length === 0 ? null : { shift, share });
        const statistics = known.statistics ?? model.statistics;
        const weights = known.weights ?? model.weights;
        answers.get(name)!.push(...(await ask(session, { ...model, statistics, weights }, asked)));
      }
    }
  }
  await session.release();
  return answers;
}

async function ask(session: Session, model: Model, examples: readonly Example[]): Promise<Answer[]> {
  const { network, labels } = model.metadata;
  const count = labels.labels.length;
  const answers: Answer[] = [];
  for (let start = 0; start < examples.length; start += BATCH) {
    const chunk = examples.slice(start, start + BATCH);
    const { x, lengths } = assemble(clipsOf(chunk), [...chunk.keys()], network);
    const outputs = await session.run({
      x,
      lengths,
      weights: floats(model.weights, [model.weights.length]),
      statistics: floats(model.statistics, [model.statistics.length]),
    });
    const logits = outputs["logits"]!.data as Float32Array;
    for (const [r, { utterance, label }] of chunk.entries()) {
      const { id, corpus, speaker, sex = null } = utterance;
      const scaled = [...logits.subarray(r * count, (r + 1) * count)].map((value) => value / model.temperature);
      const most = Math.max(...scaled);
      const powers = scaled.map((value) => Math.exp(value - most));
      const sum = powers.reduce((a, b) => a + b);
      const probabilities = powers.map((power) => power / sum);
      answers.push({ id, corpus, speaker, sex, truth: labels.labels[label]!, probabilities });
    }
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
  const { model } = await readModelFile(file);
  const { labels, featureSet } = model.metadata;
  dataset ??= await loadDataset({ sources: corpora, labels, featureSet, threads: 1 });
  for (const [variant, answers] of await answersOf(model, dataset)) {
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
