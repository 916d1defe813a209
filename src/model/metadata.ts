import type { LabelMap } from "../emotions.ts";
import { InputError } from "../errors.ts";
import type { NetworkConfig } from "./parameters.ts";
import type { VoiceReference } from "./voices.ts";

/** The version of the model file; a reader refuses a newer one. */
export const MODEL_FORMAT = 1;

/** What a model's temperature was fitted on, and what it did there. */
export interface Calibration {
  /** The part of the split that it was fitted on. */
  readonly part: "validation";
  /** How many recordings it comes from. */
  readonly recordings: number;
  /** How many speakers these have. */
  readonly speakers: number;
  /** Mean −log of the true label's probability, nats, at temperature 1 and at the fitted one. */
  readonly logLoss: { readonly before: number; readonly after: number };
  /** Expected calibration error, likewise. */
  readonly ece: { readonly before: number; readonly after: number };
}

/** What neutral voices are like on average: what a voice is moved towards when a few neutral seconds of it are known. */
export interface NeutralReference {
  /**
   * Mean of each feature column over the frames of the training part's neutral recordings, every speaker counting the same;
   * shape (columns), in the units of the feature set.
   */
  readonly mean: readonly number[];
  /** How many recordings it comes from. */
  readonly recordings: number;
  /** How many speakers these have. */
  readonly speakers: number;
}

/** What a model file says about itself. Everything but the bytes of the network. */
export interface ModelMetadata {
  /** What the outputs mean, in order. */
  readonly labels: LabelMap;
  /** The front end that the network was trained on: a feature set, "librosa54@1", or with the gate "logmel72@1+gate@2". */
  readonly featureSet: string;
  /** Sampling rate of that feature set, hertz. */
  readonly sampleRate: number;
  /** The preset, or "custom". */
  readonly preset: string;
  /** Its architecture. */
  readonly network: NetworkConfig;
  /** Flat training configuration and how the training went. */
  readonly training: Readonly<Record<string, unknown>>;
  /** Which speakers or recordings were for training, validation, test: `Split` of corpora/. */
  readonly split: unknown;
  /** How its temperature was fitted; absent where it was not, and is 1. */
  readonly calibration?: Calibration;
  /** Absent where no label is "neutral", where a branch for voices makes more of them, and in models trained before there was one. */
  readonly neutralReference?: NeutralReference;
  /** What makes use of a known voice: absent where the network has no branch for voices. */
  readonly voiceReference?: VoiceReference;
  /** Scores on the test part, as measured right after training. */
  readonly scores: unknown;
  /** The corpora of the training part with their licences. */
  readonly licences: readonly { readonly corpus: string; readonly licence: string }[];
  /** When it was written, ISO 8601. */
  readonly created: string;
  /** Version of this package. */
  readonly version: string;
  /** Commit of this package, where it was known. */
  readonly commit?: string;
}

/** The metadata as `metadata_props`: one entry a field; texts as they are, everything else as JSON. */
export function toProperties(metadata: ModelMetadata): Record<string, string> {
  return {
    format: `speech-emotion/${MODEL_FORMAT}`,
    labels: JSON.stringify(metadata.labels.labels),
    label_fold: JSON.stringify(metadata.labels.fold),
    feature_set: metadata.featureSet,
    sample_rate: String(metadata.sampleRate),
    preset: metadata.preset,
    network: JSON.stringify(metadata.network),
    training: JSON.stringify(metadata.training),
    split: JSON.stringify(metadata.split),
    ...(metadata.calibration === undefined ? {} : { calibration: JSON.stringify(metadata.calibration) }),
    ...(metadata.neutralReference === undefined
      ? {}
      : { neutral_reference: JSON.stringify(metadata.neutralReference) }),
    ...(metadata.voiceReference === undefined ? {} : { voice_reference: JSON.stringify(metadata.voiceReference) }),
    scores: JSON.stringify(metadata.scores),
    licences: JSON.stringify(metadata.licences),
    created: metadata.created,
    version: metadata.version,
    ...(metadata.commit === undefined ? {} : { commit: metadata.commit }),
  };
}

/** The metadata in `metadata_props`. @throws InputError `model_invalid` naming the entry that is missing or wrong. */
export function fromProperties(properties: Readonly<Record<string, string>>, name: string): ModelMetadata {
  const text = (key: string): string => {
    const value = properties[key];
    if (value === undefined) throw new InputError("model_invalid", `${name}: the model file has no entry "${key}"`);
    return value;
  };
  const json = (key: string): unknown => {
    try {
      return JSON.parse(text(key));
    } catch (cause) {
      if (cause instanceof InputError) throw cause;
      throw new InputError("model_invalid", `${name}: the model file's entry "${key}" is no JSON`, { cause });
    }
  };
  return {
    labels: { labels: json("labels") as string[], fold: json("label_fold") as Record<string, string> },
    featureSet: text("feature_set"),
    sampleRate: Number(text("sample_rate")),
    preset: text("preset"),
    network: json("network") as NetworkConfig,
    training: json("training") as Record<string, unknown>,
    split: json("split"),
    ...(properties["calibration"] === undefined ? {} : { calibration: json("calibration") as Calibration }),
    ...(properties["neutral_reference"] === undefined
      ? {}
      : { neutralReference: json("neutral_reference") as NeutralReference }),
    ...(properties["voice_reference"] === undefined
      ? {}
      : { voiceReference: json("voice_reference") as VoiceReference }),
    scores: json("scores"),
    licences: json("licences") as ModelMetadata["licences"],
    created: text("created"),
    version: text("version"),
    ...(properties["commit"] === undefined ? {} : { commit: properties["commit"] }),
  };
}

/** The number in "speech-emotion/1". @throws InputError `model_invalid` for another kind of file or a newer format. */
export function checkFormat(properties: Readonly<Record<string, string>>, name: string): void {
  const format = /^speech-emotion\/(\d+)$/.exec(properties["format"] ?? "")?.[1];
  if (format === undefined) {
    throw new InputError(
      "model_invalid",
      `${name}: this is an ONNX file, but none of speech-emotion (no entry "format"); models come from "ser train"`,
    );
  }
  if (Number(format) > MODEL_FORMAT) {
    throw new InputError(
      "model_invalid",
      `${name}: the model file has format ${format}, this version reads up to ${MODEL_FORMAT}; update speech-emotion`,
    );
  }
}
