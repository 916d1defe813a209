import type { Sex, Utterance } from "./utterance.ts";

/** What a corpus's file name (and folder) says about one recording. */
export interface NamedRecording {
  /** The recording's name in its official spelling; with the corpus's name before it, it is the utterance's id. */
  readonly name: string;
  /** Within the corpus: `01`, `1001`, `OAF`, `DC`. */
  readonly speaker: string;
  readonly emotion: string;
  readonly sex?: Sex;
  readonly sentence?: string;
  /** How strongly it was acted, in the words of the corpus. */
  readonly intensity?: string;
  /** Which repetition, where a sentence was said more than once. */
  readonly take?: string;
}

/** A file that belongs to a corpus without being one of its recordings of speech, and why. */
export interface LeftOut {
  /** E.g. `song`: a few words, in the singular. */
  readonly leftOut: string;
}

/** A speech-emotion corpus, known by the names of its files. A new corpus is a new object of this kind in `CORPORA`. */
export interface Corpus {
  /** Lower case; the first part of ids and speakers. */
  readonly name: string;
  /** As its authors write it. */
  readonly title: string;
  /** The licence of the recordings, which a model trained on them inherits duties from. */
  readonly licence: string;
  /** How many recordings of speech the corpus officially has. */
  readonly officialCount: number;
  /** The speakers of the complete corpus. */
  readonly speakers: readonly string[];
  /** What must not be shared between training and test: the speaker, or the sentence where speakers are too few. */
  readonly splitBy: "speaker" | "sentence";
  /** Folder names that the corpus's own layout uses below its folder, e.g. `Actor_01`. */
  readonly innerFolder: RegExp;
  /**
   * Reads a name.
   *
   * @param segments The folders that lead to the file, then its name without the extension: `["DC", "a01"]`.
   * @returns undefined when the name is none of this corpus's.
   */
  parse(segments: readonly string[]): NamedRecording | LeftOut | undefined;
  /** Every official recording's name, by speaker. */
  official(): ReadonlyMap<string, readonly string[]>;
}

/** A corpus's recording, by what its name tells, as one among those of all corpora. */
export function utteranceOf(corpus: Corpus, { name, speaker, ...told }: NamedRecording, path: string): Utterance {
  return { id: `${corpus.name}/${name}`, corpus: corpus.name, path, speaker: `${corpus.name}/${speaker}`, ...told };
}

/** The speaker by the name that the corpus itself gives: `ravdess/01` → `01`. */
export function speakerWithin({ corpus, speaker }: Pick<Utterance, "corpus" | "speaker">): string {
  return speaker.slice(corpus.length + 1);
}
