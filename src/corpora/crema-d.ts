import type { Corpus, NamedRecording } from "./corpus.ts";

/** From the corpus's `VideoDemographics.csv`: the 48 male actors; the other 43 of 1001–1091 are female. */
const MALE: ReadonlySet<string> = new Set(
  `1001 1005 1011 1014 1015 1016 1017 1019 1022 1023 1026 1027 1031 1032 1033 1034 1035 1036 1038 1039 1040 1041 1042
  1044 1045 1048 1050 1051 1057 1059 1062 1064 1065 1066 1067 1068 1069 1070 1071 1077 1080 1081 1083 1085 1086 1087
  1088 1090`.split(/\s+/),
);

/** From the corpus's `SentenceFilenames.csv`: what 7,442 lacks of 91 actors × 82 recordings. */
const NEVER_RECORDED = /^(1002_TIE_NEU|1008_WSI_...|1009_MTI_...|1019_ITH_...|1076_ITS_NEU)_XX$/;

/** The twelve sentences, e.g. IEO "It's eleven o'clock"; only IEO was asked at three intensities. */
const SENTENCES = ["DFA", "IEO", "IOM", "ITH", "ITS", "IWL", "IWW", "MTI", "TAI", "TIE", "TSI", "WSI"] as const;
const EMOTIONS: ReadonlyMap<string, string> = new Map([
  ["ANG", "angry"],
  ["DIS", "disgust"],
  ["FEA", "fear"],
  ["HAP", "happy"],
  ["NEU", "neutral"],
  ["SAD", "sad"],
]);
const LEVELS: ReadonlyMap<string, string> = new Map([
  ["LO", "low"],
  ["MD", "medium"],
  ["HI", "high"],
]);
const ACTORS: readonly string[] = Array.from({ length: 91 }, (_, i) => String(1001 + i));

/** Actor, sentence, emotion, level; the level of `1040_ITH_SAD_X` is misspelt in the corpus itself. */
const NAME = new RegExp(
  `^(100[1-9]|10[1-8]\\d|109[01])_(${SENTENCES.join("|")})_(${[...EMOTIONS.keys()].join("|")})_(LO|MD|HI|XX?)$`,
);

function parse(segments: readonly string[]): NamedRecording | undefined {
  const parts = NAME.exec((segments.at(-1) ?? "").toUpperCase());
  const [, actor, sentence, code, level] = parts ?? [];
  const emotion = EMOTIONS.get(code ?? "");
  if (actor === undefined || sentence === undefined || emotion === undefined) return undefined;
  const intensity = LEVELS.get(level!);
  return {
    name: `${actor}_${sentence}_${code}_${level === "X" ? "XX" : level}`,
    speaker: actor,
    emotion,
    sex: MALE.has(actor) ? "male" : "female",
    sentence,
    ...(intensity !== undefined && { intensity }),
  };
}

function official(): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const actor of ACTORS) {
    const own: string[] = [];
    for (const sentence of SENTENCES) {
      for (const emotion of EMOTIONS.keys()) {
        const levels = sentence === "IEO" && emotion !== "NEU" ? LEVELS.keys() : ["XX"];
        for (const level of levels) own.push(`${actor}_${sentence}_${emotion}_${level}`);
      }
    }
    names.set(
      actor,
      own.filter((name) => !NEVER_RECORDED.test(name)),
    );
  }
  return names;
}

/**
 * The Crowd-sourced Emotional Multimodal Actors Dataset (Cao et al., IEEE Trans. Affective Computing 5(4), 2014): 91
 * actors, 12 sentences, 6 emotions. The label is the emotion that the actor was asked for.
 */
export const CREMA_D: Corpus = {
  name: "crema-d",
  title: "CREMA-D",
  licence: "ODbL 1.0 / DbCL 1.0",
  officialCount: 7442,
  speakers: ACTORS,
  splitBy: "speaker",
  innerFolder: /^(?!)/,
  parse,
  official,
};
