import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/commands.ts";
import { wordsOf } from "../../src/cli/completion/words.ts";
import { ser } from "./run-cli.ts";

const folder = mkdtempSync(path.join(tmpdir(), "ser-completion-"));
const names = COMMANDS.map(({ name }) => name);

function hasShell(name: string): boolean {
  const found = spawnSync(name, ["-c", "exit 0"]).status === 0;
  if (!found) console.warn(`SKIPPED: completion in ${name}, which is not installed`);
  return found;
}

const script = (shell: string): string => path.join(folder, `ser.${shell}`);

beforeAll(async () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const { exitCode, stdout, stderr } = await ser(["completion", shell]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    writeFileSync(script(shell), stdout);
  }
  mkdirSync(path.join(folder, "recordings"));
  writeFileSync(path.join(folder, "voice.wav"), "");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function shell(name: string, args: readonly string[]): string[] {
  const { status, stdout, stderr } = spawnSync(name, args, { cwd: folder, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.split("\n").filter((line) => line !== "");
}

/** What bash completes the last word of `line` to. */
function bash(line: string): string[] {
  const words = line.split(" ").map((word) => `"${word}"`);
  const code = `source "${script("bash")}"; COMP_WORDS=(${words.join(" ")}); COMP_CWORD=${words.length - 1}; _ser; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return shell("bash", ["--norc", "-c", code]);
}

/** What fish completes the last word of `line` to, without the descriptions. */
function fish(line: string): string[] {
  const code = `source '${script("fish")}'; complete -C '${line}'`;
  return shell("fish", ["--no-config", "-c", code]).map((found) => found.split("\t")[0]!);
}

/** Whether a zsh in a terminal of its own, asked by the Tab key for the last word of `line`, shows all of `expected`. */
function zshShows(line: string, ...expected: string[]): boolean {
  const code = `zmodload zsh/zpty
zpty -b z zsh -f -i
zpty -w z 'PS1=; LISTMAX=10000; COLUMNS=200; autoload -Uz compinit && compinit -D -u; source ${script("zsh")}; bindkey "^I" complete-word; print -r REA""DY'
out=""
shows() { local i word; for i in {1..400}; do zpty -r -t z piece && out+="$piece"; for word in "$@"; do [[ "$out" == *"$word"* ]] || { sleep 0.02; continue 2; }; done; return 0; done; return 1 }
shows READY || exit 3
out=""
zpty -w -n z $'${line}\\t\\t'
shows "$@"`;
  return spawnSync("zsh", ["-f", "-c", code, "zsh", ...expected], { cwd: folder }).status === 0;
}

test("the words are the program's own: every command, its options, and the names they take", async () => {
  const words = await wordsOf(COMMANDS);
  expect(words.map(({ name }) => name)).toEqual(names);
  const command = (name: string) => words.find((each) => each.name === name)!;
  const option = (name: string, flag: string) => command(name).options.find((each) => each.flag === flag)!;
  expect(option("predict", "--device").value).toEqual(["cpu", "cuda", "webgpu", "coreml", "dml"]);
  expect(option("predict", "--json").value).toBeNull();
  expect(option("predict", "--model").value).toBe("file");
  expect(option("corpora", "--out").value).toBe("folder");
  expect(option("train", "--epochs").value).toBe("unknown");
  expect(option("train", "--preset").value).toContain("logmel72");
  expect(command("cache").argument).toEqual(["info", "build", "clear"]);
  expect(command("predict").argument).toBe("file");
  expect(command("listen").argument).toBeNull();
});

describe.skipIf(!hasShell("bash"))("bash", () => {
  test("commands, options, values, and files by bash itself", () => {
    expect(bash("ser ")).toEqual([...names, "help", "--help", "--version"]);
    expect(bash("ser pre")).toEqual(["predict"]);
    expect(bash("ser help ex")).toEqual(["export"]);
    expect(bash("ser predict --js")).toEqual(["--json"]);
    expect(bash("ser predict --device c")).toEqual(["cpu", "cuda", "coreml"]);
    expect(bash("ser cache ")).toEqual(["info", "build", "clear"]);
    expect(bash("ser corpora get ravdess --out rec")).toEqual(["recordings"]);
    // Empty: bash completes file names.
    expect(bash("ser predict voi")).toEqual([]);
    expect(bash("ser predict --model voi")).toEqual([]);
    for (const name of names) expect(bash(`ser ${name} --h`)).toContain("--help");
  });
});

describe.skipIf(!hasShell("fish"))("fish", () => {
  test("commands, options, values, files", () => {
    expect(fish("ser ")).toEqual(expect.arrayContaining([...names, "help"]));
    expect(fish("ser pre")).toEqual(["predict"]);
    expect(fish("ser predict --js")).toEqual(["--json"]);
    expect(fish("ser predict --device c").sort()).toEqual(["coreml", "cpu", "cuda"]);
    expect(fish("ser cache ").sort()).toEqual(["build", "clear", "info"]);
    expect(fish("ser corpora get ravdess --out rec")).toEqual(["recordings/"]);
    expect(fish("ser predict voi")).toEqual(["voice.wav"]);
    expect(fish("ser train --epochs ")).toEqual([]);
  });
});

describe.skipIf(!hasShell("zsh"))("zsh", () => {
  test("its syntax is right", () => {
    expect(shell("zsh", ["-n", script("zsh")])).toEqual([]);
  });
  test("commands, options, values", () => {
    expect(zshShows("ser ", "predict", "tell the emotion in recordings", "completion")).toBe(true);
    expect(zshShows("ser cache ", "build", "clear", "info")).toBe(true);
    expect(zshShows("ser predict --device ", "cuda", "coreml")).toBe(true);
    expect(zshShows("ser predict voi", "voice.wav")).toBe(true);
    expect(zshShows("ser predict --jso", "--json")).toBe(true);
  });
});
