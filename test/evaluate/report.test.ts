import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { EMOTIONS } from "../../src/emotions.ts";
import {
  readAnswers,
  readResults,
  renderMarkdown,
  variantOf,
  type EvaluationResult,
} from "../../src/evaluate/index.ts";
import type { Answer } from "../../src/metrics/index.ts";
import { ser } from "../cli/run-cli.ts";
import { HOSTILE, smallProtocol, smallResult } from "./small-results.ts";

const folder = mkdtempSync(path.join(tmpdir(), "ser-report-"));
const out = path.join(folder, "report");
let answers: Answer[];
let result: EvaluationResult;
let page = "";
let markdown = "";

beforeAll(async () => {
  const honest = await smallResult(folder, "honest");
  const leaky = await smallResult(folder, "leaky", { leaky: true, seed: 2 });
  ({ answers, result } = honest);
  const { exitCode, stderr } = await ser(["report", honest.file, leaky.file, "--out", out, "--title", "A & B"]);
  expect(exitCode, stderr).toBe(0);
  page = readFileSync(path.join(out, "index.html"), "utf8");
  markdown = readFileSync(path.join(out, "report.md"), "utf8");
});

/** Tags without an end in HTML. */
const VOID = new Set(["meta", "br", "hr"]);

/** The first tag that does not close what is open, or what is left open; undefined when everything is closed in order. */
function firstUnbalanced(markup: string): string | undefined {
  const open: string[] = [];
  for (const [tag, end, name, selfClosing] of markup.matchAll(/<(\/?)([a-zA-Z][\w-]*)(?:"[^"]*"|[^">])*?(\/?)>/g)) {
    if (selfClosing === "/" || VOID.has(name!)) continue;
    if (end === "") open.push(name!);
    else if (open.pop() !== name) return tag;
  }
  return open.pop();
}

const cellsOf = (markup: string): string[] => [...markup.matchAll(/<t[dh]\b[^>]*>([^<]*)</g)].map((match) => match[1]!);
const textsOf = (markup: string): string[] => [...markup.matchAll(/<text[^>]*>([^<]*)</g)].map((match) => match[1]!);
const figure = (key: string): string => readFileSync(path.join(out, "figures", `seed-honest-${key}.svg`), "utf8");
const one = (share: number): string => (100 * share).toFixed(1);

describe("the page", () => {
  test("is whole: one file, every tag closed, no script, nothing fetched", () => {
    expect(firstUnbalanced(page)).toBeUndefined();
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(/);
    expect(page.match(/https?:[^"]*/g)!.filter((each) => each !== "http://www.w3.org/2000/svg")).toEqual([]);
  });

  test("escapes what comes from files", () => {
    expect(page).toContain("<title>A &amp; B</title>");
    expect(page).toContain("odd/&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;|*_`");
    expect(markdown).toContain(String.raw`odd/\<script\>alert("1")\</script\>\|\*\_` + "\\`");
  });

  test("tells the scores with their intervals, overall and by group", () => {
    const cells = cellsOf(page);
    const groups = { ...result.perCorpus, ...result.perSex, all: result };
    for (const { accuracy, uar, intervals } of Object.values(groups)) {
      for (const [value, interval] of [
        [accuracy, intervals.accuracy],
        [uar, intervals.uar],
      ] as const) {
        expect(cells).toContain(interval ? `${one(value)} (${one(interval[0])}–${one(interval[1])})` : one(value));
      }
    }
    for (const speaker of new Set(answers.map((answer) => answer.speaker))) expect(cells).toContain(speaker);
  });

  test("names the worst errors, the most confident first", () => {
    const wrong = answers
      .map(({ id, truth, probabilities }) => ({ id, truth, sure: Math.max(...probabilities), probabilities }))
      .filter(({ truth, sure, probabilities }) => probabilities[EMOTIONS.indexOf(truth as "sad")]! < sure)
      .toSorted((a, b) => b.sure - a.sure)
      .slice(0, 20);
    expect(wrong[0]!.id).toBe(HOSTILE);
    const start = page.indexOf("The worst errors", page.indexOf('<section id="seed-honest">'));
    const cells = cellsOf(page.slice(start, page.indexOf("</table>", start)));
    expect(cells).toHaveLength(5 * 21);
    const rows = cells.slice(5).filter((_, i) => i % 5 === 0);
    expect(rows.slice(1)).toEqual(wrong.slice(1).map(({ id }) => id));
    expect(cells.slice(6, 10)).toEqual(["angry", "surprise", "99.9", "0.1"]);
  });

  test("says which result is leaky, and what lies between it and the honest one", () => {
    expect(page.match(/LEAKY: recordings or speakers/g)).toHaveLength(1);
    expect(page).toMatch(
      /seed: UAR [\d.]+ % where speakers of the test were in training \(seed, leaky\), [\d.]+ % where they were not/,
    );
    expect(cellsOf(page).filter((cell) => cell === "LEAKY" || cell === "honest")).toEqual(["honest", "LEAKY"]);
    expect(markdown).toContain("> seed: UAR");
  });
});

describe("figures", () => {
  test("are files of their own, whole, with a description; Markdown shows each", () => {
    const names = readdirSync(path.join(out, "figures"));
    expect(names).toHaveLength(12);
    for (const name of names) {
      const svg = readFileSync(path.join(out, "figures", name), "utf8");
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" [^>]*aria-label="[^"]{10,}"/);
      expect(firstUnbalanced(svg)).toBeUndefined();
      expect(svg).not.toContain("NaN");
      expect(markdown).toContain(`](figures/${name})`);
    }
  });

  test("the confusion matrix has every count that is not 0, in the order of the labels", () => {
    const counts = textsOf(figure("confusion")).filter((text) => /^[\d,]+$/.test(text));
    const supports = EMOTIONS.map((label) => result.perClass[label]!.support);
    const expected = [...result.confusion.flat().filter((count) => count > 0), ...supports];
    expect(counts).toEqual(expected.map((count) => count.toLocaleString("en")));
  });

  test("bars are as long as the scores that stand at their ends", () => {
    const svg = figure("classes");
    const lengths = [...svg.matchAll(/<rect [^>]*width="([\d.]+)"[^>]*class="(?:orange|blue|green) bar"/g)].map(
      firstNumber,
    );
    const values = EMOTIONS.flatMap((label) => {
      const { precision, recall, f1 } = result.perClass[label]!;
      return [precision, recall, f1];
    });
    const longest = Math.max(...lengths) / Math.max(...values);
    expect(lengths).toBeAllClose(
      values.map((value) => value * longest),
      { atol: 0.02 },
    );
    for (const value of values) expect(textsOf(svg)).toContain(one(value));
  });

  test("reliability and coverage tell their figures", () => {
    expect(textsOf(figure("reliability"))).toContain(`calibration error ${one(result.ece)} %`);
    const half = result.coverage.points.find(({ coverage }) => coverage >= 0.5)!;
    expect(textsOf(figure("coverage"))).toContain(`${one(half.accuracy)} at ≥ ${Math.round(100 * half.threshold)} %`);
    expect(figure("curves").match(/class="curve (blue|orange)"[^>]*d=|<path d="[^"]*"[^>]*class="curve/g)!.length).toBe(
      4,
    );
  });
});

describe("Markdown", () => {
  test("has tables whose rows all have the columns of their head", () => {
    const blocks = markdown.split("\n\n").filter((block) => /^\|/m.test(block));
    expect(blocks.length).toBeGreaterThanOrEqual(9);
    for (const block of blocks) {
      const widths = block
        .split("\n")
        .filter((line) => line.startsWith("|"))
        .map((line) => line.replaceAll(/\\[\\|]/g, "").split("|").length);
      expect(new Set(widths).size).toBe(1);
    }
  });
});

describe("a protocol's result", () => {
  test("gives a section a question, with what is missing on disk, the folds and their mean", async () => {
    const { file, result: protocol } = await smallProtocol(folder, "protocol");
    const target = path.join(folder, "protocol");
    expect((await ser(["report", file, "--out", target])).exitCode).toBe(0);
    const html = readFileSync(path.join(target, "index.html"), "utf8");
    expect(firstUnbalanced(html)).toBeUndefined();
    expect(html.match(/On disk: 2 of 3 folds \(not on disk: fold 3, testing 07\)/g)).toHaveLength(2);
    for (const { name, overRuns, pooled, runs } of protocol.questions) {
      const start = html.indexOf(`<section id="seed-invented-${name}">`);
      const section = html.slice(start, html.indexOf("</section>", start));
      expect(runs).toBe(4);
      expect(section).toContain(
        `Mean over 4 trainings: accuracy ${one(overRuns.accuracy.mean)} ± ${one(overRuns.accuracy.sd!)}`,
      );
      const cells = cellsOf(section);
      expect(cells.filter((cell) => cell === "title of 1")).toHaveLength(2);
      const [low, high] = pooled.intervals.uar!;
      expect(cells).toContain(`${one(pooled.uar)} (${one(low)}–${one(high)})`);
      expect(section).toContain("Learning curves of 4 trainings");
    }
  });

  test("lists each recording once among the worst errors: the mean of its seeds", async () => {
    const { file, result: protocol } = await smallProtocol(folder, "seeds");
    const all = (await readResults([file]))[0]!;
    expect(all.answers!.answers).toHaveLength(160);
    const [first, second] = await Promise.all(
      protocol.answers.map((each) => readAnswers(path.join(folder, each.file))),
    );
    const one = all.answers!.answers[7]!;
    const own = [first!, second!].map(({ answers: each }) => each.find(({ id }) => id === one.id)!.probabilities);
    // Calm, the second of eight, counts as neutral, the fifth of seven; the sixth of eight.
    const mean = own[0]!.map((p, i) => (p + own[1]![i]!) / 2);
    const [angry, calm, disgust, fear, happy, neutral, sad, surprise] = mean as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    expect(one.probabilities).toBeAllClose([angry, disgust, fear, happy, neutral + calm, sad, surprise], {
      atol: 1e-12,
    });
  });

  test("is told without its answers when their files are not there", async () => {
    const { file, result: protocol } = await smallProtocol(folder, "alone");
    for (const each of protocol.answers) rmSync(path.join(folder, each.file));
    const [entry] = await readResults([file]);
    expect(entry!.answers).toBeNull();
    expect(renderMarkdown("x", [entry!]).text).not.toContain("worst errors");
  });
});

describe("ser report", () => {
  test("makes a page of answers alone, and says that the split is not known", async () => {
    const target = path.join(folder, "alone");
    const { exitCode } = await ser(["report", path.join(folder, "honest.answers.csv"), "--out", target]);
    expect(exitCode).toBe(0);
    const text = readFileSync(path.join(target, "report.md"), "utf8");
    expect(text).toContain("- split: not known");
    expect(text).toContain(`320 answers, 8 speakers`);
  });

  test("gives equal names a number, so that no figure is overwritten", async () => {
    const file = path.join(folder, "honest.json");
    const target = path.join(folder, "twice");
    const { exitCode, stdout } = await ser(["report", file, file, "--out", target, "--json"]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      page: path.join(target, "index.html"),
      files: expect.arrayContaining([path.join(target, "figures/seed-honest-2-confusion.svg")]) as string[],
    });
    expect(readdirSync(path.join(target, "figures")).filter((name) => name.endsWith("-confusion.svg"))).toEqual([
      "seed-honest-2-confusion.svg",
      "seed-honest-confusion.svg",
    ]);
  });

  test.each([
    ["none.json", undefined, "none.json: there is no such file"],
    ["text.json", "hello", "this is no JSON"],
    ["other.json", '{"kind":"recipe"}', 'this is no result; a report is made of what "ser evaluate --json" and'],
    ["damaged.json", '{"kind":"evaluation"}', "this result is damaged or of another version"],
    ["bad.answers.csv", "a,b\n", "the columns must be id, corpus, speaker, sex, truth"],
  ])("refuses %s", async (name, text, message) => {
    const file = path.join(folder, name);
    if (text !== undefined) writeFileSync(file, text);
    const { exitCode, stderr } = await ser(["report", file, "--out", path.join(folder, "never")]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  test("refuses a folder that is a file", async () => {
    const { exitCode, stderr } = await ser([
      "report",
      path.join(folder, "honest.json"),
      "--out",
      path.join(folder, "honest.json"),
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("the report cannot be written there");
  });
});

function firstNumber(match: RegExpMatchArray): number {
  return Number(match[1]);
}

test("copies beside the recordings are named, those that stand in for some are the preset's own way", () => {
  const named = (preset: string, config: object): string => variantOf({ preset, config: { ...config } });
  expect(named("seed", { augment: "surprise:3", augmentReplace: 0 })).toBe("seed + surprise:3");
  expect(named("seed", { augment: "surprise:3" })).toBe("seed + surprise:3");
  expect(named("seed", { augment: "none" })).toBe("seed");
  expect(named("default", { augment: "*:3:noise", augmentReplace: 0.4 })).toBe("default");
  expect(named("default", { augment: "*:3:noise", augmentReplace: 0.4, epochs: 45 })).toBe("default");
  expect(named("default", { augment: "*:3:noise", augmentReplace: 0.4, epochs: 90 })).toBe("default, 90 epochs");
  expect(named("seed", { augment: "surprise:3", epochs: 15 })).toBe("seed, 15 epochs + surprise:3");
});
