import type { Corpus, NamedRecording } from "./corpus.ts";

/** The 200 words of Northwestern University Auditory Test No. 6, said in the carrier phrase "Say the word …". */
const WORDS: readonly string[] = `
  back bar base bath bean beg bite boat bone book bought burn cab calm came cause chain chair chalk chat check
  cheek chief choice cool dab date dead death deep dime dip ditch dodge dog doll door fail fall far fat fit five
  food gap gas gaze germ get gin goal good goose gun half hall hash hate have haze hire hit hole home hurl hush
  jail jar join judge jug juice keen keep keg kick kill king kite knock late laud lean learn lease lid life limb
  live loaf long lore lose lot love luck make match merge mess met mill mob mode mood moon mop mouse nag name near
  neat nice note numb pad page pain pass pearl peg perch phone pick pike pole pool puff rag raid rain raise rat
  reach read red ring ripe road room rose rot rough rush said sail search seize sell shack shall shawl sheep shirt
  should shout size soap soup sour south sub such sure take talk tape team tell thin third thought thumb time tip
  tire ton tool tough turn vine voice void vote wag walk wash week wheat when which whip white wife wire witch
  yearn yes young youth
`
  .trim()
  .split(/\s+/);

/** Official endings of the names, and what they mean. */
const EMOTIONS: ReadonlyMap<string, string> = new Map([
  ["angry", "angry"],
  ["disgust", "disgust"],
  ["fear", "fear"],
  ["happy", "happy"],
  ["neutral", "neutral"],
  ["ps", "surprise"],
  ["sad", "sad"],
]);

/** Endings met in copies of the corpus. */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ["pleasant_surprise", "ps"],
  ["pleasant_surprised", "ps"],
  ["surprise", "ps"],
  ["surprised", "ps"],
]);

const SPEAKERS = ["OAF", "YAF"] as const;

/** Speaker (`OA_bite_neutral` is one of OAF's whose F was lost), word, emotion. */
const NAME = /^(OAF|OA|YAF|YA)_([a-z]+)_([a-z]+(?:_[a-z]+)?)$/i;

function parse(segments: readonly string[]): NamedRecording | undefined {
  const parts = NAME.exec(segments.at(-1) ?? "");
  if (!parts) return undefined;
  const ending = parts[3]!.toLowerCase();
  const code = SPELLINGS.get(ending) ?? ending;
  const emotion = EMOTIONS.get(code);
  if (emotion === undefined) return undefined;
  const speaker = `${parts[1]!.slice(0, 2).toUpperCase()}F`;
  const word = parts[2]!.toLowerCase();
  return { name: `${speaker}_${word}_${code}`, speaker, emotion, sex: "female", sentence: word };
}

function official(): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const speaker of SPEAKERS) {
    names.set(
      speaker,
      WORDS.flatMap((word) => [...EMOTIONS.keys()].map((emotion) => `${speaker}_${word}_${emotion}`)),
    );
  }
  return names;
}

/**
 * The Toronto Emotional Speech Set (Pichora-Fuller & Dupuis, 2010, doi:10.5683/SP2/E8H2MF): two actresses, OAF aged 64
 * and YAF aged 26, 200 words in 7 emotions. With two speakers and one phrase it is split by the word.
 */
export const TESS: Corpus = {
  name: "tess",
  title: "TESS",
  licence: "CC BY-NC-ND 4.0",
  officialCount: 2800,
  speakers: SPEAKERS,
  splitBy: "sentence",
  innerFolder: /^(OAF|OA|YAF|YA)_/i,
  parse,
  official,
};
