import type { Example, Plan } from "../dataset/index.ts";
import { groupBy } from "../grouping.ts";
import type { KnownRoom } from "../model/index.ts";
import { cholesky, gram, leadingSubspace, times } from "./linear-algebra.ts";
import type { Measures } from "./measures.ts";
import { meanOf, spreadAbout, type Row } from "./row-statistics.ts";

/** Directions in which what is said and felt moves the measures of a corpus. */
const FACTORS = 16;

/** So many recordings of a corpus are worth as much as all corpora about how recordings of one voice differ. */
const PRIOR = 100;

/** Of each kind of copies, whose means alone count, one of so many is measured. */
const COPIES = 4;

/** What tells the rooms of a training part: its recordings, and a quarter of each kind of their copies. */
export function roomExamples({ train, copies }: Pick<Plan, "train" | "copies">): Example[] {
  const kinds = [...groupBy(copies, ({ augmentation }) => augmentation!.operation).values()];
  return [...train, ...kinds.flatMap((kind) => kind.filter((_, i) => i % COPIES === 0))];
}

/**
 * One Gaussian a corpus: about the mean of its voices, with how much voices differ (diagonal; of all corpora together, since a corpus has
 * few) and how much recordings of one voice do (of the corpus, drawn to the mean of all; a diagonal and 16 factors). Copies move the mean alone: a
 * telephone is foreign to no network that was taught by it.
 *
 * Source: factor analysis (Bishop 2006, 12.2.4), the factors by principal components; Mahalanobis distances tell foreign
 * inputs in Lee et al. 2018.
 *
 * @param examples recordings and copies of them
 * @param measures of each of these
 */
export function roomsOf(examples: readonly Example[], measures: Measures): KnownRoom[] {
  const train = examples.filter(({ augmentation }) => augmentation === undefined);
  const recorded = train.map((example) => measures.get(example)!);
  const N = recorded[0]!.length;
  const scale = reciprocals(spreadAbout(meanOf(recorded), recorded, recorded.length).map(Math.sqrt));
  const scaled = (example: Example): Row => measures.get(example)!.map((value, k) => value * scale[k]!);
  const voicesOf = (own: readonly Example[]): Row[][] =>
    [...groupBy(own, ({ utterance }) => utterance.speaker).values()].map((voice) => voice.map(scaled));
  const corpora = [...groupBy(train, ({ utterance }) => utterance.corpus)].map(([name, own]) => {
    const voices = voicesOf(own);
    const means = voices.map(meanOf);
    const mean = meanOf(means);
    const copies = examples.filter(({ utterance, augmentation }) => augmentation && utterance.corpus === name);
    const kinds = [...groupBy(copies, ({ augmentation }) => augmentation!.operation).values()];
    const all = [mean, ...kinds.map((kind) => meanOf(voicesOf(kind).map(meanOf)))];
    const between = spreadAbout(mean, means, means.length - 1);
    const within = covariance(voices, means);
    return { name, means: all, voices: voices.length, recordings: own.length, between, within };
  });
  const voices = corpora.reduce((sum, corpus) => sum + corpus.voices, 0);
  const all = new Float64Array(N * N);
  for (const corpus of corpora) add(all, corpus.within, corpus.voices / voices);
  const several = corpora.filter((corpus) => corpus.voices > 1).map(({ between }) => between);
  const between = several.length > 0 ? meanOf(several) : diagonal(all, N);
  return corpora.map(({ name, means, voices: count, recordings, within }) => {
    const mixed = new Float64Array(N * N);
    add(mixed, within, recordings / (recordings + PRIOR));
    add(mixed, all, PRIOR / (recordings + PRIOR));
    const room = inverted(
      mixed,
      between.map((value) => value * (1 + 1 / count)),
    );
    return {
      name,
      means: Float32Array.from(means.flat(), (value, i) => (scale[i % N]! > 0 ? value / scale[i % N]! : 0)),
      precision: Float32Array.from(room.precision, (value, k) => value * scale[k]! ** 2),
      factors: Float32Array.from(room.factors, (value, i) => value * scale[Math.floor(i / FACTORS)]!),
    };
  });
}

/**
 * The inverse of a covariance plus a diagonal, as {@link KnownRoom} holds it: of `A Aᵀ + D` it is `D⁻¹ − F Fᵀ` with
 * `F = D⁻¹ A L⁻ᵀ`, `L Lᵀ = 1 + Aᵀ D⁻¹ A` (Woodbury).
 */
function inverted(
  covariances: Float64Array,
  extra: readonly number[],
): { readonly precision: Float64Array; readonly factors: Float64Array } {
  const N = extra.length;
  const R = FACTORS;
  const basis = leadingSubspace(covariances, N, R);
  const loadings = times(basis, cholesky(gram(basis, times(covariances, basis, N, N, R), N, R), R), N, R, R);
  const precision = Float64Array.from(extra, (value, k) => {
    let explained = 0;
    for (let r = 0; r < R; r++) explained += loadings[k * R + r]! ** 2;
    return 1 / (Math.max(1e-3, covariances[k * N + k]! - explained) + value);
  });
  const weighed = loadings.map((value, i) => value * precision[Math.floor(i / R)]!);
  const middle = gram(loadings, weighed, N, R);
  for (let r = 0; r < R; r++) middle[r * R + r]! += 1;
  const lower = cholesky(middle, R);
  // F Lᵀ = D⁻¹ A, row by row.
  for (let k = 0; k < N; k++) {
    for (let r = 0; r < R; r++) {
      let value = weighed[k * R + r]!;
      for (let s = 0; s < r; s++) value -= weighed[k * R + s]! * lower[r * R + s]!;
      weighed[k * R + r] = value / lower[r * R + r]!;
    }
  }
  return { precision, factors: weighed };
}

/** Mean over voices of their recordings' covariance, (N × N). */
function covariance(voices: readonly (readonly Row[])[], means: readonly Row[]): Float64Array {
  const N = means[0]!.length;
  const out = new Float64Array(N * N);
  for (const [v, rows] of voices.entries()) {
    const share = 1 / (rows.length * voices.length);
    for (const row of rows) {
      const away = Float64Array.from(row, (value, k) => value - means[v]![k]!);
      for (let i = 0; i < N; i++) {
        const value = share * away[i]!;
        for (let j = 0; j <= i; j++) out[i * N + j]! += value * away[j]!;
      }
    }
  }
  for (let i = 0; i < N; i++) for (let j = 0; j < i; j++) out[j * N + i] = out[i * N + j]!;
  return out;
}

/** 1 / deviation; 0 where a measure hardly varies but by rounding, such as the mean of what is relative to its mean: it tells nothing. */
function reciprocals(values: Float64Array): number[] {
  const median = values.toSorted()[values.length >> 1]!;
  return Array.from(values, (value) => (value > 1e-4 * median ? 1 / value : 0));
}

function diagonal(matrix: Float64Array, N: number): number[] {
  return Array.from({ length: N }, (_, k) => matrix[k * N + k]!);
}

function add(to: Float64Array, values: Float64Array, weight: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += weight * values[i]!;
}
