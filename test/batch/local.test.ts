import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { Random } from "../../src/random.ts";
import { runSer, SER, startSer } from "./ser-process.ts";
import { writeVoices } from "./voices.ts";

const folder = mkdtempSync(path.join(tmpdir(), "ser-batch-test-"));
const at = (name: string): string => path.join(folder, name);
const voices = writeVoices(at("voices"), 40);

interface Line {
  readonly id: string;
  readonly file: string;
}

function lines(file: string): Line[] {
  const text = readFileSync(file, "utf8");
  expect(text === "" || text.endsWith("\n")).toBe(true);
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

function withoutId(line: Line): Omit<Line, "id"> {
  const { id: _, ...rest } = line;
  return rest;
}

function names(file: string): string[] {
  return lines(file)
    .map((line) => line.file)
    .toSorted();
}

const byFile = (a: Line, b: Line): number => (a.file < b.file ? -1 : 1);

describe("ser batch", () => {
  test("answers as ser predict --json, with an id, and does nothing twice", () => {
    const some = voices.slice(0, 4);
    const predicted = runSer(["predict", ...some, "--json"]);
    const { exitCode, stderr } = runSer(["batch", ...some, some[0]!, "--out", at("a.jsonl"), "--threads", "2"]);
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringContaining(`4 recordings: 4 done now, 0 before, 0 failed; results in ${at("a.jsonl")}\n`),
    ]);
    const results = lines(at("a.jsonl")).toSorted(byFile);
    const expected = predicted.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);
    expect(results.map(withoutId)).toEqual(expected.toSorted(byFile));
    expect(new Set(results.map(({ id }) => id)).size).toBe(4);
    const before = readFileSync(at("a.jsonl"));
    const again = runSer(["batch", ...some, "--out", at("a.jsonl"), "--threads", "1"]);
    expect(again.stderr).toContain("4 recordings: 0 done now, 4 before, 0 failed");
    expect(readFileSync(at("a.jsonl"))).toEqual(before);
    expect(existsSync(at("a.failures.jsonl"))).toBe(false);
  });

  test("other options or another model: refused, the file untouched", () => {
    const { exitCode, stderr } = runSer(["batch", voices[0]!, "--out", at("a.jsonl"), "--min-confidence", "0.9"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("was begun with another model or other options");
    expect(lines(at("a.jsonl"))).toHaveLength(4);
  });

  test("a name that differs in its ending alone is refused: both would keep one journal", () => {
    const journal = readFileSync(at("a.batch.json"));
    const { exitCode, stderr } = runSer(["batch", voices[0]!, "--out", at("a.csv")]);
    expect([exitCode, existsSync(at("a.csv"))]).toEqual([2, false]);
    expect(stderr).toContain(`${at("a.csv")}: ${at("a.jsonl")} has the same name but for its ending`);
    expect(readFileSync(at("a.batch.json"))).toEqual(journal);
  });

  test("CSV, and timelines", () => {
    runSer(["batch", ...voices.slice(0, 2), "--out", at("t.csv"), "--threads", "1"]);
    const rows = parse(readFileSync(at("t.csv")), { columns: true }) as Record<string, string>[];
    const json = lines(at("a.jsonl"));
    for (const row of rows) {
      const same = json.find(({ id }) => id === row["id"]) as unknown as Record<string, unknown>;
      expect([row["emotion"], row["file"], Number(row["confidence"])]).toEqual([
        same["emotion"] ?? "",
        same["file"],
        same["confidence"] ?? 0,
      ]);
    }
    expect(rows).toHaveLength(2);
    const predicted = runSer(["predict", voices[0]!, "--timeline", "--json"]);
    runSer(["batch", voices[0]!, "--timeline", "--out", at("tl.jsonl"), "--threads", "1"]);
    expect(lines(at("tl.jsonl")).map(withoutId)).toEqual([JSON.parse(predicted.stdout)]);
  });

  test("failures have their codes, are kept, and are tried again when that is asked", () => {
    writeFileSync(at("broken.wav"), "RIFFxxxxWAVE and nothing");
    writeFileSync(at("empty.mp3"), "");
    const given = [at("broken.wav"), voices[0]!, at("empty.mp3"), at("missing.wav")];
    const first = runSer(["batch", ...given, "--out", at("f.jsonl"), "--threads", "1"]);
    expect(first.exitCode).toBe(1);
    expect(first.stderr).toContain("4 recordings: 1 done now, 0 before, 3 failed");
    expect(first.stderr).toContain(`audio_empty: ${at("empty.mp3")}: empty: no bytes at all`);
    const failures = lines(at("f.failures.jsonl")) as unknown as { file: string; error: { code: string } }[];
    expect(Object.fromEntries(failures.map(({ file, error }) => [path.basename(file), error.code]))).toEqual({
      "broken.wav": "audio_undecodable",
      "empty.mp3": "audio_empty",
      "missing.wav": "file_missing",
    });
    copyFileSync(voices[1]!, at("missing.wav"));
    const second = runSer(["batch", ...given, "--out", at("f.jsonl"), "--threads", "1"]);
    expect([second.exitCode, second.stderr]).toEqual([
      1,
      expect.stringContaining("3 before (--retry-failures does them again)"),
    ]);
    const third = runSer(["batch", ...given, "--out", at("f.jsonl"), "--threads", "1", "--retry-failures"]);
    expect(third.stderr).toContain("4 recordings: 1 done now, 1 before, 2 failed");
    expect([lines(at("f.jsonl")).length, lines(at("f.failures.jsonl")).length]).toEqual([2, 2]);
  });

  test("a line that no batch wrote is refused", () => {
    writeFileSync(at("foreign.jsonl"), '{"file":"x"}\n');
    const { exitCode, stderr } = runSer(["batch", voices[0]!, "--out", at("foreign.jsonl")]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("foreign.jsonl, line 1 is no result of ser batch")]);
    expect(readFileSync(at("foreign.jsonl"), "utf8")).toBe('{"file":"x"}\n');
  });
});

describe("a batch in a process of its own", () => {
  const expected = voices.toSorted();

  test("killed with -9 again and again, its last line torn: every recording once", async () => {
    const out = at("killed.jsonl");
    let kills = 0;
    for (let round = 0; round < 30; round++) {
      const batch = startSer(["batch", at("voices"), "--out", out, "--threads", "1"]);
      const before = existsSync(out) ? readFileSync(out).length : 0;
      if (kills < 3) {
        while (!existsSync(out) || readFileSync(out).length <= before) {
          if (batch.child.exitCode !== null) break;
          await setTimeout(2);
        }
        await setTimeout(new Random(round, "kill").integer(40));
        batch.child.kill("SIGKILL");
      }
      const end = await batch.ended;
      if (end === 0) break;
      expect(end, batch.stderr()).toBe("SIGKILL");
      kills++;
      // What the kernel may leave of a line.
      if (kills === 1) appendFileSync(out, '{"id":"0123456789abcdef0123456789abcdef","file":"/ha');
      if (kills === 2) truncateSync(out, readFileSync(out).length - 7);
    }
    expect(kills).toBeGreaterThan(0);
    expect(names(out)).toEqual(expected);
  }, 120_000);

  test.skipIf(process.platform === "win32")(
    "a full disk is one clear sentence, and the batch goes on after it",
    async () => {
      const out = at("full.jsonl");
      // No file may grow beyond 4 KiB: what a full disk does.
      const words = [process.execPath, SER, "batch", at("voices"), "--out", out, "--threads", "1"].map(
        (word) => `'${word}'`,
      );
      const line = `trap '' XFSZ; ulimit -f 4; exec ${words.join(" ")}`;
      const { status, stderr } = spawnSync("bash", ["-c", line], { encoding: "utf8" });
      expect([status, stderr]).toEqual([
        2,
        expect.stringContaining("full.jsonl: the file cannot be written (EFBIG): the disk or the quota is full"),
      ]);
      expect(stderr).not.toContain("    at ");
      const kept = lines(out).length;
      expect(kept).toBeGreaterThan(0);
      const rest = startSer(["batch", at("voices"), "--out", out, "--threads", "1"]);
      expect(await rest.ended, rest.stderr()).toBe(0);
      expect(rest.stderr()).toContain(`${40 - kept} done now, ${kept} before`);
      expect(names(out)).toEqual(expected);
    },
    120_000,
  );

  test("Ctrl-C keeps what is done", async () => {
    const out = at("stopped.jsonl");
    const batch = startSer(["batch", at("voices"), "--out", out, "--threads", "1"]);
    while (!existsSync(out) || readFileSync(out).length === 0) await setTimeout(5);
    batch.child.kill("SIGINT");
    expect([await batch.ended, batch.stderr()]).toEqual([130, expect.stringContaining("interrupted: nothing is lost")]);
    expect(lines(out).length).toBeLessThan(40);
    expect(existsSync(at("stopped.lock"))).toBe(false);
  });

  test("Ctrl-C twice quits at once, and the next call goes on", async () => {
    const out = at("quit.jsonl");
    const batch = startSer(["batch", at("voices"), "--out", out, "--threads", "2"]);
    while (!existsSync(out) || readFileSync(out).length === 0) await setTimeout(5);
    batch.child.kill("SIGINT");
    while (!batch.stderr().includes("once more")) await setTimeout(1);
    batch.child.kill("SIGINT");
    // Or it has stopped in good order before the second one came.
    expect(["SIGINT", 130]).toContain(await batch.ended);
    expect(batch.stderr()).not.toContain("terminate called");
    const rest = startSer(["batch", at("voices"), "--out", out, "--threads", "1"]);
    expect(await rest.ended, rest.stderr()).toBe(0);
    expect(names(out)).toEqual(expected);
  });

  test("paths come on stdin", () => {
    const args = ["batch", "-", "--out", at("stdin.jsonl"), "--threads", "1"];
    const { exitCode, stderr } = runSer(args, `${voices.slice(0, 3).join("\n")}\n`);
    expect(exitCode, stderr).toBe(0);
    expect(names(at("stdin.jsonl"))).toEqual(voices.slice(0, 3).toSorted());
  });
});
