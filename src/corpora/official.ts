import { utteranceOf, type Corpus } from "./corpus.ts";
import type { Utterance } from "./utterance.ts";

/** Every official recording of a corpus, as a scan of the complete corpus would find them; `path` is empty. */
export function officialUtterances(corpus: Corpus): Utterance[] {
  return [...corpus.official().values()].flat().map((official): Utterance => {
    const named = corpus.parse(official.split("/"));
    if (!named || "leftOut" in named) throw new Error(`${corpus.name}: ${official} is official and not readable`);
    return utteranceOf(corpus, named, "");
  });
}
