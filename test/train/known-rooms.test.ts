import { describe, expect, test } from "vitest";
import { augmentationsOf, parseAugmentation } from "../../src/augment/index.ts";
import { SEVEN_EMOTIONS } from "../../src/emotions.ts";
import { Matrix } from "../../src/matrix.ts";
import { decodeModel, encodeModel, functionalsCount, preset, type KnownRoom } from "../../src/model/index.ts";
import { Random } from "../../src/random.ts";
import { modelOf, train, trainConfig, type Example, type Plan } from "../../src/train/index.ts";
import { roomExamples, roomsOf } from "../../src/train/index.ts";
import { tinyBranched } from "../tiny-model.ts";

function example(corpus: string, speaker: string, n: number, features = new Matrix(1, 1)): Example {
  const utterance = { id: `${corpus}/${speaker}-${n}`, corpus, path: "", emotion: "", speaker: `${corpus}/${speaker}` };
  return { utterance, label: n % 7, features, facts: {} as Example["facts"] };
}

/** The inverse of a matrix by Gauss and Jordan. */
function inverse(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let i = 0; i < n; i++) {
    const pivot = rows
      .slice(i)
      .reduce((best, row, j) => (Math.abs(row[i]!) > Math.abs(rows[best]![i]!) ? i + j : best), i);
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    rows[i] = rows[i]!.map((value) => value / rows[i]![i]!);
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      const factor = rows[j]![i]!;
      rows[j] = rows[j]!.map((value, k) => value - factor * rows[i]![k]!);
    }
  }
  return rows.map((row) => row.slice(n));
}

const N = 24;
const random = new Random(6, "rooms");

/** Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations, the largest first. */
function eigen(matrix: readonly (readonly number[])[]): { value: number; vector: number[] }[] {
  const n = matrix.length;
  const a = matrix.map((row) => [...row]);
  const v = matrix.map((_, i) => matrix.map((__, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (Math.abs(a[p]![q]!) < 1e-14) continue;
        const angle = Math.atan2(2 * a[p]![q]!, a[p]![p]! - a[q]![q]!) / 2;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        for (const rows of [a, v]) {
          for (const row of rows) [row[p], row[q]] = [c * row[p]! + s * row[q]!, c * row[q]! - s * row[p]!];
        }
        [a[p], a[q]] = [a[p]!.map((x, k) => c * x + s * a[q]![k]!), a[q]!.map((x, k) => c * x - s * a[p]![k]!)];
      }
    }
  }
  return a
    .map((row, i) => ({ value: row[i]!, vector: v.map((each) => each[i]!) }))
    .toSorted((x, y) => y.value - x.value);
}

/** The squared distance of `row` from a room's mean, as its precision and factors tell. */
function distanceOf(room: KnownRoom, row: Float32Array): number {
  const away = Array.from(row, (value, k) => value - room.means[k]!);
  const alone = away.reduce((sum, value, k) => sum + room.precision[k]! * value ** 2, 0);
  const along = Array.from({ length: 16 }, (_, f) =>
    away.reduce((sum, value, k) => sum + value * room.factors[k * 16 + f]!, 0),
  );
  return alone - along.reduce((sum, value) => sum + value ** 2, 0);
}

/** xᵀ A x. */
function quadratic(a: readonly (readonly number[])[], x: readonly number[]): number {
  return x.reduce((sum, value, i) => sum + value * x.reduce((s, v, j) => s + a[i]![j]! * v, 0), 0);
}

/** Recordings of four voices: what is said moves them along some directions, and each measure by noise of its own. */
function corpus(
  name: string,
  spread: number,
  { count = 5, noise = 0 } = {},
): { examples: Example[]; measures: Float32Array[] } {
  const directions = Array.from({ length: count }, () => Float64Array.from({ length: N }, () => random.normal()));
  const examples: Example[] = [];
  const measures: Float32Array[] = [];
  for (let voice = 0; voice < 4; voice++) {
    const own = Float64Array.from({ length: N }, () => spread * random.normal());
    for (let n = 0; n < 30; n++) {
      const said = directions.map(() => random.normal());
      examples.push(example(name, `v${voice}`, n));
      measures.push(
        Float32Array.from(
          own,
          (value, k) => value + directions.reduce((sum, d, i) => sum + d[k]! * said[i]!, noise * random.normal()),
        ),
      );
    }
  }
  return { examples, measures };
}

const mean = (rows: readonly ArrayLike<number>[]): number[] =>
  Array.from({ length: N }, (_, k) => rows.reduce((sum, row) => sum + row[k]! / rows.length, 0));

function deviations(measures: readonly Float32Array[]): number[] {
  return mean(measures).map((about, k) =>
    Math.sqrt(measures.reduce((sum, row) => sum + (row[k]! - about) ** 2 / measures.length, 0)),
  );
}

/** Mean, covariance of recordings about their voices' means, and variance of these, of one of those corpora. */
function written(
  measures: readonly Float32Array[],
  scale: readonly number[],
): { mean: number[]; within: number[][]; between: number[] } {
  const voices = [0, 1, 2, 3].map((v) =>
    measures.slice(30 * v, 30 * v + 30).map((row) => Array.from(row, (value, k) => value / scale[k]!)),
  );
  const means = voices.map(mean);
  const centre = mean(means);
  const within = Array.from({ length: N }, (_, i) =>
    Array.from({ length: N }, (__, j) =>
      voices.reduce(
        (sum, rows, v) =>
          sum + rows.reduce((s, row) => s + ((row[i]! - means[v]![i]!) * (row[j]! - means[v]![j]!)) / 120, 0),
        0,
      ),
    ),
  );
  return { mean: centre, within, between: centre.map((c, k) => means.reduce((s, m) => s + (m[k]! - c) ** 2 / 3, 0)) };
}

test("a room is the Gaussian of its corpus: covariances written out and inverted as a whole", () => {
  // 5 directions, so that 16 factors hold all that is said.
  const [a, b] = [corpus("a", 0.5), corpus("b", 1)];
  const examples = [...a.examples, ...b.examples];
  const measures = [...a.measures, ...b.measures];
  const rooms = roomsOf(examples, new Map(examples.map((each, i) => [each, measures[i]!])));
  expect(rooms.map(({ name }) => name)).toEqual(["a", "b"]);

  const scale = deviations(measures);
  const own = [a, b].map((each) => written(each.measures, scale));
  for (const [r, room] of rooms.entries()) {
    expect(room.means).toBeAllClose(
      own[r]!.mean.map((value, k) => value * scale[k]!),
      { atol: 1e-4 },
    );
    // 120 recordings against a prior of 100; 5/4 of the voices' mean variance, and 0.001 where the factors leave nothing.
    const covariance = own[r]!.within.map((row, i) =>
      row.map((value, j) => {
        const pooled = (own[0]!.within[i]![j]! + own[1]!.within[i]![j]!) / 2;
        const voices = i === j ? 1.25 * ((own[0]!.between[i]! + own[1]!.between[i]!) / 2) + 1e-3 : 0;
        return (120 * value + 100 * pooled) / 220 + voices;
      }),
    );
    const precision = inverse(covariance);
    for (const row of measures.filter((_, i) => i % 17 === 0)) {
      const x = Array.from(row, (value, k) => value / scale[k]! - own[r]!.mean[k]!);
      expect([distanceOf(room, row)]).toBeAllClose([quadratic(precision, x)], { rtol: 1e-3, atol: 1e-3 });
    }
  }
});

test("what 16 factors leave of a covariance is in the diagonal: eigenvectors by Jacobi", () => {
  const { examples, measures } = corpus("a", 0.05, { count: 14, noise: 0.7 });
  const [room] = roomsOf(examples, new Map(examples.map((each, i) => [each, measures[i]!])));
  const scale = deviations(measures);
  const { mean: centre, within, between } = written(measures, scale);
  const factors = eigen(within).slice(0, 16);
  const held = within.map((_, i) =>
    within.map((__, j) => factors.reduce((sum, { value, vector }) => sum + value * vector[i]! * vector[j]!, 0)),
  );
  const left = within.map((row, k) => Math.max(1e-3, row[k]! - held[k]![k]!));
  expect(Math.max(...left)).toBeGreaterThan(0.01);
  const precision = inverse(
    held.map((row, i) => row.map((value, j) => value + (i === j ? left[i]! + 1.25 * between[i]! : 0))),
  );
  for (const row of measures.filter((_, i) => i % 17 === 0)) {
    const x = Array.from(row, (value, k) => value / scale[k]! - centre[k]!);
    expect([distanceOf(room!, row)]).toBeAllClose([quadratic(precision, x)], { rtol: 0.01 });
  }
});

test("copies add the means of their kinds, each of its voices' means, and change nothing else", () => {
  const { examples, measures } = corpus("a", 0.5);
  const measured = new Map(examples.map((each, i) => [each, measures[i]!]));
  const [plain] = roomsOf(examples, measured);
  // Voice 0's first two recordings and voice 1's first over the telephone: 3 and 5 more than they measure.
  const copied = [0, 1, 30].map((i) => ({
    ...examples[i]!,
    augmentation: augmentationsOf(parseAugmentation("*:1:telephone"), "happy", examples[i]!.utterance.id, 1)[0]!,
  }));
  const heard = [0, 1, 30].map((i) => measures[i]!.map((value) => value + (i < 30 ? 3 : 5)));
  for (const [i, copy] of copied.entries()) measured.set(copy, heard[i]!);
  const [room] = roomsOf([...examples, ...copied], measured);
  expect(room!.precision).toEqual(plain!.precision);
  expect(room!.factors).toEqual(plain!.factors);
  expect(room!.means.subarray(0, N)).toEqual(plain!.means);
  expect(room!.means.subarray(N)).toBeAllClose(
    Array.from({ length: N }, (_, k) => ((heard[0]![k]! + heard[1]![k]!) / 2 + heard[2]![k]!) / 2),
    { atol: 1e-4 },
  );
});

test("a quarter of every kind of copies tells rooms, in whatever order the kinds come", () => {
  const { examples } = corpus("a", 0.5);
  const copies = examples.flatMap((each) =>
    ["*:1:noise", "*:1:telephone"].map((rule) => ({
      ...each,
      augmentation: augmentationsOf(parseAugmentation(rule), "happy", each.utterance.id, 1)[0]!,
    })),
  );
  const taken = roomExamples({ train: examples, copies }).map(({ augmentation }) => augmentation?.operation);
  expect(taken.filter((kind) => kind === undefined)).toHaveLength(120);
  expect(taken.filter((kind) => kind === "noise")).toHaveLength(30);
  expect(taken.filter((kind) => kind === "telephone")).toHaveLength(30);
});

describe("training", () => {
  test("tells the model its rooms and its voices, and both are in its file", async () => {
    const columns = 72;
    const { functionals } = preset("default").network(7);
    const network = tinyBranched({ features: columns, functionals: { ...functionals!, units: [5, 4] } });
    const clips = Array.from({ length: 24 }, (_, n) =>
      example(
        n < 12 ? "a" : "b",
        `v${n % 4}`,
        n,
        new Matrix(
          40,
          columns,
          Float32Array.from({ length: 40 * columns }, () => random.normal()),
        ),
      ),
    );
    const config = trainConfig({
      preset: "default",
      corpora: ["none"],
      threads: 1,
      epochs: 1,
      batch: 8,
      augment: "none",
      labels: "7",
    });
    const split = { kind: "speaker", seed: 1, testShare: 0, validationShare: 0, corpora: {}, notes: [] };
    const plan = { config, network, split, train: clips, validation: [], test: [], copies: [] } as unknown as Plan;
    const model = modelOf(plan, await train(plan));
    expect(model.rooms!.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(model.rooms![0]!.precision).toHaveLength(functionalsCount(network));
    expect(model.metadata.voiceReference).toMatchObject({ recordings: 24, speakers: 8 });
    expect(model.metadata.neutralReference).toBeUndefined();
    const again = await decodeModel(await encodeModel(model), "m");
    expect(again.rooms).toEqual(model.rooms);
    expect(again.metadata.labels).toEqual(SEVEN_EMOTIONS);
    const without = modelOf(plan, await train(plan, { voices: false }));
    expect(without.metadata.voiceReference).toBeUndefined();
    expect(without.metadata.neutralReference).toMatchObject({ recordings: 3, speakers: 3 });
  });
});
