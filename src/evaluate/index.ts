export { answerExamples, isUnseen } from "./answer.ts";
export {
  ANSWERS_SUFFIX,
  parseAnswers,
  readAnswers,
  renderAnswers,
  writeAnswers,
  type AnswersTable,
} from "./answers-file.ts";
export { calibrate, fitCalibration } from "./calibrate.ts";
