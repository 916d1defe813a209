import { concat, div, frameMask, Graph, reduceSum, zeroBeyond } from "../graph/index.ts";
import { functionals, functionalsCount } from "./functionals.ts";
import { layoutOf, type NetworkConfig } from "./parameters.ts";

/** What recordings of the training part measure on average: a voice is known by how its own differ from that. */
export interface VoiceReference {
  /** Mean over the training part's recordings of what {@link measureGraph} gives, shape (columns + functionals). */
  readonly mean: readonly number[];
  /** By so many recordings a voice is half believed: see {@link voiceOffset}. */
  readonly prior: number;
  /** How many recordings it comes from. */
  readonly recordings: number;
  /** How many speakers these have. */
  readonly speakers: number;
}

/** How many numbers {@link measureGraph} gives: columns, then functionals. */
export function measureCount(config: NetworkConfig): number {
  return config.features + functionalsCount(config);
}

/**
 * The bytes of an `.onnx` that measures recordings as a voice is known by them: features (batch, frames, columns) and
 * lengths (batch) int64 → measures (batch, columns + functionals), the mean of each column over the real frames, then what
 * the network's branch of functionals sees, where it has one. There are no weights in it.
 */
export function measureGraph(config: NetworkConfig): Uint8Array {
  const graph = new Graph({ name: "voice_measures" });
  const x = graph.input("features", ["batch", "frames", config.features]);
  const lengths = graph.input("lengths", ["batch"], "int64");
  const real = zeroBeyond(x, lengths);
  const mean = div(reduceSum(real, [1]), reduceSum(frameMask(lengths, real), [1]));
  const branch = config.functionals;
  graph.output("measures", branch === undefined ? mean : concat([mean, functionals(x, lengths, branch)], 1));
  return graph.toBytes();
}

/**
 * How a voice differs from the mean voice, as far as some recordings tell: `Σ (measures − mean) / (n + prior)`, nothing for
 * none. The prior is what a Bayesian estimate of a mean has, one number for all measures.
 *
 * @param measures of n recordings, each (columns + functionals)
 */
export function voiceOffset(
  measures: readonly Float32Array[],
  { mean, prior }: Pick<VoiceReference, "mean" | "prior">,
): Float32Array {
  const sums = new Float64Array(mean.length);
  for (const each of measures) for (let k = 0; k < sums.length; k++) sums[k]! += each[k]! - mean[k]!;
  return Float32Array.from(sums, (sum) => sum / (measures.length + prior));
}

/**
 * A model's statistics for a voice: what it hears less the voice's offset is what the network sees of anyone. The columns'
 * offset moves the standardiser's mean, that of the functionals the mean of the normalisation behind them.
 *
 * @param statistics shape (S)
 * @param offset shape (columns + functionals)
 * @returns a copy of the statistics
 */
export function statisticsOfVoice(config: NetworkConfig, statistics: Float32Array, offset: Float32Array): Float32Array {
  const layout = layoutOf(config).statistics;
  const out = statistics.slice();
  const move = (name: string, by: Float32Array): void => {
    const mean = layout.view(out, name);
    for (const [k, value] of by.entries()) mean[k]! += value;
  };
  move("standardizer/mean", offset.subarray(0, config.features));
  if (config.functionals !== undefined) move("functional_norm/moving_mean", offset.subarray(config.features));
  return out;
}
