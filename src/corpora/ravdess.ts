import type { Corpus, LeftOut, NamedRecording } from "./corpus.ts";

const EMOTIONS = ["neutral", "calm", "happy", "sad", "angry", "fear", "disgust", "surprise"] as const;
const INTENSITIES = ["normal", "strong"] as const;
/** "Kids are talking by the door" and "Dogs are sitting by the door". */
const STATEMENTS = ["kids", "dogs"] as const;
const ACTORS: readonly string[] = Array.from({ length: 24 }, (_, i) => String(i + 1).padStart(2, "0"));

/** Modality (01 audio-video, 02 video, 03 audio) - channel (01 speech, 02 song) - emotion - intensity - statement - repetition - actor. */
const NAME = /^(0[1-3])-(0[12])-(0[1-8])-(0[12])-(0[12])-(0[12])-(0[1-9]|1\d|2[0-4])$/;

function parse(segments: readonly string[]): NamedRecording | LeftOut | undefined {
  const name = segments.at(-1) ?? "";
  const codes = NAME.exec(name);
  if (!codes) return undefined;
  const [, modality, channel, emotion, intensity, statement, repetition, actor] = codes;
  if (modality !== "03") return { leftOut: "video" };
  if (channel !== "01") return { leftOut: "song" };
  // There is no strong neutral in the corpus.
  if (emotion === "01" && intensity === "02") return undefined;
  return {
    name,
    speaker: actor!,
    emotion: EMOTIONS[Number(emotion) - 1]!,
    sex: Number(actor) % 2 === 1 ? "male" : "female",
    sentence: STATEMENTS[Number(statement) - 1]!,
    intensity: INTENSITIES[Number(intensity) - 1]!,
    take: String(Number(repetition)),
  };
}

function official(): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const actor of ACTORS) {
    const own: string[] = [];
    for (let emotion = 1; emotion <= EMOTIONS.length; emotion++) {
      for (const intensity of emotion === 1 ? [1] : [1, 2]) {
        for (const statement of [1, 2]) {
          for (const repetition of [1, 2])
            own.push(`03-01-0${emotion}-0${intensity}-0${statement}-0${repetition}-${actor}`);
        }
      }
    }
    names.set(actor, own);
  }
  return names;
}

/**
 * The Ryerson Audio-Visual Database of Emotional Speech and Song (Livingstone & Russo, PLoS ONE 13(5), 2018): 24 actors,
 * odd numbers male, 2 sentences, 8 emotions, 60 recordings of speech each. Only its audio-only speech is used.
 */
export const RAVDESS: Corpus = {
  name: "ravdess",
  title: "RAVDESS",
  licence: "CC BY-NC-SA 4.0",
  officialCount: 1440,
  speakers: ACTORS,
  splitBy: "speaker",
  innerFolder: /^Actor_\d\d$/i,
  parse,
  official,
};
