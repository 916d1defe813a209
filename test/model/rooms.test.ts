import { describe, expect, test } from "vitest";
import { measureClips } from "../../src/fit/index.ts";
import { Graph } from "../../src/graph/index.ts";
import {
  decodeModel,
  encodeModel,
  fingerprint,
  functionalsCount,
  layoutOf,
  roomDistance,
} from "../../src/model/index.ts";
import type { KnownRoom, Model } from "../../src/model/index.ts";
import { Matrix } from "../../src/matrix.ts";
import { Random } from "../../src/random.ts";
import { Recognizer } from "../../src/recognize/index.ts";
import { floats, Session } from "../../src/runtime/index.ts";
import { tinyKnowingModel } from "../recognize/models.ts";
import { tinyBranched, tinyModel } from "../tiny-model.ts";

const random = new Random(8, "rooms");
const some = (length: number, scale = 1): Float32Array => Float32Array.from({ length }, () => scale * random.normal());

describe("the distance from rooms", () => {
  test("is that from the nearest one, by its precision and factors, as written out", async () => {
    const [B, N, R] = [5, 6, 2];
    const rooms = ["a", "b"].map((name): KnownRoom => {
      const precision = some(N).map((value) => 1 + value * value);
      return { name, means: some(3 * N), precision, factors: some(N * R, 0.2) };
    });
    const measures = some(B * N);
    const graph = new Graph();
    graph.output("y", roomDistance(graph.input("x", ["batch", N]), rooms));
    const session = await Session.create(graph.toBytes());
    const { y } = await session.run({ x: floats(measures, [B, N]) });
    await session.release();
    const expected = Array.from({ length: B }, (_, b) =>
      Math.min(
        ...rooms.flatMap(({ means, precision, factors }) =>
          [0, 1, 2].map((c) => {
            let sum = 0;
            const along = [0, 0];
            for (let k = 0; k < N; k++) {
              const away = measures[b * N + k]! - means[c * N + k]!;
              sum += precision[k]! * away ** 2;
              for (let r = 0; r < R; r++) along[r]! += away * factors[k * R + r]!;
            }
            return (sum - along[0]! ** 2 - along[1]! ** 2) / N;
          }),
        ),
      ),
    );
    expect(y!.shape).toEqual([B, 1]);
    expect(y!.data).toBeAllClose(expected, { atol: 1e-5 });
  });
});

describe("a model that knows the rooms of training", () => {
  const network = tinyBranched();
  const N = functionalsCount(network);
  const frames = 32;
  const clip = some(frames * network.features);
  const layout = layoutOf(network);
  const tiny = tinyModel();
  const plain: Model = {
    ...tiny,
    temperature: 1.3,
    weights: layout.weights.initialize(5).map((value) => value + 0.3 * random.normal()),
    statistics: layout.statistics.initialize(5),
    metadata: { ...tiny.metadata, network },
  };

  async function ask(model: Model): Promise<number[]> {
    const session = await Session.create(await encodeModel(model), { threads: 1 });
    const lengths = { type: "int64", data: BigInt64Array.of(BigInt(frames)), shape: [1] } as const;
    const { probabilities } = await session.run({ features: floats(clip, [1, frames, network.features]), lengths });
    await session.release();
    return Array.from(probabilities!.data as Float32Array);
  }

  /** A room at such a distance from the clip: the mean of N squares is `distance`. */
  async function roomAt(distance: number): Promise<KnownRoom> {
    const [measures] = await measureClips({ length: 1, features: () => clip }, network);
    const means = measures!.map((value) => value - Math.sqrt(distance));
    return { name: "c", means, precision: means.map(() => 1), factors: new Float32Array(2 * N) };
  }

  // 1 + 2 · (distance − 1.1) / 0.5, in 1 … 3.
  test.each([
    [0.4, 1],
    [1.1, 1],
    [1.35, 2],
    [1.6, 3],
    [40, 3],
  ])("answers the same label at distance %s, its logits divided by %s", async (distance, caution) => {
    const before = await ask(plain);
    const after = await ask({ ...plain, rooms: [await roomAt(distance)] });
    const powers = before.map((p) => p ** (1 / caution));
    const sum = powers.reduce((a, b) => a + b);
    expect(after).toBeAllClose(
      powers.map((power) => power / sum),
      { atol: 1e-4 },
    );
  });

  test("the nearest room counts; all travel in the model file", async () => {
    const rooms = [
      { ...(await roomAt(30)), name: "far" },
      { ...(await roomAt(0.5)), name: "near" },
    ];
    expect(await ask({ ...plain, rooms })).toBeAllClose(await ask(plain), { atol: 1e-4 });
    const again = await decodeModel(await encodeModel({ ...plain, rooms }), "m");
    expect(again.rooms).toEqual(rooms);
    expect((await decodeModel(await encodeModel(plain), "m")).rooms).toBeUndefined();
  });

  test("knows a voice with its room: there it is not cautious", async () => {
    const knowing = tinyKnowingModel();
    const count = functionalsCount(knowing.metadata.network);
    const zeros = new Float32Array(count);
    const far: KnownRoom = { name: "c", means: zeros.map(() => 1e3), precision: zeros.map(() => 1), factors: zeros };
    const features = new Matrix(60, 72, some(60 * 72));
    const voice = {
      kind: "speech-emotion/voice",
      version: 2,
      featureSet: knowing.metadata.featureSet,
      baseline: { shift: Array.from({ length: count }, () => 0.1), share: 1, recordings: 1, seconds: 3 },
      head: null,
      created: "",
    } as const;
    const answers: Float32Array[] = [];
    for (const model of [knowing, { ...knowing, rooms: [far] }]) {
      await using anyone = await Recognizer.load(await encodeModel(model));
      await using known = await anyone.withVoice({ ...voice, model: await fingerprint(model) });
      answers.push(await anyone.classifyFeatures([features]), await known.classifyFeatures([features]));
      await using forgotten = await known.withVoice(null);
      expect(await forgotten.classifyFeatures([features])).toBeAllClose(answers.at(-2)!, { atol: 1e-6 });
    }
    const [stranger, known, cautious, same] = answers;
    expect(same!).toBeAllClose(known!, { atol: 1e-6 });
    expect(Math.max(...cautious!)).toBeLessThan(Math.max(...stranger!));
  });
});
