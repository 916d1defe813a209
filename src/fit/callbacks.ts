/** Options of {@link EarlyStopping}, named and defaulted as in Keras. */
export interface EarlyStoppingOptions {
  /** Smallest change that counts as an improvement; default 0. */
  readonly minDelta?: number;
  /** Epochs without improvement after which training stops; default 0. */
  readonly patience?: number;
  /** Whether a smaller or a larger value is better; default "min". */
  readonly mode?: "min" | "max";
  /** A value that must be beaten for the patience to start anew. */
  readonly baseline?: number;
  /** Epochs at the start (from 0) that are not watched; default 0. */
  readonly startFromEpoch?: number;
}

/** What a callback remembers between epochs: plain JSON, part of a checkpoint. */
export interface EarlyStoppingState {
  /** The best value so far; null before the first. */
  best: number | null;
  /** Its epoch, from 0. */
  bestEpoch: number | null;
  wait: number;
}

function improves(value: number, reference: number | null, mode: "min" | "max", minDelta: number): boolean {
  if (reference === null) return true;
  return mode === "min" ? value + minDelta < reference : value - minDelta > reference;
}

/**
 * Stops training when a value no longer improves, and says which epoch's weights to keep.
 *
 * Source: Keras 3.15 `EarlyStopping`.
 */
export class EarlyStopping {
  readonly #options: Required<Omit<EarlyStoppingOptions, "baseline">> & { readonly baseline: number | null };
  readonly state: EarlyStoppingState;

  constructor(options: EarlyStoppingOptions = {}, state?: EarlyStoppingState) {
    this.#options = {
      minDelta: Math.abs(options.minDelta ?? 0),
      patience: options.patience ?? 0,
      mode: options.mode ?? "min",
      baseline: options.baseline ?? null,
      startFromEpoch: options.startFromEpoch ?? 0,
    };
    this.state = state === undefined ? { best: null, bestEpoch: null, wait: 0 } : { ...state };
  }

  /** Takes the value of epoch `epoch` (from 0); `keep`: these are the weights to keep; `stop`: training ends here. */
  update(epoch: number, value: number): { readonly keep: boolean; readonly stop: boolean } {
    const { mode, minDelta, patience, baseline, startFromEpoch } = this.#options;
    const { state } = this;
    if (epoch < startFromEpoch) return { keep: false, stop: false };
    // Before any improvement the first watched weights are the best there are (a first value that is NaN, say).
    const first = state.bestEpoch === null;
    state.wait++;
    if (improves(value, state.best, mode, minDelta)) {
      state.best = value;
      state.bestEpoch = epoch;
      if (baseline === null || improves(value, baseline, mode, minDelta)) state.wait = 0;
      return { keep: true, stop: false };
    }
    if (first) state.bestEpoch = epoch;
    return { keep: first, stop: state.wait >= patience && epoch > 0 };
  }
}

/** Options of {@link ReduceLrOnPlateau}, named and defaulted as in Keras. */
export interface ReduceLrOptions {
  /** What the rate is multiplied by, 0 < factor < 1; default 0.1. */
  readonly factor?: number;
  /** Epochs without improvement after which the rate falls; default 10. */
  readonly patience?: number;
  readonly mode?: "min" | "max";
  /** Smallest change that counts as an improvement; default 1e-4. */
  readonly minDelta?: number;
  /** Epochs after a reduction in which nothing is counted; default 0. */
  readonly cooldown?: number;
  /** The rate never falls below; default 0. */
  readonly minLr?: number;
}

/** What {@link ReduceLrOnPlateau} remembers between epochs. */
export interface ReduceLrState {
  best: number | null;
  wait: number;
  cooldown: number;
}

/**
 * Lowers the learning rate when a value no longer improves.
 *
 * Source: Keras 3.15 `ReduceLROnPlateau`.
 */
export class ReduceLrOnPlateau {
  readonly #options: Required<ReduceLrOptions>;
  readonly state: ReduceLrState;

  constructor(options: ReduceLrOptions = {}, state?: ReduceLrState) {
    this.#options = {
      factor: options.factor ?? 0.1,
      patience: options.patience ?? 10,
      mode: options.mode ?? "min",
      minDelta: Math.abs(options.minDelta ?? 1e-4),
      cooldown: options.cooldown ?? 0,
      minLr: options.minLr ?? 0,
    };
    this.state = state === undefined ? { best: null, wait: 0, cooldown: 0 } : { ...state };
  }

  /** Takes the value of an epoch and the rate that it ran with; returns the rate of the next. */
  update(value: number, learningRate: number): number {
    const { factor, patience, mode, minDelta, cooldown, minLr } = this.#options;
    const { state } = this;
    if (state.cooldown > 0) {
      state.cooldown--;
      state.wait = 0;
    }
    if (improves(value, state.best, mode, minDelta)) {
      state.best = value;
      state.wait = 0;
      return learningRate;
    }
    if (state.cooldown > 0) return learningRate;
    state.wait++;
    if (state.wait < patience || learningRate <= minLr) return learningRate;
    state.cooldown = cooldown;
    state.wait = 0;
    return Math.max(learningRate * factor, minLr);
  }
}
