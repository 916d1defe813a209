/** Trained models tested: answers, calibration, protocols, robustness, and figures and reports of the results. In Node only. */
export { answerExamples, isUnseen, sharesSpeakers } from "./answer.ts";
export {
  ANSWERS_SUFFIX,
  parseAnswers,
  readAnswers,
  renderAnswers,
  writeAnswers,
  type AnswersTable,
} from "./answers-file.ts";
export { calibrate, fitCalibration } from "./calibrate.ts";
export type { EvaluationResult } from "./evaluation-result.ts";
export {
  renderHeard,
  renderHeardLess,
  requireUseOf,
  VoicesOfExamples,
  type HeardAnswers,
  type HeardBefore,
  type HeardLess,
} from "./known-voices.ts";
export {
  plotClassBars,
  plotComparison,
  plotConfusion,
  plotCoverage,
  plotCurves,
  plotHeatmap,
  plotReliability,
  standalone,
  type Compared,
  type Curve,
  type Heatmap,
} from "./plot/index.ts";
export * from "./protocol/index.ts";
export * from "./report/index.ts";
export * from "./robustness/index.ts";
