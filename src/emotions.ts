import { ParameterError } from "./errors.ts";

/** The seven emotions, in the one order used by every model, table and file. */
export const EMOTIONS = ["angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"] as const;

/** The eight emotions of RAVDESS: the seven with `calm` after `angry`. */
export const EMOTIONS_WITH_CALM = ["angry", "calm", "disgust", "fear", "happy", "neutral", "sad", "surprise"] as const;

/** One of the emotions that the four corpora know. */
export type Emotion = (typeof EMOTIONS_WITH_CALM)[number];

/**
 * What a model answers, in the order of its outputs, and how a corpus's emotions map to it. It travels inside the
 * model file: a label map cannot be lost or fitted twice.
 */
export interface LabelMap {
  /** The labels in the order of the model's outputs. */
  readonly labels: readonly string[];
  /** Emotions that are folded into another one, e.g. `{ calm: "neutral" }`. */
  readonly fold: Readonly<Record<string, string>>;
}

/** The default: seven labels, RAVDESS's calm counts as neutral. */
export const SEVEN_EMOTIONS: LabelMap = { labels: EMOTIONS, fold: { calm: "neutral" } };

/** Eight labels, calm apart. */
export const EIGHT_EMOTIONS: LabelMap = { labels: EMOTIONS_WITH_CALM, fold: {} };

/** The label that `emotion` has under `map`, or undefined when the map has none for it. */
export function labelOf(map: LabelMap, emotion: string): string | undefined {
  const label = map.fold[emotion] ?? emotion;
  return map.labels.includes(label) ? label : undefined;
}

/**
 * A label map from what a user writes: `7`, `8`, or a comma-separated list of at least two different names. Calm folds
 * into neutral whenever the list has neutral and no calm.
 *
 * @throws ParameterError when the list has fewer than two names, an empty name or one twice.
 */
export function parseLabelMap(text: string): LabelMap {
  if (text === "7") return SEVEN_EMOTIONS;
  if (text === "8") return EIGHT_EMOTIONS;
  const labels = text.split(",").map((label) => label.trim());
  if (labels.length < 2 || labels.some((label) => label === "") || new Set(labels).size !== labels.length) {
    throw new ParameterError(
      `labels: "${text}" must be 7, 8, or at least two different names separated by commas, e.g. "happy,sad,neutral"`,
    );
  }
  return { labels, fold: labels.includes("neutral") && !labels.includes("calm") ? { calm: "neutral" } : {} };
}
