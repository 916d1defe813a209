import { floatsOf, fromBase64, toBase64 } from "../bytes.ts";
import { Graph, type Value } from "../graph/index.ts";
import { measuresBranch } from "./cnn-bilstm.ts";
import { functionals, functionalsCount } from "./functionals.ts";
import { Layers } from "./layers.ts";
import { layoutOf, splitLayout, type NetworkConfig, type NetworkLayout, type ParameterLayout } from "./parameters.ts";

/** What makes use of a voice that has been heard before: of models whose network has a branch of `voices`. */
export interface VoiceReference {
  /** Mean over the training part's recordings of what {@link measureGraph} gives, shape (N). */
  readonly mean: readonly number[];
  /** By so many recordings a voice is half believed: see {@link voiceOffset}. */
  readonly prior: number;
  /** What each corpus of training measures on average, and of how many voices: rooms, microphones and manners that were met. */
  readonly corpora: readonly { readonly name: string; readonly mean: readonly number[]; readonly voices: number }[];
  /** Variance of the voices' means about their corpus's, shape (N). */
  readonly between: readonly number[];
  /** Variance of a voice's recordings about its mean, shape (N). */
  readonly within: readonly number[];
  /** The branch's own last layer: kernel (units × labels) row-major, then bias (labels), float32 little-endian in base64. */
  readonly head: string;
  /** How many recordings the mean comes from. */
  readonly recordings: number;
  /** How many speakers these have. */
  readonly speakers: number;
}

/** A branch for voices by itself, as it is taught: parameters of {@link voiceLayout}. */
export interface VoiceBranch {
  /** What gradients teach, one parameter behind the other, shape (size of the layout's weights). */
  readonly weights: Float32Array;
  /** What is gathered, the running statistics of its normalisation, shape (size of the layout's statistics). */
  readonly statistics: Float32Array;
}

/** The last layer: what a voice is adapted by. Its parameters are `dense2/kernel` (units, labels) and `dense2/bias` (labels). */
export const HEAD = "dense2";

/** The branch's own last layer while it is taught. */
export const VOICE_HEAD = "voice_head";

/**
 * The bytes of an `.onnx` that measures recordings as a voice is known by them: features (batch, frames, columns) and
 * lengths (batch) int64 → measures (batch, N), the {@link functionals}. There are no weights in it.
 *
 * @throws RangeError for a network without functionals
 */
export function measureGraph(config: NetworkConfig): Uint8Array {
  if (config.functionals === undefined) throw new RangeError("measureGraph: the network has no functionals");
  const graph = new Graph({ name: "voice_measures" });
  const x = graph.input("features", ["batch", "frames", config.features]);
  const lengths = graph.input("lengths", ["batch"], "int64");
  graph.output("measures", functionals(x, lengths, config.functionals));
  return graph.toBytes();
}

/**
 * How a voice differs from the mean voice, as far as some recordings tell: `Σ (measures − mean) / (n + prior)`, nothing for
 * none. The prior is what a Bayesian estimate of a mean has, one number for all measures.
 *
 * @param measures of n recordings, each (N)
 * @returns shape (N)
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
 * How foreign recordings of one voice are to the corpora of training: the mean over all measures of the squared distance
 * between their mean and that of the nearest corpus, in variances of a voice known by so many recordings. About 1 for another
 * voice of that corpus, 1.5 and more for other rooms, microphones and manners.
 *
 * @param measures of n recordings, at least one, each (N)
 */
export function foreignness(
  measures: readonly Float32Array[],
  { corpora, between, within }: Pick<VoiceReference, "corpora" | "between" | "within">,
): number {
  const n = measures.length;
  const mean = within.map((_, k) => measures.reduce((sum, each) => sum + each[k]! / n, 0));
  const distances = corpora.map(
    (corpus) =>
      mean.reduce((sum, value, k) => {
        const variance = between[k]! * (1 + 1 / corpus.voices) + within[k]! / n;
        return sum + (value - corpus.mean[k]!) ** 2 / variance;
      }, 0) / mean.length,
  );
  return Math.min(...distances);
}

/**
 * The part that the branch for voices has in the answer about a known voice: a third where its recordings are like the
 * corpora of training, whose ways the other branches know, all of it where they are foreign.
 *
 * @param foreign from {@link foreignness}, at least 0, in variances
 * @returns 1/3 … 1
 */
export function voiceShare(foreign: number): number {
  return 1 / 3 + (2 / 3) * Math.min(1, Math.max(0, foreign - 1.5));
}

/** The branch by itself: measures less a voice's offset (B, N) → logits (B, labels). */
export function voiceNetwork(measures: Value, layers: Layers, { functionals: branch, labels }: NetworkConfig): Value {
  return layers.dense(VOICE_HEAD, measuresBranch("voice", measures, layers, branch!), labels);
}

/** The parameters of {@link voiceNetwork}. */
export function voiceLayout(config: NetworkConfig): NetworkLayout {
  const graph = new Graph();
  const layers = new Layers(graph, ({ name, shape }) => graph.input(name, shape), false);
  voiceNetwork(graph.input("measures", [1, functionalsCount(config)]), layers, config);
  return splitLayout(layers.specs);
}

/** A network with a branch for voices, silent as long as none is known, and that branch's last layer. */
export interface WithVoices {
  /** The network's shape, with the branch. */
  readonly network: NetworkConfig;
  /** All of its weights, shape (P). */
  readonly weights: Float32Array;
  /** All of its statistics, shape (S). */
  readonly statistics: Float32Array;
  /** The branch's own last layer, as {@link VoiceReference} holds it. */
  readonly head: string;
}

/**
 * Adds a branch for voices to a network with functionals. Its answers stay what they were to the last bit but rounding: the
 * branch's rows of the last layer are zeros, until {@link weightsOfVoice} gives it a part.
 */
export function withVoices(
  config: NetworkConfig,
  { weights, statistics }: VoiceBranch,
  branch: VoiceBranch,
): WithVoices {
  const network = { ...config, functionals: { ...config.functionals!, voices: true } };
  const [from, to] = [layoutOf(config), layoutOf(network)];
  const own = voiceLayout(config);
  const gathered = (part: keyof NetworkLayout, old: Float32Array, taught: Float32Array): Float32Array => {
    const vector = new Float32Array(to[part].size);
    for (const { name } of to[part].specs) {
      const values = has(from[part], name) ? from[part].view(old, name) : own[part].view(taught, name);
      // The last layer's kernel has more rows than it had.
      to[part].view(vector, name).set(values);
    }
    return vector;
  };
  const last = (name: string): Float32Array => own.weights.view(branch.weights, `${VOICE_HEAD}/${name}`);
  const head = Float32Array.from([...last("kernel"), ...last("bias")]);
  return {
    network,
    weights: gathered("weights", weights, branch.weights),
    statistics: gathered("statistics", statistics, branch.statistics),
    head: toBase64(new Uint8Array(head.buffer)),
  };
}

/**
 * What the logits of a known voice are divided by: 1 for a share of a third, as voices of the training's corpora have it; for all, where no
 * training has been, 2 and more by how few recordings the voice is known: 3.5 for one, 2.5 for three.
 *
 * @param share from {@link voiceShare}, 0 … 1
 * @param recordings or windows of them that the voice is known by, at least 1
 * @returns 1 … 3.5
 */
export function voiceTemperature(share: number, recordings: number): number {
  return 1 + (1 + 1.5 / recordings) * Math.max(0, (3 * share - 1) / 2);
}

/**
 * A model's weights for a known voice: logits are `(1 − share)` of those for anyone and `share` of the branch's for voices,
 * divided by `temperature`.
 *
 * @param weights shape (P)
 * @param share 0 … 1
 * @param temperature positive, from {@link voiceTemperature}
 * @returns a copy of the weights that differs in the last layer alone
 */
export function weightsOfVoice(
  config: NetworkConfig,
  weights: Float32Array,
  { head }: Pick<VoiceReference, "head">,
  { share, temperature }: { readonly share: number; readonly temperature: number },
): Float32Array {
  const layout = layoutOf(config).weights;
  const out = weights.map((value) => value);
  const [kernel, bias] = [layout.view(out, `${HEAD}/kernel`), layout.view(out, `${HEAD}/bias`)];
  const own = floatsOf(fromBase64(head));
  const rows = own.length - bias.length;
  const [others, heard] = [(1 - share) / temperature, share / temperature];
  for (const [k, value] of kernel.entries()) kernel[k] = others * value;
  const last = kernel.length - rows;
  for (let k = 0; k < rows; k++) kernel[last + k]! += heard * own[k]!;
  for (const [l, value] of bias.entries()) bias[l] = others * value + heard * own[rows + l]!;
  return out;
}

/**
 * A model's statistics for a voice: what its branch for voices hears is less the voice's offset, since the mean of the
 * normalisation behind it moves.
 *
 * @param statistics shape (S)
 * @param offset shape (N)
 * @returns a copy of the statistics, shape (S)
 */
export function statisticsOfVoice(config: NetworkConfig, statistics: Float32Array, offset: Float32Array): Float32Array {
  const out = statistics.slice();
  const mean = layoutOf(config).statistics.view(out, "voice_norm/moving_mean");
  for (const [k, value] of offset.entries()) mean[k]! += value;
  return out;
}

const has = ({ specs }: ParameterLayout, name: string): boolean => specs.some((spec) => spec.name === name);
