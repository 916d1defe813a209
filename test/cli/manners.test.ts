import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";
import { declareCommand, declareRow } from "../../src/cli/declare.ts";
import { sine, wavFile } from "../audio/wav-file.ts";
import { ser } from "./run-cli.ts";

const folder = mkdtempSync(path.join(tmpdir(), "ser-manners-"));
const wav = path.join(folder, "voice.wav");
const names = COMMANDS.map(({ name }) => name);

/** A script is what it writes. */
const WITHOUT_JSON = ["completion"];

beforeAll(() => {
  vi.stubEnv("SER_CACHE", path.join(folder, "cache"));
  writeFileSync(wav, wavFile(sine(220, 16_000, 0.5)));
  mkdirSync(path.join(folder, "recordings"));
  writeFileSync(path.join(folder, "recordings/second.wav"), wavFile(sine(330, 16_000, 0.5)));
  writeFileSync(path.join(folder, "mine.csv"), "path,emotion,speaker\nvoice.wav,happy,ann\n");
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** The words behind `ser` in an example, without what the shell does around it. */
function wordsOfExample(line: string): string[] {
  const [, call] = /(?:^|[ (])ser ([^|>)]*)/.exec(line)!;
  return [...call!.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
}

describe.each(COMMANDS)("ser $name", (row) => {
  test("--help and help tell the same, with an example that the program takes", async () => {
    const { exitCode, stdout, stderr } = await ser([row.name, "--help"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`\nExamples?:\n  \\$ .*\\bser ${row.name}\\b`));
    expect((await ser(["help", row.name])).stdout).toBe(stdout);
    const { examples } = await row.load();
    for (const example of examples.filter((line) => line.includes(`ser ${row.name}`))) {
      const program = new Command("ser").exitOverride().configureOutput({ writeErr: () => {} });
      const subcommand = declareRow(row, program);
      declareCommand(await row.load(), subcommand);
      let taken = false;
      subcommand.action(() => void (taken = true));
      await program.parseAsync(wordsOfExample(example), { from: "user" });
      expect(taken, example).toBe(true);
    }
  });

  test("a wrong option is 2, nothing on stdout, and the nearest is named", async () => {
    const { exitCode, stdout, stderr } = await ser([row.name, "--hlep"]);
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: "error: unknown option '--hlep' (did you mean --help?)\n",
    });
  });

  test.skipIf(WITHOUT_JSON.includes(row.name))("has --json", async () => {
    expect((await ser([row.name, "--help"])).stdout).toMatch(/^ +--json /m);
  });

  test("has colours on a terminal only, never with NO_COLOR, and where FORCE_COLOR wants them", async () => {
    const help = async (terminal: boolean): Promise<boolean> =>
      (await ser([row.name, "--help"], { terminal })).stdout.includes("\u001B[");
    vi.stubEnv("TERM", "xterm");
    vi.stubEnv("NO_COLOR", undefined);
    vi.stubEnv("FORCE_COLOR", undefined);
    expect([await help(false), await help(true)]).toEqual([false, true]);
    vi.stubEnv("FORCE_COLOR", "1");
    expect([await help(false), await help(true)]).toEqual([true, true]);
    vi.stubEnv("NO_COLOR", "1");
    expect([await help(false), await help(true)]).toEqual([false, false]);
    vi.stubEnv("NO_COLOR", undefined);
    vi.stubEnv("FORCE_COLOR", "0");
    expect(await help(true)).toBe(false);
    vi.stubEnv("FORCE_COLOR", undefined);
    vi.stubEnv("TERM", "dumb");
    expect(await help(true)).toBe(false);
  });
});

test("answers and errors follow the same rule of colours", async () => {
  vi.stubEnv("TERM", "xterm");
  vi.stubEnv("NO_COLOR", undefined);
  vi.stubEnv("FORCE_COLOR", undefined);
  const call = (terminal: boolean) => ser(["predict", wav, "nowhere.wav"], { terminal });
  const plain = await call(false);
  expect(plain.stdout + plain.stderr).not.toContain("\u001B[");
  const painted = await call(true);
  expect(painted.stdout).toContain("\u001B[2mno speech\u001B[22m");
  expect(painted.stderr).toContain("\u001B[31merror:\u001B[39m nowhere.wav");
  vi.stubEnv("NO_COLOR", "1");
  const none = await call(true);
  expect(none.stdout).toBe(plain.stdout);
  // The progress line is redrawn all the same, by codes that move and clear.
  expect(none.stderr.replaceAll("\r\u001B[2K", "")).not.toContain("\u001B[");
  vi.stubEnv("NO_COLOR", undefined);
});

test("ser --help tells the exit codes", async () => {
  const { stdout } = await ser(["--help"]);
  for (const line of [/^ {2}0 +all done$/m, /^ {2}1 +done, but some input failed/m, /^ {2}2 +a wrong command/m]) {
    expect(stdout).toMatch(line);
  }
  expect(names.filter((name) => !new RegExp(`^  ${name} `, "m").test(stdout))).toEqual([]);
});

test("progress and failures are on stderr, results alone on stdout; some input failed: 1", async () => {
  const out = path.join(folder, "features");
  const { exitCode, stdout, stderr } = await ser(["features", folder, "nowhere.wav", "--out", out], { terminal: true });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: `2 of librosa54@1 in ${out}, 1 failed\n` });
  expect(stderr).toMatch(/features +\d+ %/);
  expect(stderr).toContain("nowhere.wav");
});

describe("a wrong word suggests the nearest right one", () => {
  const near = (file: string): string => path.join(folder, file);
  test.each<[string, readonly string[], string]>([
    ["command", ["featurs"], "'featurs' (did you mean features?)"],
    ["command behind help", ["help", "predct"], "'predct' (did you mean predict?)"],
    ["option", ["train", "--learning-rat", "1"], "(did you mean --learning-rate?)"],
    ["option of the program", ["--versoin"], "(did you mean --version?)"],
    ["action", ["cache", "claer"], 'action: "claer" is none (did you mean clear?); there are info, build, clear'],
    ["action of a queue", ["queue", "statsu", "--redis", "redis://x"], "(did you mean status?)"],
    ["shell", ["completion", "fihs"], "(did you mean fish?)"],
    ["preset", ["train", "--corpora", "x", "--out", "m.onnx", "--preset", "sead"], "(did you mean seed?)"],
    ["optimizer", ["train", "--corpora", "x", "--out", "m.onnx", "--optimizer", "adan"], "(did you mean adam?)"],
    ["protocol", ["protocol", "ravdes-emobox"], "(did you mean ravdess-emobox?)"],
    ["feature set", ["features", wav, "--out", "x", "--set", "librosa54"], "(did you mean librosa54@1?)"],
    ["corpus", ["corpora", "get", "ravdes"], "(did you mean ravdess?)"],
    ["device", ["predict", wav, "--device", "cdua"], "(did you mean cuda?)"],
    ["to", ["export", "m.onnx", "--to", "kears", "--out", "x"], "(did you mean keras?)"],
    ["log level", ["serve", "--log-level", "debgu"], "(did you mean debug?)"],
    ["recording", ["predict", near("voise.wav")], `there is no such file (did you mean ${wav}?)`],
    ["folder", ["corpora", near("recording")], `(did you mean ${near("recordings")}?)`],
    ["file in a folder", ["predict", near("recordngs/second.wav")], `(did you mean ${near("recordings/second.wav")}?)`],
    ["manifest", ["corpora", near("mien.csv")], `(did you mean ${near("mine.csv")}?)`],
    ["model", ["info", path.resolve("models/defalt.onnx")], `(did you mean ${path.resolve("models/default.onnx")}?)`],
    [
      "folder to write to",
      ["batch", wav, "--out", near("recordigns/r.jsonl")],
      `(did you mean ${near("recordings")}?)`,
    ],
    ["recording for features", ["features", near("voise.wav"), "--out", near("x")], `(did you mean ${wav}?)`],
  ])("%s", async (_, argv, message) => {
    const { stdout, stderr, exitCode } = await ser(argv);
    expect(stderr).toContain(message);
    // Of several files one that is missing is an input that failed; all else is wrong usage.
    expect(exitCode).toBe(
      ["predict", "features"].includes(argv[0]!) && !argv.some((w) => /^--(set|dev)/.test(w)) ? 1 : 2,
    );
    if (argv[0] !== "features") expect(stdout).toBe("");
  });
});

describe("--json is JSON and nothing else", () => {
  const out = (name: string): string => path.join(folder, name);
  test.each<[readonly string[], object]>([
    [["predict", wav], { file: wav, speech: false }],
    [["predict", wav, "--timeline"], { file: wav, segments: [] }],
    [["info"], { labels: expect.anything() }],
    [["protocol"], { protocols: expect.arrayContaining([expect.objectContaining({ name: "ravdess-emobox" })]) }],
    [["corpora", path.join(folder, "mine.csv")], { recordings: 1, emotions: { happy: 1 } }],
    [
      ["features", wav, "--out", out("f")],
      { folder: out("f"), set: "librosa54@1", format: "npy", recordings: 1, failed: 0 },
    ],
    [["cache", "build", "--corpora", path.join(folder, "mine.csv")], { recordings: 1, failed: 0 }],
    [["cache", "info"], { entries: expect.any(Number) }],
    [["cache", "clear"], { removed: expect.any(Number) }],
    [
      ["batch", wav, "--out", out("batch.jsonl"), "--threads", "1"],
      { total: 1, done: 1, failures: {}, interrupted: false },
    ],
    [
      ["serve", "--make-key", "alice"],
      { name: "alice", key: expect.any(String), line: expect.stringContaining("alice") },
    ],
    [
      ["export", "models/default.onnx", "--to", "onnx-waveform", "--out", out("w.onnx")],
      { file: out("w.onnx"), format: "onnx-waveform", bytes: expect.any(Number) },
    ],
    [
      [
        "calibrate",
        "--neutral",
        "examples/clips/espeak-even-middle.wav",
        "examples/clips/espeak-slow-low.wav",
        "--out",
        out("a.voice.json"),
      ],
      { file: out("a.voice.json"), baseline: { recordings: 2, seconds: expect.any(Number) }, head: null },
    ],
  ])("ser %s", async (argv, expected) => {
    const { exitCode, stdout } = await ser([...argv, "--json"], { terminal: true });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject(expected);
  });
});
