export type { FoldCorpus, Protocol, ProtocolFold, Question } from "./protocol.ts";
export { protocolNamed, PROTOCOLS } from "./definitions.ts";
export { chosenFolds, foldSplit, type FoldSplitOptions } from "./fold-split.ts";
export { coverageOf, renderCoverage, type CorpusCoverage, type FoldCoverage, type PartCoverage } from "./coverage.ts";
