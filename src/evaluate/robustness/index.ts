export type { Condition, Surroundings } from "./condition.ts";
export { CONDITIONS, conditionsNamed } from "./conditions.ts";
export { chooseRecordings, type Choice, type ChoiceOptions } from "./recordings.ts";
export { renderRobustness } from "./render.ts";
export type { MeasuredCondition, Robustness, Steadiness, UnmeasuredCondition } from "./result.ts";
export { robustnessOf, type RobustnessOptions } from "./robustness.ts";
