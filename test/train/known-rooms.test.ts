import { describe, expect, test } from "vitest";
import { augmentationsOf, parseAugmentation } from "../../src/augment/index.ts";
import { SEVEN_EMOTIONS } from "../../src/emotions.ts";
import { Matrix } from "../../src/matrix.ts";
import { decodeModel, encodeModel, functionalsCount, preset } from "../../src/model/index.ts";
import { Random } from "../../src/random.ts";
import { modelOf, train, trainConfig, type Example, type Plan } from "../../src/train/index.ts";
import { roomsOf } from "../../src/train/known-rooms.ts";
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

/** Recordings of four voices: what is said moves them along 5 directions, so that 16 factors hold all of it. */
function corpus(name: string, spread: number): { examples: Example[]; measures: Float32Array[] } {
  const directions = Array.from({ length: 5 }, () => Float64Array.from({ length: N }, () => random.normal()));
  const examples: Example[] = [];
  const measures: Float32Array[] = [];
  for (let voice = 0; voice < 4; voice++) {
    const own = Float64Array.from({ length: N }, () => spread * random.normal());
    for (let n = 0; n < 30; n++) {
      const said = directions.map(() => random.normal());
      examples.push(example(name, `v${voice}`, n));
      measures.push(
        Float32Array.from(own, (value, k) => value + directions.reduce((sum, d, i) => sum + d[k]! * said[i]!, 0)),
      );
    }
  }
  return { examples, measures };
}

test("a room is the Gaussian of its corpus: covariances written out and inverted as a whole", () => {
  const [a, b] = [corpus("a", 0.5), corpus("b", 1)];
  const examples = [...a.examples, ...b.examples];
  const measures = [...a.measures, ...b.measures];
  const rooms = roomsOf(examples, measures);
  expect(rooms.map(({ name }) => name)).toEqual(["a", "b"]);

  const mean = (rows: readonly ArrayLike<number>[]): number[] =>
    Array.from({ length: N }, (_, k) => rows.reduce((sum, row) => sum + row[k]! / rows.length, 0));
  const all = mean(measures);
  const scale = all.map((about, k) =>
    Math.sqrt(measures.reduce((sum, row) => sum + (row[k]! - about) ** 2 / measures.length, 0)),
  );
  const of = ({ measures: own }: typeof a): { mean: number[]; within: number[][]; between: number[] } => {
    const voices = [0, 1, 2, 3].map((v) =>
      own.slice(30 * v, 30 * v + 30).map((row) => Array.from(row, (value, k) => value / scale[k]!)),
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
  };
  const own = [of(a), of(b)];
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
      const expected = x.reduce(
        (sum, value, i) => sum + value * x.reduce((s, v, j) => s + precision[i]![j]! * v, 0),
        0,
      );
      const away = Array.from(row, (value, k) => value - room.means[k]!);
      const alone = away.reduce((sum, value, k) => sum + room.precision[k]! * value ** 2, 0);
      const along = Array.from({ length: 16 }, (_, f) =>
        away.reduce((sum, value, k) => sum + value * room.factors[k * 16 + f]!, 0),
      );
      const found = alone - along.reduce((sum, value) => sum + value ** 2, 0);
      expect([found]).toBeAllClose([expected], { rtol: 1e-3, atol: 1e-3 });
    }
  }
});

test("copies add the means of their kinds, each of its voices' means, and change nothing else", () => {
  const { examples, measures } = corpus("a", 0.5);
  const [plain] = roomsOf(examples, measures);
  // Voice 0's first two recordings and voice 1's first over the telephone: 3 and 5 more than they measure.
  const copied = [0, 1, 30].map((i) => ({
    ...examples[i]!,
    augmentation: augmentationsOf(parseAugmentation("*:1:telephone"), "happy", examples[i]!.utterance.id, 1)[0]!,
  }));
  const heard = [0, 1, 30].map((i) => measures[i]!.map((value) => value + (i < 30 ? 3 : 5)));
  const [room] = roomsOf([...examples, ...copied], [...measures, ...heard]);
  expect(room!.precision).toEqual(plain!.precision);
  expect(room!.factors).toEqual(plain!.factors);
  expect(room!.means.subarray(0, N)).toEqual(plain!.means);
  expect(room!.means.subarray(N)).toBeAllClose(
    Array.from({ length: N }, (_, k) => ((heard[0]![k]! + heard[1]![k]!) / 2 + heard[2]![k]!) / 2),
    { atol: 1e-4 },
  );
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
    expect(without.metadata.neutralReference).toMatchObject({ speakers: expect.any(Number) as number });
  });
});
