import { describe, expect, test } from "vitest";
import { parseAugmentation, augmentationsOf } from "../../src/augment/index.ts";
import {
  CORPORA,
  foldSplit,
  officialUtterances,
  partOf,
  protocolNamed,
  splitUtterances,
  type Split,
  type Utterance,
} from "../../src/corpora/index.ts";
import { SEVEN_EMOTIONS } from "../../src/emotions.ts";
import { Matrix } from "../../src/matrix.ts";
import { fitTemperature } from "../../src/metrics/index.ts";
import {
  CheckpointFile,
  clipsOf,
  fitStandardizer,
  fitWithin,
  planTraining,
  renderUntaught,
  requireNoLeaks,
  train,
  trainConfig,
  type Example,
  type Plan,
  type PlannedParts,
} from "../../src/train/index.ts";

const ALL = CORPORA.flatMap(officialUtterances);

/** An example whose audio has this hash. */
function example(utterance: Utterance, pcmHash = utterance.id): Example {
  const facts = { seconds: 1, sampleRate: 16_000, channels: 1, peak: 1, rms: 0.1, pcmHash, silent: false };
  const label = Math.max(0, SEVEN_EMOTIONS.labels.indexOf(utterance.emotion));
  return { utterance, label, features: new Matrix(2, 1, Float32Array.of(1, utterance.id.length)), facts };
}

function partsOf(split: Split, examples: readonly Example[]): PlannedParts {
  const part = (name: string): Example[] => examples.filter(({ utterance }) => partOf(split, utterance) === name);
  return { split, train: part("train"), validation: part("validation"), test: part("test"), copies: [] };
}

const named = (name: string, seed = 1): PlannedParts => {
  const protocol = protocolNamed(name);
  const own = ALL.filter(({ corpus }) => protocol.corpora.includes(corpus));
  return partsOf(
    foldSplit(protocol.folds[0]!, own, { seed }),
    own.map((utterance) => example(utterance)),
  );
};
const copyOf = (original: Example): Example => {
  const [augmentation] = augmentationsOf(parseAugmentation("*:1:noise"), "sad", original.utterance.id, 1);
  return { ...original, augmentation: augmentation! };
};
const id = (each: Example | undefined): string => each!.utterance.id;

describe("nothing is refused where nothing leaks", () => {
  test.each([
    "four-corpora",
    "ravdess-emobox",
    "savee-loso",
    "cremad-evar",
    "cremad-evar-dev",
    "leave-one-corpus-out",
    "tess-cross-speaker",
    "random-split",
  ])("%s", (name) => {
    const plan = named(name);
    expect(plan.test.length).toBeGreaterThan(0);
    requireNoLeaks({ ...plan, copies: plan.train.slice(0, 50).map(copyOf) });
  });
});

describe("a declared group in two parts", () => {
  test("a speaker in training and test, or in training and validation", () => {
    const plan = named("ravdess-emobox");
    const moved = plan.test[0]!;
    expect(() => requireNoLeaks({ ...plan, train: [...plan.train, moved], test: plan.test.slice(1) })).toThrow(
      `leak: the speaker ravdess/01 is in the train part (${id(moved)}) and in the test part (${id(plan.test[1])})`,
    );
    const first = plan.validation[0]!;
    expect(() => requireNoLeaks({ ...plan, train: [...plan.train, first] })).toThrow(
      `leak: the recording ${id(first)} is in the train part (${id(first)}) and in the validation part (${id(first)})`,
    );
    expect(() =>
      requireNoLeaks({ ...plan, train: [...plan.train, first], validation: plan.validation.slice(1) }),
    ).toThrow(
      `leak: the speaker ${first.utterance.speaker} is in the train part (${id(first)}) and in the validation part`,
    );
  });

  test("a word of TESS; its speakers are in every part", () => {
    const plan = named("four-corpora");
    const moved = plan.test.find(({ utterance }) => utterance.corpus === "tess")!;
    const test = plan.test.filter((each) => each !== moved);
    expect(() => requireNoLeaks({ ...plan, train: [...plan.train, moved], test })).toThrow(
      `leak: the sentence tess ${moved.utterance.sentence} is in the train part (${id(moved)}) and in the test part`,
    );
  });

  test("the test speaker of tess-cross-speaker, and a word of the other in training and validation", () => {
    const plan = named("tess-cross-speaker");
    const moved = plan.test[0]!;
    expect(() => requireNoLeaks({ ...plan, train: [...plan.train, moved], test: plan.test.slice(1) })).toThrow(
      /leak: the (test speaker tess\/YAF|sentence tess \w+) is in the train part/,
    );
    const alone = { ...plan, validation: [], train: [...plan.train, moved], test: plan.test.slice(1) };
    expect(() => requireNoLeaks(alone)).toThrow("leak: the test speaker tess/YAF is in the train part");
    const word = plan.validation[0]!;
    expect(() =>
      requireNoLeaks({ ...plan, train: [...plan.train, word], validation: plan.validation.slice(1) }),
    ).toThrow(
      `leak: the sentence tess ${word.utterance.sentence} is in the train part (${id(word)}) and in the validation part`,
    );
  });

  test("in a random split only the recording itself", () => {
    const plan = named("random-split");
    const moved = plan.test[0]!;
    expect(() => requireNoLeaks({ ...plan, train: [...plan.train, moved] })).toThrow(
      `leak: the recording ${id(moved)} is`,
    );
    requireNoLeaks({ ...plan, train: [...plan.train, moved], test: plan.test.slice(1) });
  });
});

describe("an augmented copy", () => {
  const plan = named("savee-loso");

  test.each(["validation", "test"] as const)("outside training: in %s", (part) => {
    expect(() => requireNoLeaks({ ...plan, [part]: [...plan[part], copyOf(plan[part][0]!)] })).toThrow(
      /^leak: a copy of savee\/\S+ \(augment@1 noise.*\) is in the (validation|test) part; copies are for training/,
    );
  });

  test.each(["validation", "test"] as const)("whose original is in %s", (part) => {
    expect(() => requireNoLeaks({ ...plan, copies: [copyOf(plan[part][0]!)] })).toThrow(
      `leak: a copy of ${id(plan[part][0])} is for training, but the recording itself is in the ${part} part`,
    );
  });

  test("whose original is nowhere", () => {
    const [gone, ...train] = plan.train;
    expect(() => requireNoLeaks({ ...plan, train, copies: [copyOf(gone!)] })).toThrow(
      `${id(gone)} is for training, but`,
    );
  });
});

test("every training asks the guard before it computes anything", async () => {
  const examples = ALL.filter(({ corpus }) => corpus === "savee").map((utterance) => example(utterance));
  const dataset = { examples, excluded: [], unlabelled: [], failures: [], problems: [] };
  const plan = planTraining(trainConfig({ corpora: ["a"], augment: "none" }), dataset);
  const leaky = { ...plan, train: [...plan.train, plan.test[0]!] };
  const checkpoint = new CheckpointFile("/nowhere/a.checkpoint", "a");
  await expect(train(leaky, { checkpoint, resume: false })).rejects.toThrow(
    `leak: the recording ${id(plan.test[0])} is in`,
  );
});

describe("labels that recordings for training have", () => {
  const savee = ALL.filter(({ corpus }) => corpus === "savee");
  const planOf = (labels: readonly string[], emotions: readonly string[]): Plan => {
    const settings = { corpora: ["a"], augment: "none", testShare: 0, validationShare: 0 };
    const utterances = savee.filter(({ emotion }) => emotions.includes(emotion));
    const examples = utterances.map((each) => ({ ...example(each), label: labels.indexOf(each.emotion) }));
    const dataset = { examples, excluded: [], unlabelled: [], failures: [], problems: [] };
    return planTraining(trainConfig({ ...settings, labels: labels.join(",") }), dataset);
  };

  test("a single one is nothing to train on", () => {
    expect(() => planOf(["angry", "joy", "sad"], ["sad"])).toThrow(
      /^train: all \d+ recordings for training are sad; two or more of the labels angry, joy, sad must have some/,
    );
  });

  test("those that none has are told", () => {
    expect(renderUntaught(planOf(["angry", "joy", "sad"], ["angry", "sad"]))).toBe(
      "no recording for training is joy: the model has the label and will hardly ever give it\n",
    );
    expect(renderUntaught(planOf(["angry", "sad"], ["angry", "sad"]))).toBe("");
  });
});

describe("identical audio", () => {
  const audioOf = (a: string, b: string) =>
    ALL.filter(({ corpus }) => corpus === "savee").map((utterance) =>
      example(utterance, utterance.id === b ? a : utterance.id),
    );
  const [fold] = protocolNamed("savee-loso").folds;
  const split = foldSplit(fold!, ALL, { seed: 1 });

  test("in training and test is refused, both named; within a part it may be", () => {
    expect(() => requireNoLeaks(partsOf(split, audioOf("savee/JE/a01", "savee/DC/n07")))).toThrow(
      /^leak: identical audio in two parts: (savee\/DC\/n07 \((train|validation)\) = savee\/JE\/a01 \(test\)); leave one/,
    );
    requireNoLeaks(partsOf(split, audioOf("savee/JE/a01", "savee/JE/n07")));
  });

  test("a random split puts it on one side", () => {
    let [together, apart] = [0, 0];
    for (let seed = 1; seed <= 20; seed++) {
      const examples = audioOf("savee/JE/a01", "savee/DC/n07");
      const dataset = { examples, excluded: [], unlabelled: [], failures: [], problems: [] };
      requireNoLeaks(planTraining(trainConfig({ corpora: ["a"], split: "random", seed }), dataset));
      together++;
      const utterances = examples.map(({ utterance }) => utterance);
      try {
        requireNoLeaks(partsOf(splitUtterances(utterances, { kind: "random", seed }), examples));
      } catch {
        apart++;
      }
    }
    // Without it, two recordings fall apart with probability 1 − (0.7² + 0.1² + 0.2²) = 0.46.
    expect({ together, apart: apart > 2 && apart < 17 }).toEqual({ together: 20, apart: true });
  });
});

describe("what is fitted sees its own part only", () => {
  const plan = named("savee-loso");
  const standardiser = (read: readonly Example[]): Float32Array => fitStandardizer(clipsOf(read), 4, 1).mean;

  test("a standardiser: training recordings and their copies", async () => {
    const learnt = [...plan.train, copyOf(plan.train[0]!)];
    const fitted = await fitWithin(plan, "train", "standardiser", learnt, standardiser);
    expect(fitted).toEqual(standardiser(learnt));
    const test = plan.test[0]!;
    await expect(fitWithin(plan, "train", "standardiser", [...learnt, test], standardiser)).rejects.toThrow(
      `leak: the standardiser belongs to the train part and was fitted on recordings outside it: ${id(test)}`,
    );
  });

  test("a temperature: validation recordings, no copies", async () => {
    const temperature = (read: readonly Example[]): number =>
      fitTemperature(
        read.map(({ features }) => [0.5 + features.data[1]! / 1000, 0.5 - features.data[1]! / 1000]),
        read.map((_, i) => i % 2),
      );
    const fit = (examples: readonly Example[]): Promise<number> =>
      fitWithin(plan, "validation", "temperature", examples, temperature);
    expect(await fit(plan.validation)).toBe(temperature(plan.validation));
    await expect(fit([...plan.validation, ...plan.test])).rejects.toThrow(
      /leak: the temperature .* outside it: savee\/JE\/a01, savee\/JE\/a02, .* and 114 more$/,
    );
    await expect(fit([...plan.validation, copyOf(plan.validation[0]!)])).rejects.toThrow(/outside it: a copy of savee/);
  });

  test("what was not read was not seen", async () => {
    const first = (read: readonly Example[]): number => read[0]!.features.rows;
    expect(await fitWithin(plan, "train", "standardiser", [...plan.train, ...plan.test], first)).toBe(2);
  });
});
