import { augmentationText } from "../augment/index.ts";
import { groupOf, type Part } from "../corpora/index.ts";
import { InputError } from "../errors.ts";
import { groupBy } from "../grouping.ts";
import type { Example } from "./dataset.ts";
import type { Plan } from "./plan.ts";

/** The parts of a training and how they were made. */
export type PlannedParts = Pick<Plan, "split" | "train" | "validation" | "test" | "copies">;

const PARTS = ["train", "validation", "test"] as const;
/** So many recordings a message names one by one. */
const SHOWN = 6;

/**
 * Refuses a training whose test would flatter it. It looks at the recordings that are really in the parts, not at the lists
 * of the split: a declared group (speaker, in TESS the word) in two parts, a copy outside training or of a recording that
 * is not in training, identical audio in two parts.
 *
 * @throws InputError `leak_found` naming the recordings
 */
export function requireNoLeaks(plan: PlannedParts): void {
  requireGroupsApart(plan);
  requireOriginalsInTraining(plan);
  requireAudioApart(plan);
}

/**
 * Refuses copies outside the training part, and copies of recordings that are not in it: a model would be tested on what it
 * has as good as seen.
 *
 * @throws InputError `leak_found` that names the first one and the part that it is in
 */
export function requireOriginalsInTraining(plan: Omit<PlannedParts, "split">): void {
  for (const part of PARTS) {
    const copy = plan[part].find(({ augmentation }) => augmentation !== undefined);
    if (copy === undefined) continue;
    throw leak(`${nameOf(copy)} is in the ${part} part; copies are for training beside its recordings only`);
  }
  const ids = (examples: readonly Example[]): Set<string> => new Set(examples.map(({ utterance }) => utterance.id));
  const training = ids(plan.train);
  const elsewhere = { validation: ids(plan.validation), test: ids(plan.test) };
  for (const { utterance } of plan.copies) {
    const where = Object.entries(elsewhere).find(([, own]) => own.has(utterance.id))?.[0];
    if (training.has(utterance.id) && where === undefined) continue;
    throw leak(
      `a copy of ${utterance.id} is for training, but the recording itself is ` +
        `${where === undefined ? "in no part" : `in the ${where} part`}; copies are made of training recordings only`,
    );
  }
}

/** What must stay in one part, with a name for messages; a recording may belong to several such groups. */
function groupsOf({ split }: PlannedParts, { utterance }: Example, part: Part): string[] {
  const itself = `recording ${utterance.id}`;
  if (split.kind === "random") return [itself];
  const corpus = Object.hasOwn(split.corpora, utterance.corpus) ? split.corpora[utterance.corpus] : undefined;
  // A corpus that the split does not know cannot have been divided by anything finer than its speakers.
  const grouping = corpus?.groupBy ?? "speaker";
  const byTestSpeaker = corpus?.testSpeakers !== undefined;
  const group = byTestSpeaker && part === "test" ? undefined : groupOf(grouping, utterance);
  const named =
    group === undefined ? [] : [`${grouping} ${grouping === "sentence" ? `${utterance.corpus} ` : ""}${group}`];
  return byTestSpeaker ? [itself, ...named, `test speaker ${utterance.speaker}`] : [itself, ...named];
}

function requireGroupsApart(plan: PlannedParts): void {
  const places = new Map<string, { part: Part; id: string }>();
  for (const part of PARTS) {
    for (const example of plan[part]) {
      for (const group of groupsOf(plan, example, part)) {
        const { id } = example.utterance;
        const first = places.get(group);
        places.set(group, first ?? { part, id });
        if (first === undefined || first.part === part) continue;
        // Training and validation may share the speakers of a corpus that is tested on other speakers.
        if (group.startsWith("test speaker") && part !== "test") continue;
        throw leak(`the ${group} is in the ${first.part} part (${first.id}) and in the ${part} part (${id})`);
      }
    }
  }
}

function requireAudioApart(plan: PlannedParts): void {
  const all = PARTS.flatMap((part) => plan[part].map((example) => ({ part, example })));
  const shared: string[] = [];
  for (const same of groupBy(all, ({ example }) => example.facts.pcmHash).values()) {
    if (same.every(({ part }) => part === same[0]!.part)) continue;
    shared.push(same.map(({ part, example }) => `${example.utterance.id} (${part})`).join(" = "));
  }
  if (shared.length === 0) return;
  throw leak(
    `identical audio in two parts: ${some(shared)}; leave one of each out, e.g. by removing its file or its line of the manifest`,
  );
}

/**
 * Fits something – a standardiser, a temperature – and makes sure that it saw recordings of its own part only. What it saw
 * is recorded, not declared: `fit` gets examples that tell when their features are read.
 *
 * @param part where it may look; "train" includes the copies of the part's recordings
 * @param what it is, for the message
 * @throws InputError `leak_found` naming recordings that were read and are not of the part
 */
export async function fitWithin<T>(
  plan: Pick<PlannedParts, "train" | "validation" | "test">,
  part: Part,
  what: string,
  examples: readonly Example[],
  fit: (examples: readonly Example[]) => T | Promise<T>,
): Promise<T> {
  const own = new Set(plan[part].map(({ utterance }) => utterance.id));
  const outside = new Set<string>();
  const watched = examples.map((example): Example => {
    const allowed = own.has(example.utterance.id) && (part === "train" || example.augmentation === undefined);
    if (allowed) return example;
    return {
      ...example,
      get features() {
        outside.add(nameOf(example));
        return example.features;
      },
    };
  });
  const fitted = await fit(watched);
  if (outside.size === 0) return fitted;
  throw leak(`the ${what} belongs to the ${part} part and was fitted on recordings outside it: ${some([...outside])}`);
}

function nameOf({ utterance, augmentation }: Example): string {
  return augmentation === undefined ? utterance.id : `a copy of ${utterance.id} (${augmentationText(augmentation)})`;
}

function some(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return names.slice(0, SHOWN).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function leak(message: string): InputError {
  return new InputError("leak_found", `leak: ${message}`);
}
