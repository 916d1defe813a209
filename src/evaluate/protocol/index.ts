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
export { runProtocol, type ProtocolOptions } from "./run-protocol.ts";
export { scoreRun, totalsOf } from "./totals.ts";
