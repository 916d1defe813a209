import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { PROTOCOLS } from "../../src/corpora/index.ts";
import { readAnswers, type ProtocolResult } from "../../src/evaluate/index.ts";
import { scores } from "../../src/metrics/index.ts";
import { readModelFile } from "../../src/model/files.node.ts";
import { writeSavee } from "../savee-of-tones.ts";
import { ser } from "./run-cli.ts";

/** The real program in processes of its own: only those can be killed. Needs `npm run build`. */
const SER = fileURLToPath(new URL("../../bin/ser.js", import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), "ser-protocol-"));
process.env["SER_CACHE"] = path.join(folder, "cache");
const savee = path.join(folder, "savee");

writeSavee(savee, ["DC", "JE", "KL"]);
const complete = path.join(folder, "complete");
writeSavee(complete, ["DC", "JE", "JK", "KL"]);

const settings = ["--epochs", "2", "--batch", "4", "--learning-rate", "0.001", "--no-augment", "--threads", "1"];
const command = (corpora: string, out: string, ...more: string[]): string[] => [
  "protocol",
  "savee-loso",
  "--corpora",
  corpora,
  "--out",
  path.join(folder, out),
  ...settings,
  ...more,
];
/** A file as it is; but for the commit, which may change while the tests run. */
const bytes = (name: string): string =>
  readFileSync(path.join(folder, name), "utf8").replaceAll(/"commit": ?"[^"]*"/g, '"commit":""');
const resultOf = (name: string): ProtocolResult => JSON.parse(bytes(name)) as ProtocolResult;
const run = (...argv: string[]) => spawnSync(process.execPath, [SER, ...argv], { encoding: "utf8" });

/** Starts `ser`, kills it once `ripe` holds, resolves to how it ended. */
async function killed(argv: readonly string[], signal: NodeJS.Signals, ripe: () => boolean): Promise<number | string> {
  const child = spawn(process.execPath, [SER, ...argv], { stdio: "ignore" });
  const ended = new Promise<number | string>((resolve) => child.on("exit", (code, how) => resolve(code ?? how ?? "?")));
  while (child.exitCode === null && child.signalCode === null && !ripe()) await setTimeout(2);
  child.kill(signal);
  return ended;
}

describe("ser protocol on four synthetic speakers", () => {
  test("a whole result: splits, curves, scores that the answers confirm, models", async () => {
    const models = path.join(folder, "models");
    const { status, stdout, stderr } = run(
      ...command(complete, "whole.json", "--folds", "1,4", "--keep-models", models),
    );
    expect(status, stderr).toBe(0);
    expect(stdout).toContain("savee-loso, seed, seed 1: 2 of 4 folds (not asked for: 2 3)");
    expect(stdout).toMatch(/mean of 2 +\d+\.\d ± \d+\.\d/);
    const result = resultOf("whole.json");
    expect(result).toMatchObject({
      kind: "protocol",
      format: 1,
      leaky: false,
      seeds: [1],
      data: { recordings: { savee: 28 } },
    });
    expect(result.config).toMatchObject({ preset: "seed", epochs: 2, augment: "none", labels: "7" });
    expect(result.config).not.toHaveProperty("corpora");
    expect(result.runs.map(({ fold, recordings }) => [fold, recordings])).toEqual([
      [1, { train: 14, validation: 7, test: 7, copies: 0 }],
      [4, { train: 14, validation: 7, test: 7, copies: 0 }],
    ]);
    const [first, last] = result.runs;
    expect(first!.split).toMatchObject({ kind: "speaker", corpora: { savee: { test: ["savee/JE"] } } });
    expect(last!.split).toMatchObject({ corpora: { savee: { test: ["savee/JK"] } } });
    expect(first!.curve).toHaveLength(2);
    expect(Object.keys(first!.curve[0]!)).not.toContain("seconds");
    expect(first!.calibration).toMatchObject({ part: "validation", recordings: 7, speakers: 1 });
    expect(first!.temperature).not.toBe(1);

    const { labels, answers } = await readAnswers(path.join(folder, result.answers[0]!.file));
    expect(answers.map(({ id }) => id).sort()).toEqual(
      ["JE", "JK"].flatMap((who) => ["a", "d", "f", "h", "n", "sa", "su"].map((code) => `savee/${who}/${code}01`)),
    );
    const predicted = answers.map(({ probabilities }) => labels[probabilities.indexOf(Math.max(...probabilities))]!);
    const expected = scores(
      labels,
      answers.map(({ truth }) => truth),
      predicted,
    );
    expect(result.questions[0]!.pooled).toMatchObject({ ...expected });
    expect(result.questions[0]).toMatchObject({ name: "savee-7", runs: 2, folds: [1, 4] });

    const { model } = await readModelFile(path.join(models, "savee-loso-seed-fold-4-seed-1.onnx"));
    expect(model.temperature).toBe(last!.temperature);
    expect(model.metadata.split).toEqual(last!.split);
  }, 120_000);

  test("what is missing is said, in the result and over the table; without validation the temperature stays 1", () => {
    const { status, stdout, stderr } = run(...command(savee, "missing.json", "--folds", "3,4"));
    expect(status, stderr).toBe(0);
    const header = "1 of 4 folds (not on disk: fold 4, testing JK; not asked for: 1 2); training without JK";
    expect(stdout).toContain(header);
    expect(stderr).toContain("fold 3: savee has only 2 speakers left for training, so none is kept for validation");
    const result = resultOf("missing.json");
    expect(result.header).toBe(header);
    expect(result.folds.map(({ fold, missing }) => [fold, missing])).toEqual([
      [3, false],
      [4, true],
    ]);
    expect(result.runs.map((each) => [each.fold, each.temperature, each.calibration])).toEqual([[3, 1, null]]);
  }, 60_000);

  test("killed with -9 and by SIGTERM, then resumed: the same bytes; so with two jobs", async () => {
    const folds = ["--folds", "1,2"];
    const whole = run(...command(complete, "straight.json", ...folds));
    expect(whole.status, whole.stderr).toBe(0);

    const argv = command(complete, "cut.json", ...folds);
    const at = (name: string): boolean => existsSync(path.join(folder, "cut.work", name));
    // During the first run, and during the second.
    expect(await killed(argv, "SIGKILL", () => at("fold-1-seed-1.checkpoint"))).toBe("SIGKILL");
    expect(await killed(argv, "SIGTERM", () => at("fold-2-seed-1.checkpoint"))).toBe(143);
    expect(at("fold-1-seed-1.json")).toBe(true);
    expect(existsSync(path.join(folder, "cut.json"))).toBe(false);
    const resumed = run(...argv);
    expect(resumed.status, resumed.stderr).toBe(0);
    expect(resumed.stderr).toContain("1 of 2 runs were finished before");
    const same = (name: string): void => {
      expect(bytes(`${name}.json`).replaceAll(`"${name}.`, '"straight.')).toBe(bytes("straight.json"));
      expect(bytes(`${name}.answers.csv`)).toBe(bytes("straight.answers.csv"));
    };
    same("cut");
    expect(readdirSync(path.join(folder, "cut.work")).filter((name) => /checkpoint|tmp/.test(name))).toEqual([]);

    const jobs = run(...command(complete, "jobs.json", ...folds, "--threads", "2", "--jobs", "2"));
    expect(jobs.status, jobs.stderr).toBe(0);
    same("jobs");
  }, 240_000);

  test("two seeds in two jobs stop on SIGTERM and go on; other settings are refused", async () => {
    const argv = command(complete, "both.json", "--folds", "1", "--seeds", "1,5", "--jobs", "2", "--threads", "2");
    const at = (name: string): boolean => existsSync(path.join(folder, "both.work", name));
    const ripe = (): boolean => at("fold-1-seed-1.checkpoint") || at("fold-1-seed-5.checkpoint");
    expect(await killed(argv, "SIGTERM", ripe)).toBe(143);
    const resumed = run(...argv);
    expect(resumed.status, resumed.stderr).toBe(0);
    const { runs, answers, questions } = resultOf("both.json");
    expect(runs.map(({ fold, seed }) => [fold, seed])).toEqual([
      [1, 1],
      [1, 5],
    ]);
    expect(runs[0]!.curve).not.toEqual(runs[1]!.curve);
    expect(answers.map(({ file }) => file)).toEqual(["both.seed-1.answers.csv", "both.seed-5.answers.csv"]);
    // Both seeds test the same seven recordings.
    expect(questions[0]).toMatchObject({ runs: 2, folds: [1], pooled: { n: 14 } });

    const other = run(...command(complete, "both.json", "--folds", "1", "--batch", "8"));
    expect(other.status).toBe(2);
    expect(other.stderr).toContain(
      "fold-1-seed-1.json was made with other settings or recordings; --restart begins anew",
    );
  }, 120_000);
});

describe("a mistake is one sentence, before any work, exit code 2", () => {
  const config = path.join(folder, "settings.json");
  writeFileSync(config, JSON.stringify({ seed: 3 }));
  const out = ["--out", path.join(folder, "x.json")];
  // A process that is there: the one that started this one.
  mkdirSync(path.join(folder, "taken.work"));
  writeFileSync(path.join(folder, "taken.work/process"), String(process.ppid));
  test.each([
    [["emobox", "--corpora", savee, ...out], 'protocol: "emobox" is none; there are four-corpora, ravdess-emobox'],
    [["savee-loso", ...out], "corpora=nothing must be a list of at least one folder or manifest"],
    [["savee-loso", "--corpora", savee, ...out, "--folds", "9"], "folds: 9 is none; there are 1, 2, 3, 4"],
    [
      ["savee-loso", "--corpora", savee, ...out, "--folds", "4"],
      "nothing to test or nothing to train on: 0 of 4 folds",
    ],
    [
      ["savee-loso", "--corpora", savee, ...out, "--seeds", "1,one"],
      '--seeds: "1,one" must be different whole numbers',
    ],
    [["savee-loso", "--corpora", savee, ...out, "--jobs", "0"], "--jobs: 0 must be a whole number, at least 1"],
    [
      ["savee-loso", "--corpora", savee, ...out, "--config", config],
      '"seed" is what the protocol savee-loso settles; give --seeds',
    ],
    [
      ["savee-loso", "--corpora", savee, "--out", path.join(folder, "taken.json")],
      `process ${process.ppid} works in this folder; let it finish, or give another --out`,
    ],
    [["savee-loso", "--corpora", savee, "--out", "x.csv"], '--out: "x.csv" must end in .json'],
    [["ravdess-emobox", "--corpora", savee, ...out], "none can be used"],
  ])("ser protocol %s", async (argv, message) => {
    const { exitCode, stdout, stderr } = await ser(["protocol", ...argv]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });

  test("without a name every protocol in a line", async () => {
    const { exitCode, stdout } = await ser(["protocol"]);
    expect(exitCode).toBe(0);
    expect(stdout.trim().split("\n")).toHaveLength(PROTOCOLS.length);
    for (const { name, summary } of PROTOCOLS)
      expect(stdout).toMatch(new RegExp(`^${name} +${summary.slice(0, 20)}`, "m"));
    expect(stdout).toMatch(/^random-split +LEAKY/m);
  });
});
