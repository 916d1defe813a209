import type { Corpus } from "../corpus.ts";
import { CORPORA } from "../known-corpora.ts";

/** The corpus of that name, which is known to exist. */
export function corpusNamed(name: string): Corpus {
  return CORPORA.find((corpus) => corpus.name === name)!;
}
