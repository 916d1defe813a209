import { readFileSync } from "node:fs";
import { expect, describe, test } from "vitest";
import { EMOTIONS } from "../../src/emotions.ts";
import { Random } from "../../src/random.ts";
import {
  bootstrapIntervals,
  expectedCalibrationError,
  outcomesOf,
  scores,
  summarize,
  type Answer,
} from "../../src/metrics/index.ts";
import { randomAnswers } from "./answers.ts";

// reference/calibration.py: scipy.stats.bootstrap over the speakers' accuracies, 200,000 resamples.
const golden = JSON.parse(readFileSync(new URL("../golden/calibration.json", import.meta.url), "utf8")) as {
  bootstrap: { correct: number[][]; low: number; high: number }[];
};

describe("intervals", () => {
  test.each(golden.bootstrap.map((each, i) => [i, each] as const))(
    "equal scipy's but for the draw, case %i",
    (_, { correct, low, high }) => {
      const answers = correct.flatMap((own, s) =>
        own.map((hit, i): Answer => ({
          id: `${s}/${i}`,
          corpus: "c",
          speaker: `s${s}`,
          sex: null,
          truth: hit ? "a" : "b",
          probabilities: [0.6, 0.4],
        })),
      );
      const found = bootstrapIntervals(["a", "b"], answers, outcomesOf(["a", "b"], answers), { resamples: 50_000 });
      // Standard error of a 2.5 % quantile from 50,000 resamples is about 0.001 here.
      expect(found.accuracy!).toBeAllClose([low, high], { atol: 0.006 });
    },
  );

  test("equal a naive bootstrap that scores the drawn recordings themselves", () => {
    const labels = ["a", "b", "c"];
    const answers = randomAnswers(labels, 5, 7, 4);
    const options = { resamples: 60, seed: 9 };
    const found = bootstrapIntervals(labels, answers, outcomesOf(labels, answers), options);

    const corpora = [...new Set(answers.map(({ corpus }) => corpus))].sort();
    const random = new Random(9, "bootstrap");
    const values = Array.from({ length: 60 }, () => {
      const drawn = corpora.flatMap((corpus) => {
        const own = answers.filter((answer) => answer.corpus === corpus);
        const speakers = [...new Set(own.map(({ speaker }) => speaker))].sort();
        return speakers.flatMap(() => {
          const speaker = speakers[random.integer(speakers.length)];
          return own.filter((answer) => answer.speaker === speaker);
        });
      });
      const outcomes = outcomesOf(labels, drawn);
      const all = scores(
        labels,
        drawn.map(({ truth }) => truth),
        outcomes.map(({ predicted }) => labels[predicted]!),
      );
      return [all.accuracy, all.uar, all.macroF1, expectedCalibrationError(outcomes), all.perClass["b"]!.precision];
    });
    // numpy.percentile([...], [2.5, 97.5]) of 60 values: between the 2nd and 3rd (1.475), the 58th and 59th (57.525).
    const ends = values[0]!.map((_, m) => {
      const sorted = values.map((each) => each[m]!).toSorted((x, y) => x - y);
      return [0.525 * sorted[1]! + 0.475 * sorted[2]!, 0.475 * sorted[57]! + 0.525 * sorted[58]!];
    });
    const { accuracy, uar, macroF1, ece, perClass } = found;
    expect([accuracy!, uar!, macroF1!, ece!, perClass["b"]!.precision!].flat()).toBeAllClose(ends.flat(), {
      atol: 1e-12,
    });
  });

  test("of speakers that are all alike have no width; of one speaker there is none", () => {
    const one = randomAnswers(["a", "b"], 1, 12, 3);
    const alike = ["x", "y", "z"].flatMap((speaker) => one.map((answer) => ({ ...answer, speaker })));
    const { accuracy, uar, macroF1, ece } = summarize(["a", "b"], alike, { resamples: 50 }).intervals;
    for (const ends of [accuracy, uar, macroF1, ece]) expect(ends![1] - ends![0]).toBeCloseTo(0, 12);
    const alone = summarize(["a", "b"], one, { resamples: 50 }).intervals;
    expect([alone.accuracy, alone.uar, alone.macroF1, alone.ece, alone.perClass["a"]!.recall]).toEqual(
      Array.from({ length: 5 }, () => null),
    );
  });

  test("take the mixture of corpora as given: two corpora without differences inside have no width", () => {
    const [good, bad] = [randomAnswers(["a", "b"], 1, 30, 1), randomAnswers(["a", "b"], 1, 30, 12)];
    const corpus = (name: string, answers: readonly Answer[]): Answer[] =>
      ["x", "y"].flatMap((s) => answers.map((answer) => ({ ...answer, corpus: name, speaker: `${name}/${s}` })));
    const both = summarize(["a", "b"], [...corpus("good", good), ...corpus("bad", bad)], { resamples: 50 });
    expect(both.perCorpus["good"]!.accuracy).not.toBe(both.perCorpus["bad"]!.accuracy);
    expect(both.intervals.accuracy![1] - both.intervals.accuracy![0]).toBeCloseTo(0, 12);
  });

  test("do not depend on the order of the recordings, but on the seed", () => {
    const answers = randomAnswers(EMOTIONS, 6, 20, 1);
    const first = summarize(EMOTIONS, answers, { resamples: 200 });
    const shuffled = summarize(EMOTIONS, new Random(5).shuffle(answers), { resamples: 200 });
    expect([...first.intervals.uar!, ...first.intervals.ece!]).toBeAllClose(
      [...shuffled.intervals.uar!, ...shuffled.intervals.ece!],
      { atol: 1e-12 },
    );
    expect(summarize(EMOTIONS, answers, { resamples: 200, seed: 2 }).intervals).not.toEqual(first.intervals);
    expect(() => summarize(EMOTIONS, answers, { resamples: 0 })).toThrow("resamples=0 must be a whole number");
  });

  test("hold the truth about 95 times in 100", () => {
    // 30 speakers, skill uniform in 0.3 … 0.9: the true accuracy is 0.6.
    const held = Array.from({ length: 200 }, (_, trial) => {
      const random = new Random(trial, "trial");
      const answers = Array.from({ length: 30 }, (_s, s) => {
        const skill = 0.3 + 0.6 * random.uniform();
        return Array.from({ length: 10 }, (_r, i): Answer => {
          const truth = random.uniform() < skill ? "a" : "b";
          return { id: `${s}/${i}`, corpus: "c", speaker: `${s}`, sex: null, truth, probabilities: [1, 0] };
        });
      }).flat();
      const options = { resamples: 200, seed: trial };
      const [low, high] = bootstrapIntervals(["a", "b"], answers, outcomesOf(["a", "b"], answers), options).accuracy!;
      return low <= 0.6 && 0.6 <= high;
    }).filter(Boolean).length;
    // The percentile bootstrap of 30 clusters holds about 93.5 %; binomial noise of 200 trials is ± 3.5 %.
    expect(held).toBeGreaterThanOrEqual(174);
    expect(held).toBeLessThan(200);
  });
});

describe("summarize", () => {
  const answers = randomAnswers(EMOTIONS, 6, 20, 1);
  const summary = summarize(EMOTIONS, answers, { resamples: 100 });

  test("groups by corpus, sex and speaker, and each group is scored like a whole", () => {
    expect(Object.keys(summary.perCorpus)).toEqual(["even", "odd"]);
    expect(Object.keys(summary.perSex)).toEqual(["female", "male", "unknown"]);
    expect(Object.keys(summary.perSpeaker)).toHaveLength(6);
    const odd = summarize(
      EMOTIONS,
      answers.filter(({ corpus }) => corpus === "odd"),
      { resamples: 100 },
    );
    const { perCorpus: _, perSex: __, perSpeaker: ___, ...whole } = odd;
    expect(summary.perCorpus["odd"]).toEqual(whole);
    const { n, accuracy, corpus, sex } = summary.perSpeaker["speaker 1"]!;
    expect({ n, corpus, sex }).toEqual({ n: 20, corpus: "odd", sex: "female" });
    const own = answers.filter(({ speaker }) => speaker === "speaker 1");
    const right = own.filter(
      ({ truth, probabilities }) => probabilities[EMOTIONS.indexOf(truth as "sad")] === Math.max(...probabilities),
    );
    expect(accuracy).toBe(right.length / 20);
  });

  test("is plain data, and every figure lies in its interval's reach", () => {
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
    const [low, high] = summary.intervals.accuracy!;
    expect(low).toBeLessThan(summary.accuracy);
    expect(high).toBeGreaterThan(summary.accuracy);
    expect(summary.speakers).toBe(6);
  });

  test("of the four corpora's size takes little time", () => {
    const many = randomAnswers(EMOTIONS, 90, 110, 2);
    const started = performance.now();
    summarize(EMOTIONS, many);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
