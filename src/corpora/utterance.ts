/** The sex that a corpus records of a speaker; scores are reported by it, splits are balanced over it. */
export type Sex = "female" | "male";

/** One recording of one acted or spoken sentence, as its corpus (or a user's manifest) describes it. */
export interface Utterance {
  /**
   * Unique over all corpora, and the same whatever the audio extension, the nesting or the folder it was found under:
   * `ravdess/03-01-05-01-01-01-01`, `savee/DC/a01`, `crema-d/1001_DFA_ANG_XX`, `tess/OAF_back_angry`.
   */
  readonly id: string;
  /** The corpus's name, e.g. `ravdess`. */
  readonly corpus: string;
  /** Absolute path of the file. */
  readonly path: string;
  /** The corpus's own emotion, `calm` included: a label map decides what a model makes of it. */
  readonly emotion: string;
  /** Unique over all corpora: `ravdess/01`. */
  readonly speaker: string;
  readonly sex?: Sex;
  /** What was said, as far as the file's name tells it: RAVDESS `kids`/`dogs`, CREMA-D `DFA`, TESS's word, SAVEE `a01`. */
  readonly sentence?: string;
  /** RAVDESS `normal`/`strong`, CREMA-D `low`/`medium`/`high`; absent where it was not asked of the actor. */
  readonly intensity?: string;
  /** Which repetition of the same sentence (RAVDESS `1`/`2`). */
  readonly take?: string;
}

/** What is wrong with, or noteworthy about, the recordings found; stable codes. */
export type ProblemCode =
  /** An audio file whose name fits no corpus. */
  | "unknown_name"
  /** A file of a corpus that is not speech audio (RAVDESS songs and videos): known, and not used. */
  | "left_out"
  /** Fewer recordings than the corpus officially has. */
  | "missing"
  /** One recording found twice by name; one file is used. */
  | "duplicate_name"
  /** A manifest names a file that does not exist. */
  | "missing_file"
  /** A folder or file that may not be read, or a broken link. */
  | "unreadable"
  /** A folder given in which nothing was recognised. */
  | "folder_empty"
  /** A recording that cannot be decoded. */
  | "undecodable"
  /** A recording without any signal. */
  | "silent"
  /** Identical samples under two names. */
  | "duplicate_audio";

/** One finding of a scan or of an inspection; none of them stops the work. */
export interface Problem {
  readonly code: ProblemCode;
  readonly corpus?: string;
  /** The files concerned, absolute; for `duplicate_name` the one in use comes first. Empty for `missing`. */
  readonly paths: readonly string[];
  /** One sentence for people. */
  readonly message: string;
}
