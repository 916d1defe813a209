/** How good answers are: scores, intervals, calibration, coverage. Runs in browsers. */
export { outcomesOf, type Answer, type Outcome } from "./answers.ts";
export {
  bootstrapIntervals,
  DEFAULT_RESAMPLES,
  percentileInterval,
  type BootstrapOptions,
  type Interval,
  type Intervals,
} from "./bootstrap.ts";
export {
  brierScore,
  expectedCalibrationError,
  logLoss,
  RELIABILITY_BINS,
  reliabilityCurve,
  type ReliabilityBin,
} from "./calibration.ts";
export { type Confusion, confusionMatrix } from "./confusion.ts";
export { coverageCurve, type CoverageCurve, type CoveragePoint } from "./coverage.ts";
export { alignRows, renderScores } from "./render-scores.ts";
export { renderInterval, renderSummary } from "./render-summary.ts";
export { type ClassScores, type Scores, scores, scoresOf } from "./scores.ts";
export { summarize, type GroupSummary, type SpeakerScores, type Summary } from "./summarize.ts";
export { applyTemperature, fitCautiousTemperature, fitTemperature, TEMPERATURE_RANGE } from "./temperature.ts";
