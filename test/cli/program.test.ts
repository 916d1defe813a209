import { expect, test } from "vitest";
import type { CliCommand, CommandRow } from "../../src/cli/command.ts";
import { InputError, ParameterError, SpeechEmotionError } from "../../src/errors.ts";
import { ser } from "./run-cli.ts";

function row(name: string, run: CliCommand["run"]): CommandRow {
  const command: CliCommand<{ loud?: true }> = {
    examples: [`ser ${name} x`],
    configure: (cmd) => cmd.argument("[words...]").option("--loud", "shout"),
    run,
  };
  return { name, summary: `${name} something`, load: () => Promise.resolve(command) };
}

const neverLoaded: CommandRow = {
  name: "heavy",
  summary: "is loaded only when called",
  load: () => Promise.reject(new Error("loaded")),
};

test("a command gets its words and options and decides the exit code; no other file is loaded", async () => {
  const say = row("say", (args, options, { stdout }) => {
    stdout.write(JSON.stringify({ args, options }));
    return Promise.resolve(1);
  });
  expect(await ser(["say", "a", "b", "--loud"], { commands: [neverLoaded, say] })).toEqual({
    exitCode: 1,
    stdout: '{"args":["a","b"],"options":{"loud":true}}',
    stderr: "",
  });
});

test("a user's mistake is one sentence and 2; an interruption 130 or 143; a bug a stack and 70", async () => {
  const failing = (error: Error): readonly CommandRow[] => [row("fail", () => Promise.reject(error))];
  const parameter = new ParameterError("mfcc: nMfcc=200 must not exceed nMels=128");
  expect(await ser(["fail"], { commands: failing(parameter) })).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: "error: mfcc: nMfcc=200 must not exceed nMels=128\n",
  });
  const input = new InputError("file_missing", "a.onnx does not exist");
  expect(await ser(["fail"], { commands: failing(input) })).toMatchObject({ exitCode: 2 });

  const aborted = failing(new SpeechEmotionError("aborted", "stopped after 3 files"));
  expect(await ser(["fail"], { commands: aborted })).toMatchObject({
    exitCode: 130,
    stderr: "stopped after 3 files\n",
  });
  const terminated = AbortSignal.abort("SIGTERM");
  expect(await ser(["fail"], { commands: aborted, signal: terminated })).toMatchObject({ exitCode: 143 });

  const bug = await ser(["fail"], { commands: failing(new TypeError("x is undefined")) });
  expect(bug.exitCode).toBe(70);
  expect(bug.stderr).toMatch(/^TypeError: x is undefined\n +at .*program\.test\.ts/);
  expect(bug.stderr).toContain("please report");
});

test("what the file system refuses is one sentence, too", async () => {
  const commands = [
    row("write", async () => (await import("node:fs/promises")).mkdir("/proc/x").then(() => 0 as const)),
  ];
  const { exitCode, stderr } = await ser(["write"], { commands });
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^error: E[A-Z]+: .*'\/proc\/x'\n$/);
});

test("a wrong command or option suggests the nearest and exits 2", async () => {
  expect(await ser(["featurs"])).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: "error: unknown command 'featurs' (did you mean features?)\n",
  });
  const option = await ser(["cache", "info", "--jsn"]);
  expect(option).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: "error: unknown option '--jsn' (did you mean --json?)\n",
  });
  expect(await ser(["cache", "empty"])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("info, build, clear"),
  });
});

test("--version and --help, of which the latter loads no command", async () => {
  expect(await ser(["--version"])).toEqual({ exitCode: 0, stdout: "1.2.3\n", stderr: "" });
  const help = await ser(["--help"], { commands: [neverLoaded] });
  expect(help.exitCode).toBe(0);
  expect(help.stdout).toContain("heavy           is loaded only when called");
  expect((await ser([], { commands: [neverLoaded] })).stdout).toBe(help.stdout);
});

test("the help of a command in full", async () => {
  expect((await ser(["corpora", "--help"])).stdout).toMatchInlineSnapshot(`
    "Usage: ser corpora [options] <sources...>

    Count the recordings of corpora and list every problem.

    Arguments:
      sources           folders of corpora, or manifests (CSV, JSONL) of your own
                        recordings; or "get" and the name of a corpus to download

    Options:
      --json            one JSON object: counts, and every problem; get: where the
                        corpus is
      --no-inspect      by the names alone: decode nothing, find no silent or
                        identical recordings
      --out <folder>    get: the folder that the corpus's folder is put into
      --accept-licence  get: you have read the corpus's licence and keep to it
      -h, --help        display help for command

    Examples:
      $ ser corpora ~/ravdess ~/crema-d
      $ ser corpora ~/corpora --json --no-inspect
      $ ser corpora mine.csv
      $ ser corpora get ravdess --out ~/corpora --accept-licence
    "
  `);
});
