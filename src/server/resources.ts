import { z } from "zod";
import type { Segment } from "../recognize/index.ts";
import { namedObject, objectOf } from "./schema.ts";

/** What `POST /v1/recognize` answers: what `ser predict --timeline --json` prints, and the length. */
export interface RecognizeResponse {
  /** The name that the upload gave its file; null for raw audio. */
  readonly file: string | null;
  /** Length of the recording, in seconds. */
  readonly seconds: number;
  /** Stretches of speech with one emotion, in order; empty where no speech was heard. */
  readonly segments: readonly Segment[];
}

/** A model that the server answers with. */
export interface ModelDescription {
  /** The name that requests call it by. */
  readonly id: string;
  /** The emotions that it tells apart, in the order of its probabilities. */
  readonly labels: readonly string[];
  /** Its feature set and speech gate, by name and version. */
  readonly featureSet: string;
  /** Of its feature set, in hertz; audio of any rate is taken. */
  readonly sampleRate: number;
  /** The longest stretch that it measures at once, in seconds. */
  readonly windowSeconds: number;
  /** The preset that it was trained with. */
  readonly preset: string;
  /** When it was trained, ISO 8601. */
  readonly created: string;
  /** The corpora it was trained on, with their licences. */
  readonly licences: readonly { readonly corpus: string; readonly licence: string }[];
}

/** What `GET /v1/models` answers. */
export interface ModelsResponse {
  /** All models of the server. */
  readonly models: readonly ModelDescription[];
}

/** What `/healthz` and `/readyz` answer. */
export interface Health {
  /** Whether requests are taken. */
  readonly status: "ok" | "starting" | "stopping";
}

/** Parameters of `POST /v1/recognize`, in the query. */
export interface RecognizeQuery {
  /** Below this probability, 0 … 1, a segment has no emotion (null); default 0. */
  readonly minConfidence?: number;
}

const segment: z.ZodType<Segment> = namedObject<Segment>("Segment", "A stretch of speech with one emotion.", {
  start: z.number().min(0).describe("begin, in seconds"),
  end: z.number().min(0).describe("end, in seconds"),
  emotion: z.string().nullable().describe("the most probable emotion; null when none reaches minConfidence"),
  confidence: z.number().min(0).max(1).describe("its probability, the mean over the segment"),
});

/** Schema of {@link RecognizeResponse}. */
export const recognizeResponse: z.ZodType<RecognizeResponse> = namedObject<RecognizeResponse>(
  "Timeline",
  "The emotions of a recording as they follow each other.",
  {
    file: z.string().nullable().describe("the name that the upload gave its file; null for raw audio"),
    seconds: z.number().min(0).describe("length of the recording, in seconds"),
    segments: z.array(segment).describe("in order, none overlapping another; empty without speech"),
  },
);

const modelDescription: z.ZodType<ModelDescription> = namedObject<ModelDescription>("Model", "A model of the server.", {
  id: z.string(),
  labels: z.array(z.string()).describe("the emotions that it tells apart"),
  featureSet: z.string(),
  sampleRate: z.number().describe("of its feature set, in hertz; audio of any rate is taken"),
  windowSeconds: z.number().describe("the longest stretch that it measures at once"),
  preset: z.string(),
  created: z.string(),
  licences: z.array(objectOf<ModelDescription["licences"][number]>({ corpus: z.string(), licence: z.string() })),
});

/** Schema of {@link ModelsResponse}. */
export const modelsResponse: z.ZodType<ModelsResponse> = namedObject<ModelsResponse>("Models", "The server's models.", {
  models: z.array(modelDescription),
});

/** Schema of {@link Health}. */
export const health: z.ZodType<Health> = namedObject<Health>("Health", "Whether the server works.", {
  status: z.enum(["ok", "starting", "stopping"]),
});

/** Schema of {@link RecognizeQuery}: a query's values are text. */
export const recognizeQuery: z.ZodType<RecognizeQuery> = objectOf<RecognizeQuery>({
  minConfidence: z.coerce
    .number()
    .min(0)
    .max(1)
    .exactOptional()
    .describe("below this probability a segment has no emotion; default 0"),
});
