import { ParameterError } from "../errors.ts";
import { noneOf } from "../nearest.ts";
import { Random } from "../random.ts";
import { operation, type Augmentation } from "./operations.ts";

/** An operation in a rule, with the range that its number is drawn from. */
export interface RuleOperation {
  /** Its name, a key of `OPERATIONS`. */
  readonly operation: string;
  /** Least and most, in the operation's unit. */
  readonly range: readonly [number, number];
}

/** So many augmented copies of every training recording of a label. */
export interface AugmentationRule {
  /** A label, or `*` for every one. */
  readonly label: string;
  /** Copies a recording, 1 … 100. */
  readonly copies: number;
  /** Each copy gets one of them; at least one. */
  readonly operations: readonly RuleOperation[];
}

/** Those of the original system, and what a rule means that names none. */
const ORIGINAL = "pitch+stretch+noise";

const GRAMMAR = "LABEL:COPIES or LABEL:COPIES:OPERATION+OPERATION, such as surprise:3 or *:1:noise=10..20+speed";

/**
 * Rules from what a user writes: `none`, or rules separated by commas,
 *
 * ```text
 * rule      = label ":" copies [ ":" operation { "+" operation } ]
 * label     = a label of the model, or * for every label
 * copies    = 1 … 100
 * operation = name [ "=" least ".." most ]
 * ```
 *
 * Without operations they are the original's, pitch+stretch+noise; without a range it is the operation's own.
 * `surprise:3` is the original's augmentation of its minority class: one copy by each of the three.
 *
 * @throws ParameterError that names the rule, what is wrong and the grammar
 */
export function parseAugmentation(text: string): readonly AugmentationRule[] {
  if (text.trim() === "none") return [];
  return text.split(",").map((each) => parseRule(each.trim()));
}

function parseRule(text: string): AugmentationRule {
  const parts = text.split(":").map((part) => part.trim());
  const [label, copies, operations = ORIGINAL] = parts;
  if (parts.length > 3 || !label || !copies || !operations) {
    throw new ParameterError(`augment: "${text}" is no rule; write none, or ${GRAMMAR}`);
  }
  if (!/^\d{1,3}$/.test(copies) || Number(copies) < 1 || Number(copies) > 100) {
    throw new ParameterError(`augment: "${copies}" in "${text}" must be a number of copies, 1 … 100`);
  }
  return { label, copies: Number(copies), operations: operations.split("+").map(parseOperation) };
}

function parseOperation(text: string): RuleOperation {
  const equals = text.indexOf("=");
  const name = (equals < 0 ? text : text.slice(0, equals)).trim();
  const { limits, parameter, range } = operation(name);
  if (equals < 0) return { operation: name, range };
  const bounds = text.slice(equals + 1).split("..");
  const [least, most] = bounds.map((bound) => (bound.trim() === "" ? NaN : Number(bound))) as [number, number];
  if (bounds.length !== 2 || !(least >= limits[0] && least <= most && most <= limits[1])) {
    throw new ParameterError(
      `augment: "${text}" must have a range LEAST..MOST within ${limits.join(" … ")} (${parameter})`,
    );
  }
  return { operation: name, range: [least, most] };
}

function operationsText(operations: readonly RuleOperation[]): string {
  return operations.map(({ operation, range }) => `${operation}=${range[0]}..${range[1]}`).join("+");
}

/** The one text of rules, all ranges written out; {@link parseAugmentation} reads it. */
export function augmentationRulesText(rules: readonly AugmentationRule[]): string {
  if (rules.length === 0) return "none";
  return rules.map(({ label, copies, operations }) => `${label}:${copies}:${operationsText(operations)}`).join(",");
}

/** Refuses a rule for a label that there is not. @throws ParameterError */
export function requireKnownLabels(rules: readonly AugmentationRule[], labels: readonly string[]): void {
  const unknown = rules.find(({ label }) => label !== "*" && !labels.includes(label));
  if (unknown) {
    throw new ParameterError(`augment: ${noneOf(unknown.label, labels, "no label of this model")}`);
  }
}

/**
 * The copies that the rules want of one recording. Each copy gets one operation: they are dealt in an order that is
 * shuffled for every recording and dealt again when all have been used, so that copies differ in kind while they can.
 * All of it is a pure function of seed, recording and rule: more copies leave the first ones as they were, and no
 * other recording matters.
 *
 * @param label of the recording
 * @param id of the recording
 */
export function augmentationsOf(
  rules: readonly AugmentationRule[],
  label: string,
  id: string,
  seed: number,
): readonly Augmentation[] {
  const augmentations: Augmentation[] = [];
  /** Copies already dealt from the same operations: two rules that both fit a recording give no copy twice. */
  const dealt = new Map<string, number>();
  for (const { copies, operations, ...rule } of rules) {
    if (rule.label !== "*" && rule.label !== label) continue;
    const text = operationsText(operations);
    const first = dealt.get(text) ?? 0;
    dealt.set(text, first + copies);
    for (let copy = first; copy < first + copies; copy++) {
      const round = Math.floor(copy / operations.length);
      const order = new Random(seed, "augment: order", id, text, round).shuffle(operations);
      const { operation, range } = order[copy % operations.length]!;
      const random = new Random(seed, "augment: copy", id, text, copy);
      const value = Math.min(range[1], range[0] + (range[1] - range[0]) * random.uniform());
      augmentations.push({ operation, value, seed: random.uint32() });
    }
  }
  return augmentations;
}
