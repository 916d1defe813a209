import { scores } from "../metrics/index.ts";
import { layoutOf, type NetworkConfig, type NetworkLayout } from "../model/index.ts";
import { floats, Session, type SessionOptions, type TensorLike } from "../runtime/index.ts";
import { assemble, dropoutMasks, type Batch } from "./batches.ts";
import type { Clips } from "./clips.ts";
import { evaluationGraph, trainingGraph, type TrainingGraph } from "./graphs.ts";
import { KERAS_ADAM, slotNames, stepRates, type OptimizerConfig } from "./optimizer.ts";
import type { PreparedBatch } from "./prepare.ts";
import type { FitState } from "./state.ts";

/** Clips in one run of the evaluation graph: large enough for matrix speed, small enough for the cache. */
const EVALUATION_BATCH = 64;

/** The outcome of {@link Engine.evaluate}. */
export interface Scored {
  /** Mean cross-entropy, nats. */
  readonly loss: number;
  readonly accuracy: number;
  /** Unweighted average recall over the labels that occur. */
  readonly uar: number;
  /** (clips × labels), row-major. */
  readonly logits: Float32Array;
}

interface StepSession {
  readonly session: Session;
  readonly masks: TrainingGraph["masks"];
}

/** Runs training steps and evaluations of one network; compiles a graph for each size of batch that it meets. */
export class Engine {
  readonly #config: NetworkConfig;
  readonly #layout: NetworkLayout;
  readonly #seed: number;
  readonly #optimizer: OptimizerConfig;
  readonly #session: SessionOptions;
  readonly #steps = new Map<string, Promise<StepSession>>();
  #evaluation: Promise<Session> | undefined;

  constructor(
    config: NetworkConfig,
    seed: number,
    session: SessionOptions = {},
    optimizer: OptimizerConfig = KERAS_ADAM,
  ) {
    this.#config = config;
    this.#session = session;
    this.#optimizer = optimizer;
    this.#layout = layoutOf(config);
    this.#seed = seed;
  }

  /**
   * One step: moves `state` on, returns the batch's mean loss and how many clips were right, which is when the largest
   * logit is that of the target's largest share. `factor` multiplies the state's learning rate; `masks` are those of
   * `dropoutMasks` for this step, made here where they are not given.
   */
  async step(
    batch: Batch,
    state: FitState,
    factor = 1,
    masks?: PreparedBatch["masks"],
  ): Promise<{ readonly loss: number; readonly correct: number }> {
    const { session, masks: specs } = await this.#stepSession(batch.indices.length, batch.frames);
    const { size } = this.#layout.weights;
    const step = state.step + 1;
    const names = slotNames(this.#optimizer);
    const outputs = await session.run({
      x: batch.x,
      lengths: batch.lengths,
      targets: batch.targets,
      ...plainInputs(this.#config, batch),
      weights: floats(state.weights, [size]),
      statistics: floats(state.statistics, [this.#layout.statistics.size]),
      ...Object.fromEntries(names.map((name) => [name, floats(state.slots[name]!, [size])])),
      rates: floats(stepRates(state.learningRate * factor, step, this.#optimizer), [3]),
      ...(masks ?? dropoutMasks(specs, this.#seed, step)),
    });
    const vector = (name: string): Float32Array => outputs[name]!.data as Float32Array;
    state.weights = vector("next_weights");
    state.statistics = vector("next_statistics");
    for (const name of names) state.slots[name] = vector(`next_${name}`);
    state.step = step;
    const logits = vector("logits");
    const targets = batch.targets.data as Float32Array;
    const { labels } = this.#config;
    const correct = batch.indices.filter((_, row) => largest(logits, row, labels) === largest(targets, row, labels));
    return { loss: vector("loss")[0]!, correct: correct.length };
  }

  /** The network's logits for all clips, in use (no dropout, running statistics). */
  async evaluate(clips: Clips, state: Pick<FitState, "weights" | "statistics">): Promise<Scored> {
    this.#evaluation ??= Session.create(evaluationGraph(this.#config, this.#layout), this.#session);
    const session = await this.#evaluation;
    const { labels } = this.#config;
    const logits = new Float32Array(clips.length * labels);
    let loss = 0;
    for (let start = 0; start < clips.length; start += EVALUATION_BATCH) {
      const count = Math.min(EVALUATION_BATCH, clips.length - start);
      const batch = assemble(
        clips,
        Array.from({ length: count }, (_, i) => start + i),
        this.#config,
      );
      const outputs = await session.run({
        x: batch.x,
        lengths: batch.lengths,
        weights: floats(state.weights, [this.#layout.weights.size]),
        statistics: floats(state.statistics, [this.#layout.statistics.size]),
      });
      logits.set(outputs["logits"]!.data as Float32Array, start * labels);
    }
    const all = Array.from({ length: clips.length }, (_, i) => i);
    for (const i of all) loss -= logSoftmax(logits, i, labels, clips.label(i));
    const { accuracy, uar } = scores(
      Array.from({ length: labels }, (_, label) => String(label)),
      all.map((i) => String(clips.label(i))),
      all.map((i) => String(largest(logits, i, labels))),
    );
    return { loss: loss / clips.length, accuracy, uar, logits };
  }

  /** Frees every session. */
  async release(): Promise<void> {
    for (const step of this.#steps.values()) await (await step).session.release();
    await (await this.#evaluation)?.release();
  }

  #stepSession(batch: number, frames: number): Promise<StepSession> {
    const size = `${batch} × ${frames}`;
    let made = this.#steps.get(size);
    if (made === undefined) {
      const { bytes, masks } = trainingGraph(
        this.#config,
        this.#layout,
        { batch, frames },
        { optimizer: this.#optimizer },
      );
      // A session for each bucket: long clips are rare, and what their sessions kept would be most of the memory.
      const arena = !this.#config.masked || 2 * frames <= this.#config.frames;
      made = Session.create(bytes, { ...this.#session, arena }).then((session) => ({ session, masks }));
      this.#steps.set(size, made);
    }
    return made;
  }
}

/** Index of the largest of row `row`; the first of equal ones. */
function largest(values: Float32Array, row: number, columns: number): number {
  let best = 0;
  for (let c = 1; c < columns; c++) {
    if (values[row * columns + c]! > values[row * columns + best]!) best = c;
  }
  return best;
}

/** log softmax(row)[column], in float64. */
function logSoftmax(values: Float32Array, row: number, columns: number, column: number): number {
  const start = row * columns;
  let max = -Infinity;
  for (let c = 0; c < columns; c++) max = Math.max(max, values[start + c]!);
  let sum = 0;
  for (let c = 0; c < columns; c++) sum += Math.exp(values[start + c]! - max);
  return values[start + column]! - max - Math.log(sum);
}

/** What the branch of functionals is fed; an assembled batch, which nothing changed, serves itself. */
function plainInputs({ functionals }: NetworkConfig, { plain, ...batch }: Batch): Record<string, TensorLike> {
  if (functionals === undefined) return {};
  const { x, lengths, targets } = plain ?? batch;
  return { plain_x: x, plain_lengths: lengths, plain_targets: targets };
}
