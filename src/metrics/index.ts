export { type Confusion, confusionMatrix } from "./confusion.ts";
export { renderScores } from "./render-scores.ts";
export { type ClassScores, type Scores, scores, scoresOf } from "./scores.ts";
