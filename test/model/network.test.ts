import { test } from "vitest";
import { softmaxCrossEntropy } from "../../src/graph/index.ts";
import { fromVectors, Layers, layoutOf, network, preset, type NetworkConfig } from "../../src/model/index.ts";
import { checkGradients, distinct } from "../graph/gradient-check.ts";

const small = {
  frames: 12,
  features: 3,
  convolutions: [
    { filters: 4, width: 5 },
    { filters: 3, width: 3 },
  ],
  lstmUnits: 3,
  denseUnits: 4,
  dropout: 0,
};

// The second clip's frames beside those of the first: also so few that pooling would leave none.
test.each([
  ["seed", {}, 7],
  ["seed-masked", {}, 7],
  ["seed-masked", {}, 3],
  ["seed-masked", {}, 1],
  ["seed-masked", { inputPool: 2, frames: 24 }, 14],
  ["seed-masked", { inputPool: 2 }, 5],
  ["seed-300x1", {}, 7],
] as const)(
  "%s %j, %d frames: the gradient of every weight through the whole network, float64",
  async (name, change, second) => {
    const config: NetworkConfig = { ...preset(name).network(3), ...small, ...change };
    const layout = layoutOf(config);
    await checkGradients(
      { weights: [layout.weights.size] },
      ({ weights }, graph) => {
        const { frames } = config;
        const x = graph.constant(distinct(2 * frames * 3, 5), [2, frames, 3]);
        const statistics = graph.constant(layout.statistics.initialize(0), [layout.statistics.size]);
        const layers = new Layers(graph, fromVectors(layout, weights!, statistics), true);
        const targets = graph.constant([1, 0, 0, 0, 0, 1], [2, 3]);
        return softmaxCrossEntropy(network(x, graph.constant([frames, second], [2], "int64"), layers, config), targets);
      },
      // No bias of 0: ReLU has a kink where a frame of silence meets it.
      {
        data: { weights: Float64Array.from(layout.weights.initialize(1), (w) => (w === 0 ? 0.02 : w)) },
        tolerance: 1e-6,
      },
    );
  },
);
