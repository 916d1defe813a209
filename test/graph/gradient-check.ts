import { expect } from "vitest";
import { Graph, mul, reduceSum, type Value } from "../../src/graph/index.ts";
import { Random } from "../../src/random.ts";
import { Session, type Tensors } from "../../src/runtime/index.ts";

/** Numbers that are neither near 0 nor near each other, so that kinks (ReLU, max) are not hit by a finite step. */
export function distinct(count: number, seed: number): Float64Array {
  const order = new Random(seed, "order").shuffle(Array.from({ length: count }, (_, i) => i));
  return Float64Array.from(order, (rank) => {
    const x = ((rank + 0.3 + 0.07 * Math.sqrt(seed + 1)) / count) * 2 - 1;
    return x + Math.sign(x) * 0.05;
  });
}

/** Runs a graph of named double inputs. */
export async function runGraph(
  graph: Graph,
  inputs: Record<string, { data: Float64Array; shape: number[] }>,
): Promise<Tensors> {
  const session = await Session.create(graph.toBytes(), { threads: 1 });
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([name, { data, shape }]) => [name, { type: "float64", data, shape }] as const),
  );
  const outputs = await session.run(tensors);
  await session.release();
  return outputs;
}

/**
 * Checks every gradient of `build` in float64: a random weighted sum of the result is differentiated by the graph and by
 * central differences.
 */
export async function checkGradients(
  shapes: Record<string, number[]>,
  build: (inputs: Record<string, Value>, graph: Graph) => Value,
  {
    step = 1e-5,
    tolerance = 1e-7,
    data = {},
  }: { step?: number; tolerance?: number; data?: Record<string, Float64Array> } = {},
): Promise<void> {
  const graph = new Graph({ float: "float64" });
  const inputs = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, graph.input(name, shape, "float64", true)]),
  );
  const y = build(inputs, graph);
  const size = (shape: readonly (number | string)[]): number => shape.reduce<number>((n, dim) => n * Number(dim), 1);
  const weights = graph.constant(distinct(size(y.shape), 99), y.shape as number[]);
  const axes = y.shape.map((_, i) => i);
  const loss = axes.length === 0 ? y : reduceSum(mul(y, weights), axes);
  const names = Object.keys(shapes);
  const gradients = graph.gradients(
    loss,
    names.map((name) => inputs[name]!),
  );
  graph.output("loss", loss);
  for (const [i, gradient] of gradients.entries()) graph.output(`d_${names[i]}`, gradient);

  const values = Object.fromEntries(
    names.map((name, i) => [name, { data: data[name] ?? distinct(size(shapes[name]!), i), shape: shapes[name]! }]),
  );
  const session = await Session.create(graph.toBytes(), { threads: 1 });
  const run = async (): Promise<Tensors> =>
    session.run(
      Object.fromEntries(Object.entries(values).map(([name, v]) => [name, { type: "float64", ...v }] as const)),
    );
  const analytic = await run();
  for (const name of names) {
    const { data: x } = values[name]!;
    const numeric = new Float64Array(x.length);
    for (let i = 0; i < x.length; i++) {
      const at = x[i]!;
      x[i] = at + step;
      const above = (await run())["loss"]!.data[0] as number;
      x[i] = at - step;
      const below = (await run())["loss"]!.data[0] as number;
      x[i] = at;
      numeric[i] = (above - below) / (2 * step);
    }
    expect(analytic[`d_${name}`]!.shape).toEqual(shapes[name]);
    expect(analytic[`d_${name}`]!.data as Float64Array, `gradient of ${name}`).toBeAllClose(numeric, {
      atol: tolerance,
      rtol: tolerance * 10,
    });
  }
  await session.release();
}
