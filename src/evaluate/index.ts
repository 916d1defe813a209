export { evaluateExamples, isUnseen, type Evaluation } from "./evaluate.ts";
