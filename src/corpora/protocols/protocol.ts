/** What one fold makes of one corpus, by official names: it does not depend on what is on the disk. */
export interface FoldCorpus {
  /** What is never shared between two parts: the speaker; in TESS, which has two, the word. */
  readonly groupBy: "speaker" | "sentence";
  /** Groups for testing: `01`, `1001`, `DC`, or words. */
  readonly test: readonly string[];
  /** Groups that are left for training; validation is drawn from them unless it is given. */
  readonly train: readonly string[];
  /** Groups for validation where they are published. */
  readonly validation?: readonly string[];
  /** What validation is drawn by where training has a single speaker: the declared grouping then holds for testing alone. */
  readonly validationBy?: "sentence";
}

/** One training and its test. */
export interface ProtocolFold {
  /** From 1. */
  readonly fold: number;
  /** A few words: what is tested. */
  readonly title: string;
  /** By corpus; "random" when recordings of every speaker are divided by hash. */
  readonly corpora: Readonly<Record<string, FoldCorpus>> | "random";
}

/** A question that a protocol's answers answer, e.g. the seven emotions of SAVEE alone. */
export interface Question {
  /** Short, unique in the protocol. */
  readonly name: string;
  /** In words, as a table names it. */
  readonly title: string;
  /** As `parseLabelMap` reads them. Where the model knows calm and the question does not, calm counts as neutral. */
  readonly labels: string;
  /** The corpora whose test recordings count; default all. */
  readonly corpora?: readonly string[];
}

/** A named, complete rule of training and testing that others can repeat. */
export interface Protocol {
  readonly name: string;
  /** One line for a list. */
  readonly summary: string;
  /** Where its folds and figures to compare with come from. */
  readonly source: string;
  /** True when speakers are in training and in test: its figures are too good. */
  readonly leaky: boolean;
  /** The corpora that it takes recordings of. */
  readonly corpora: readonly string[];
  /** What the model is trained on: as `parseLabelMap` reads them. */
  readonly labels: string;
  /** In order; each names the speakers (or words) that are tested. */
  readonly folds: readonly ProtocolFold[];
  /** What is asked of every training: which corpora, which labels. */
  readonly questions: readonly Question[];
}
