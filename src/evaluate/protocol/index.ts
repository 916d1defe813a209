export { renderProtocol } from "./render.ts";
export {
  PROTOCOL_RESULT_FORMAT,
  type ProtocolResult,
  type ProtocolRun,
  type Provenance,
  type QuestionResult,
  type RunScores,
  type RunSplit,
  type Spread,
} from "./result.ts";
export { answersTo, type QuestionAnswers } from "./questions.ts";
export type { RunsHooks } from "./run-all.ts";
export { runApart } from "./run-apart.ts";
export { modelFileOf } from "./run-fold.ts";
export { runProtocol, type ProtocolOptions, type SpreadRuns, type SpreadTask } from "./run-protocol.ts";
export { scoreRun, totalsOf } from "./totals.ts";
export { WorkFolder, type PendingRun, type RunKey } from "./work-folder.ts";
