export { RAVDESS } from "./ravdess.ts";
export { CREMA_D } from "./crema-d.ts";
export { TESS } from "./tess.ts";
export { SAVEE } from "./savee.ts";
export type { Corpus, LeftOut, NamedRecording } from "./corpus.ts";
export type { Problem, ProblemCode, Sex, Utterance } from "./utterance.ts";
export { CORPORA, scanCorpora, type CorpusScan, type ScanOptions } from "./scan.ts";
export { isManifest, readManifest } from "./manifest.ts";
export { applyExclusions, KNOWN_BAD, type Exclusion, type ExclusionList } from "./exclusions.ts";
