import { describe, expect, test } from "vitest";
import { fineTuneHead } from "../../src/fit/index.ts";
import { encodeHidden, encodeModel, HEAD, layoutOf } from "../../src/model/index.ts";
import { Random } from "../../src/random.ts";
import { Session } from "../../src/runtime/index.ts";
import { tinyModel } from "../tiny-model.ts";

const model = tinyModel({ masked: true, labels: 7 });
const { units, labels } = { units: model.metadata.network.denseUnits, labels: 7 };
const layout = layoutOf(model.metadata.network).weights;
const random = new Random(5);
const clips = 12;
const hidden = Float32Array.from({ length: clips * units }, () => Math.max(0, random.normal()));
const targets = Float32Array.from({ length: clips * labels }, (_, i) =>
  i % labels === Math.floor(i / labels) % 3 ? 1 : 0,
);

/** Mean cross-entropy of the clips plus the price of the distance, by plain loops in float64. */
function objective(weights: Float32Array, anchor: number): number {
  const kernel = layout.view(weights, `${HEAD}/kernel`);
  const bias = layout.view(weights, `${HEAD}/bias`);
  let loss = 0;
  for (let n = 0; n < clips; n++) {
    const logits = Array.from({ length: labels }, (_, l) =>
      Array.from({ length: units }, (_u, u) => hidden[n * units + u]! * kernel[u * labels + l]!).reduce(
        (a, b) => a + b,
        bias[l]!,
      ),
    );
    const log = Math.log(logits.reduce((sum, z) => sum + Math.exp(z), 0));
    logits.forEach((z, l) => (loss += (targets[n * labels + l]! * (log - z)) / clips));
  }
  const distance = model.weights.reduce((sum, w, i) => sum + (w - weights[i]!) ** 2, 0);
  return loss + anchor * distance;
}

describe("the last layer taught a few clips", () => {
  test("no other weight moves; the objective falls to its minimum, where every direction is uphill", async () => {
    const before = model.weights.slice();
    const tuned = await fineTuneHead(model, hidden, targets, { steps: 600, learningRate: 0.02, anchor: 0.05 });
    expect(model.weights).toEqual(before);
    for (const { name } of layout.specs) {
      const moved = layout.view(tuned, name).some((w, i) => w !== layout.view(before, name)[i]);
      expect([name, moved]).toEqual([name, name.startsWith(`${HEAD}/`)]);
    }
    const reached = objective(tuned, 0.05);
    expect(reached).toBeLessThan(objective(before, 0.05) - 0.1);
    for (const name of [`${HEAD}/kernel`, `${HEAD}/bias`]) {
      for (const step of [0.02, -0.02]) {
        for (let i = 0; i < layout.view(tuned, name).length; i += 5) {
          const other = tuned.slice();
          layout.view(other, name)[i]! += step;
          expect(objective(other, 0.05)).toBeGreaterThan(reached);
        }
      }
    }
  });

  test("a stronger anchor keeps it nearer", async () => {
    const far = (weights: Float32Array): number => Math.hypot(...weights.map((w, i) => w - model.weights[i]!));
    const [loose, tight] = [
      await fineTuneHead(model, hidden, targets, { anchor: 0.01 }),
      await fineTuneHead(model, hidden, targets, { anchor: 10 }),
    ];
    expect(far(tight)).toBeLessThan(far(loose) / 5);
  });

  test("what the last layer is given, times its weights, is what the model answers", async () => {
    const { frames, features } = model.metadata.network;
    const x = Float32Array.from({ length: 2 * 20 * features }, () => random.normal());
    const feeds = {
      features: { type: "float32" as const, data: x, shape: [2, 20, features] },
      lengths: { type: "int64" as const, data: BigInt64Array.from([20n, 13n]), shape: [2] },
    };
    expect(frames).toBeGreaterThan(20);
    const inner = await Session.create(encodeHidden(model), { threads: 1 });
    const whole = await Session.create(await encodeModel(model), { threads: 1 });
    const h = (await inner.run(feeds))["hidden"]!.data as Float32Array;
    const answers = (await whole.run(feeds))["probabilities"]!.data as Float32Array;
    const kernel = layout.view(model.weights, `${HEAD}/kernel`);
    const bias = layout.view(model.weights, `${HEAD}/bias`);
    for (const n of [0, 1]) {
      const powers = Array.from({ length: labels }, (_, l) => {
        let z = bias[l]!;
        for (let u = 0; u < units; u++) z += h[n * units + u]! * kernel[u * labels + l]!;
        return Math.exp(z);
      });
      const sum = powers.reduce((a, b) => a + b);
      expect(answers.subarray(n * labels, (n + 1) * labels)).toBeAllClose(
        powers.map((p) => p / sum),
        { atol: 1e-6 },
      );
    }
  });
});
