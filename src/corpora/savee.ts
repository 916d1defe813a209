import type { Corpus, NamedRecording } from "./corpus.ts";

const EMOTIONS: ReadonlyMap<string, string> = new Map([
  ["a", "angry"],
  ["d", "disgust"],
  ["f", "fear"],
  ["h", "happy"],
  ["n", "neutral"],
  ["sa", "sad"],
  ["su", "surprise"],
]);
const SPEAKERS = ["DC", "JE", "JK", "KL"] as const;
const SPEAKER = /^(DC|JE|JK|KL)$/;

/** Emotion and the sentence's number within it; in flat copies the speaker stands before. */
const NAME = /^(?:(DC|JE|JK|KL)_)?(a|d|f|h|n|sa|su)(\d\d)$/;

/** Neutral has 30 sentences, every other emotion 15. */
const sentences = (code: string): number => (code === "n" ? 30 : 15);

function parse(segments: readonly string[]): NamedRecording | undefined {
  const parts = NAME.exec(segments.at(-1) ?? "");
  if (!parts) return undefined;
  const [, prefix, code, digits] = parts;
  // The folder names the speaker; one more folder may lie between.
  const speaker = prefix ?? segments.slice(-3, -1).findLast((folder) => SPEAKER.test(folder));
  const number = Number(digits);
  if (speaker === undefined || number < 1 || number > sentences(code!)) return undefined;
  const sentence = `${code}${digits}`;
  return { name: `${speaker}/${sentence}`, speaker, emotion: EMOTIONS.get(code!)!, sex: "male", sentence };
}

function official(): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const speaker of SPEAKERS) {
    const own: string[] = [];
    for (const code of EMOTIONS.keys()) {
      for (let i = 1; i <= sentences(code); i++) own.push(`${speaker}/${code}${String(i).padStart(2, "0")}`);
    }
    names.set(speaker, own);
  }
  return names;
}

/**
 * Surrey Audio-Visual Expressed Emotion (Haq & Jackson, 2009–2011): four men, 7 emotions, neutral doubled. Names repeat
 * across speakers, so the folder is part of the identity. Some sentences are common to all emotions, which the names do
 * not tell: `a01` and `d01` count as different sentences.
 */
export const SAVEE: Corpus = {
  name: "savee",
  title: "SAVEE",
  licence: "research use only",
  officialCount: 480,
  speakers: SPEAKERS,
  splitBy: "speaker",
  innerFolder: SPEAKER,
  parse,
  official,
};
