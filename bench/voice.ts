/**
 * What calibrating to a voice gains on speakers that a model never met: `npx tsx bench/voice.ts <models…>`, models as
 * `ser protocol --keep-models` leaves them, corpora in SER_DATA. For every speaker of the test part: a few clips to
 * calibrate, the rest to test, drawn five times.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { partOf, type Split } from "../src/corpora/index.ts";
import { fineTuneHead } from "../src/fit/index.ts";
import { Matrix } from "../src/matrix.ts";
import { decodeModel, encodeHidden, HEAD, layoutOf, type Model } from "../src/model/index.ts";
import { readModelFile } from "../src/model/files.node.ts";
import { groupBy } from "../src/grouping.ts";
import { Random } from "../src/random.ts";
import { Session } from "../src/runtime/index.ts";
import { loadDataset } from "../src/train/index.ts";

const DRAWS = 5;
const data = process.env["SER_DATA"] ?? fileURLToPath(new URL("../../shared/data", import.meta.url));
const sources = ["ravdess", "crema-d", "tess", "savee"].map((name) => path.join(data, name));

/** What the last layer is given for each clip, (clips × units). */
async function hiddenOf(session: Session, clips: readonly Matrix[], frames: number): Promise<Float32Array[]> {
  const out: Float32Array[] = [];
  for (let at = 0; at < clips.length; at += 32) {
    const batch = clips
      .slice(at, at + 32)
      .map(
        (clip) =>
          new Matrix(
            Math.min(clip.rows, frames),
            clip.columns,
            clip.data.subarray(0, Math.min(clip.rows, frames) * clip.columns),
          ),
      );
    const longest = Math.max(...batch.map(({ rows }) => rows));
    const columns = batch[0]!.columns;
    const x = new Float32Array(batch.length * longest * columns);
    for (const [i, clip] of batch.entries()) x.set(clip.data, i * longest * columns);
    const { hidden } = await session.run({
      features: { type: "float32", data: x, shape: [batch.length, longest, columns] },
      lengths: { type: "int64", data: BigInt64Array.from(batch, ({ rows }) => BigInt(rows)), shape: [batch.length] },
    });
    const units = hidden!.shape[1]!;
    for (let i = 0; i < batch.length; i++) out.push((hidden!.data as Float32Array).slice(i * units, (i + 1) * units));
  }
  return out;
}

/** The label that the last layer gives each clip. */
function answers(model: Model, weights: Float32Array, hidden: readonly Float32Array[]): number[] {
  const layout = layoutOf(model.metadata.network).weights;
  const [kernel, bias] = [layout.view(weights, `${HEAD}/kernel`), layout.view(weights, `${HEAD}/bias`)];
  return hidden.map((h) => {
    const z = Array.from(bias, (b, l) => h.reduce((sum, v, u) => sum + v * kernel[u * bias.length + l]!, b));
    return z.indexOf(Math.max(...z));
  });
}

function recall(truth: readonly number[], predicted: readonly number[]): number {
  const per = groupBy(
    truth.map((label, i) => [label, label === predicted[i]] as const),
    ([label]) => label,
  );
  const recalls = [...per.values()].map((list) => list.filter(([, right]) => right).length / list.length);
  return recalls.reduce((a, b) => a + b, 0) / recalls.length;
}

/** Up to `count` clips, as many of each label as there are, in turn. */
function draw(examples: readonly number[], labels: readonly number[], count: number, random: Random): number[] {
  const byLabel = [...groupBy(random.shuffle([...examples]), (i) => labels[i]!).values()].map((list) => [...list]);
  const order = random.shuffle(byLabel);
  const chosen: number[] = [];
  for (let turn = 0; chosen.length < count && order.some((list) => list.length > turn); turn++) {
    for (const list of order) if (list[turn] !== undefined && chosen.length < count) chosen.push(list[turn]!);
  }
  return chosen;
}

/** Mean of each column over clips' frames. */
function columnMean(clips: readonly Matrix[]): Float64Array {
  const mean = new Float64Array(clips[0]!.columns);
  const frames = clips.reduce((sum, { rows }) => sum + rows, 0);
  for (const clip of clips) clip.data.forEach((v, k) => (mean[k % clip.columns]! += v / frames));
  return mean;
}

type Row = { corpus: string; speaker: string; [variant: string]: string | number };
const rows: Row[] = [];
for (const file of process.argv.slice(2)) {
  const { bytes } = await readModelFile(file);
  const model = await decodeModel(bytes, file);
  const { metadata } = model;
  const { examples } = await loadDataset({
    sources,
    labels: metadata.labels,
    featureSet: metadata.featureSet,
    only: (u) => u.corpus !== "tess" && ["train", "test"].includes(partOf(metadata.split as Split, u)),
  });
  const test = examples.filter(({ utterance }) => partOf(metadata.split as Split, utterance) === "test");
  const neutral = metadata.labels.labels.indexOf("neutral");
  const trainNeutral = examples.filter(
    (e) => partOf(metadata.split as Split, e.utterance) === "train" && e.label === neutral,
  );
  const reference = columnMean(trainNeutral.map(({ features }) => features));
  const session = await Session.create(encodeHidden(model), { threads: 1 });
  const { frames } = metadata.network;
  const all = await hiddenOf(
    session,
    test.map(({ features }) => features),
    frames,
  );
  const labels = metadata.labels.labels.length;
  const bySpeaker = groupBy(
    test.map((_, i) => i),
    (i) => `${test[i]!.utterance.corpus} ${test[i]!.utterance.speaker}`,
  );
  for (const [speaker, own] of bySpeaker) {
    if (own.length < 30) continue;
    const truth = test.map(({ label }) => label);
    const result: Record<string, number> = {};
    const note = (name: string, value: number): void => void (result[name] = (result[name] ?? 0) + value / DRAWS);
    for (let d = 0; d < DRAWS; d++) {
      const random = new Random(d, "voice", speaker);
      for (const count of [10, 30]) {
        const few = draw(own, truth, count, random);
        const rest = own.filter((i) => !few.includes(i));
        const truthRest = rest.map((i) => truth[i]!);
        note(
          `base, ${count} left out`,
          recall(
            truthRest,
            answers(
              model,
              model.weights,
              rest.map((i) => all[i]!),
            ),
          ),
        );
        const hidden = Float32Array.from(few.flatMap((i) => [...all[i]!]));
        const targets = new Float32Array(few.length * labels);
        few.forEach((i, n) => (targets[n * labels + truth[i]!] = 1));
        for (const anchor of [0.03, 0.1, 0.3]) {
          const tuned = await fineTuneHead(model, hidden, targets, { steps: 150, learningRate: 0.01, anchor });
          note(
            `${count} clips, anchor ${anchor}`,
            recall(
              truthRest,
              answers(
                model,
                tuned,
                rest.map((i) => all[i]!),
              ),
            ),
          );
        }
      }
      const calm = draw(
        own.filter((i) => truth[i] === neutral),
        truth,
        3,
        random,
      );
      if (calm.length === 0) continue;
      const rest = own.filter((i) => !calm.includes(i));
      const mine = columnMean(calm.map((i) => test[i]!.features));
      for (const share of [0, 0.3, 0.6, 1]) {
        const moved = rest.map((i) => {
          const { features } = test[i]!;
          return new Matrix(
            features.rows,
            features.columns,
            features.data.map((v, k) => v + share * (reference[k % features.columns]! - mine[k % features.columns]!)),
          );
        });
        note(
          `neutral, share ${share}`,
          recall(
            rest.map((i) => truth[i]!),
            answers(model, model.weights, await hiddenOf(session, moved, frames)),
          ),
        );
      }
    }
    const [corpus, name] = speaker.split(" ") as [string, string];
    rows.push({ corpus, speaker: name, ...result });
    process.stderr.write(`${path.basename(file)} ${speaker}\n`);
  }
  await session.release();
}
const variants = Object.keys(rows[0]!).filter((key) => key !== "corpus" && key !== "speaker");
for (const [corpus, own] of groupBy(rows, (row) => row.corpus)) {
  console.log(`${corpus}: ${own.length} speakers`);
  for (const variant of variants) {
    const values = own.map((row) => 100 * Number(row[variant]));
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const base = variant.startsWith("neutral") ? "neutral, share 0" : `base, ${/\d+/.exec(variant)![0]} left out`;
    const gains = own.map((row) => 100 * (Number(row[variant]) - Number(row[base])));
    const gain = gains.reduce((a, b) => a + b, 0) / gains.length;
    const error = Math.sqrt(
      gains.reduce((sum, g) => sum + (g - gain) ** 2, 0) / Math.max(1, gains.length - 1) / gains.length,
    );
    console.log(
      `  ${variant.padEnd(24)} UAR ${mean.toFixed(1)}  gain ${gain >= 0 ? "+" : ""}${gain.toFixed(1)} ± ${(1.96 * error).toFixed(1)}`,
    );
  }
}
