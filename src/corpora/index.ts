/** Corpora of recordings with known emotions: what is there, what is wrong with it, how it is divided, and its features. Runs in Node. */
export { RAVDESS } from "./ravdess.ts";
export { CREMA_D } from "./crema-d.ts";
export { TESS } from "./tess.ts";
export { SAVEE } from "./savee.ts";
export type { Corpus, LeftOut, NamedRecording } from "./corpus.ts";
export type { Problem, ProblemCode, Sex, Utterance } from "./utterance.ts";
export { CORPORA } from "./known-corpora.ts";
export { scanCorpora, type CorpusScan, type ScanOptions } from "./scan.ts";
export { isManifest, readManifest } from "./manifest.ts";
export { applyExclusions, KNOWN_BAD, type Exclusion, type ExclusionList } from "./exclusions.ts";
export {
  assertDisjoint,
  groupOf,
  partOf,
  splitUtterances,
  type CorpusSplit,
  type Part,
  type RandomSplit,
  type SpeakerSplit,
  type Split,
  type SplitOptions,
} from "./split.ts";
export { describeSplit, renderSplit, type SplitRow } from "./split-table.ts";
export { FeatureCache, type CacheOptions, type CacheStats } from "./cache.ts";
export { decibels, SILENCE_PEAK, type RecordingFacts } from "./facts.ts";
export {
  extractFacts,
  extractFeatures,
  type AugmentedUtterance,
  type ExtractedFacts,
  type ExtractedFeatures,
  type ExtractFailure,
  type ExtractOptions,
} from "./extract.ts";
export { readVoiceVotes, voiceVotesOf, type Votes } from "./voice-votes.ts";
export { inspectRecordings } from "./inspect.ts";
export { renderCorpora, summarizeCorpora, type CorporaSummary, type CorpusSummary } from "./summary.ts";
export { officialUtterances } from "./official.ts";
export { twinsOf } from "./twins.ts";
export * from "./protocols/index.ts";
export { renderTable } from "./table.ts";
export { runInOrder, type WorkerMessage, type WorkerTask } from "./worker-pool.ts";
export { corpusPlace, getCorpus, type GetCorpusOptions, type GotCorpus } from "./download/get-corpus.ts";
