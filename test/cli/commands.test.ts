import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DATA_FOLDER, HAS_DATA } from "../data.ts";
import { ser } from "./run-cli.ts";

let folder = "";
let savedCache: string | undefined;

/** A 16-bit mono wav of `n` samples of a 220 Hz tone at 22,050 Hz. */
function toneWav(n: number): Buffer {
  const bytes = Buffer.alloc(44 + 2 * n);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(36 + 2 * n, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(22_050, 24);
  bytes.writeUInt32LE(44_100, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(2 * n, 40);
  for (let i = 0; i < n; i++)
    bytes.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * 220 * i) / 22_050)), 44 + 2 * i);
  return bytes;
}

/** Shape and first value of an .npy file, read by its specification. */
function readNpy(file: string): { shape: [number, number]; first: number } {
  const bytes = readFileSync(file);
  const header = bytes.subarray(10, 10 + bytes.readUInt16LE(8)).toString("latin1");
  expect(header).toMatch(/'descr': '<f4', 'fortran_order': False/);
  const [, rows, columns] = /'shape': \((\d+), (\d+)\)/.exec(header)!;
  const start = 10 + bytes.readUInt16LE(8);
  expect(bytes.length - start).toBe(4 * Number(rows) * Number(columns));
  return { shape: [Number(rows), Number(columns)], first: bytes.readFloatLE(start) };
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ser-cli-"));
  savedCache = process.env["SER_CACHE"];
  process.env["SER_CACHE"] = path.join(folder, "cache");
  mkdirSync(path.join(folder, "in/deep/er"), { recursive: true });
  writeFileSync(path.join(folder, "in/a.wav"), toneWav(22_050));
  writeFileSync(path.join(folder, "in/deep/er/b.WAV"), toneWav(2000));
  writeFileSync(path.join(folder, "in/deep/.hidden.wav"), toneWav(2000));
  writeFileSync(path.join(folder, "in/notes.txt"), "no audio");
  mkdirSync(path.join(folder, "bad"));
  writeFileSync(path.join(folder, "bad/text.wav"), "this is text");
  mkdirSync(path.join(folder, "twins"));
  writeFileSync(path.join(folder, "twins/a.wav"), toneWav(100));
  writeFileSync(path.join(folder, "twins/A.aiff"), toneWav(100));
  mkdirSync(path.join(folder, "none"));
});

afterAll(() => {
  if (savedCache === undefined) delete process.env["SER_CACHE"];
  else process.env["SER_CACHE"] = savedCache;
  rmSync(folder, { recursive: true, force: true });
});

describe("ser features", () => {
  test("real frames × 54, inner folders kept, columns beside; a bad file is named and the others are done", async () => {
    const out = path.join(folder, "out");
    const { exitCode, stdout, stderr } = await ser([
      "features",
      path.join(folder, "in"),
      path.join(folder, "bad/text.wav"),
      "--out",
      out,
    ]);
    expect(exitCode).toBe(1);
    expect(stdout).toBe(`2 of librosa54@1 in ${out}, 1 failed\n`);
    expect(stderr).toMatch(/^.*bad\/text\.wav: .*\n/m);
    expect(readdirSync(out, { recursive: true }).toSorted()).toEqual(
      ["a.npy", "columns.json", "deep", "deep/er", "deep/er/b.npy"].map((file) => path.normalize(file)),
    );
    // Frames are 1 + floor(n / 512).
    expect(readNpy(path.join(out, "a.npy")).shape).toEqual([44, 54]);
    expect(readNpy(path.join(out, "deep/er/b.npy")).shape).toEqual([4, 54]);
    const columns = JSON.parse(readFileSync(path.join(out, "columns.json"), "utf8")) as {
      columns: { name: string; unit: string; description: string }[];
    };
    expect(columns).toMatchObject({ set: "librosa54@1", version: 1, sampleRate: 22_050, hopLength: 512 });
    expect(columns.columns).toHaveLength(54);
    expect(columns.columns[0]).toEqual({ name: "mfcc_0", unit: "dB", description: expect.any(String) });
  });

  test("--pad 6 --format csv: six lines each, zeros after the last real frame", async () => {
    const out = path.join(folder, "csv");
    const call = ["features", path.join(folder, "in"), "--out", out, "--pad", "6", "--format", "csv"];
    expect(await ser(call)).toMatchObject({ exitCode: 0 });
    const lines = readFileSync(path.join(out, "deep/er/b.csv"), "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(7);
    expect(lines[0]).toMatch(/^mfcc_0,/);
    expect(lines.slice(5)).toEqual(Array.from({ length: 2 }, () => Array.from({ length: 54 }, () => "0").join(",")));
    expect(JSON.parse(readFileSync(path.join(out, "frames.json"), "utf8"))).toEqual({ "a.csv": 6, "deep/er/b.csv": 4 });
  });

  test("refuses before work starts: colliding outputs, a folder without audio, unknown sets, bad --pad", async () => {
    const out = path.join(folder, "refused");
    const call = (...args: string[]) => ser(["features", "--out", out, ...args]);
    const twins = await call(path.join(folder, "twins"));
    expect(twins.exitCode).toBe(2);
    expect(twins.stderr).toMatch(/^error: .*A\.aiff and .*a\.wav would both be written to a\.npy; .*\n$/);
    const wav = path.join(folder, "in/a.wav");
    expect(await call(path.join(folder, "none"))).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("no audio"),
    });
    expect(await call(wav, "--set", "librosa55")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("librosa54@1"),
    });
    expect(await call(wav, "--pad", "1.5")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("--pad: 1.5"),
    });
    expect(await call(wav, "--pad", "many")).toMatchObject({
      exitCode: 2,
      stderr: 'error: --pad: "many" is no number\n',
    });
    expect(readdirSync(folder)).not.toContain("refused");
    const onto = await ser(["features", wav, "--out", wav]);
    expect([onto.exitCode, onto.stderr]).toEqual([2, expect.stringContaining(`--out: "${wav}" must be a folder`)]);
  });

  test("a path that does not exist fails in its turn, and the same file twice is done once", async () => {
    const out = path.join(folder, "missing");
    const wav = path.join(folder, "in/a.wav");
    const { exitCode, stdout, stderr } = await ser(["features", wav, "nowhere.wav", wav, "--out", out, "--no-cache"]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: `1 of librosa54@1 in ${out}, 1 failed\n` });
    expect(stderr).toContain("nowhere.wav");
  });
});

describe("ser cache", () => {
  test("info and clear", async () => {
    const before = JSON.parse((await ser(["cache", "info", "--json"])).stdout) as { entries: number; bytes: number };
    expect(before.entries).toBeGreaterThan(0);
    expect((await ser(["cache", "info"])).stdout).toContain(`${before.entries} entries`);
    expect(JSON.parse((await ser(["cache", "clear", "--json"])).stdout)).toMatchObject({ removed: before.entries });
    expect(JSON.parse((await ser(["cache", "info", "--json"])).stdout)).toMatchObject({ entries: 0, bytes: 0 });
  });

  test("build wants corpora, and info wants none", async () => {
    expect(await ser(["cache", "build"])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--corpora") });
    expect(await ser(["cache", "info", "--corpora", "x"])).toMatchObject({ exitCode: 2 });
  });
});

test("ser corpora and ser cache build on a user's own manifest", async () => {
  const manifest = path.join(folder, "mine.csv");
  writeFileSync(manifest, "path,emotion,speaker\nin/a.wav,happy,ann\nin/deep/er/b.WAV,sad,bob\nbad/text.wav,sad,bob\n");
  const byName = await ser(["corpora", manifest, "--json", "--no-inspect"]);
  expect(byName).toMatchObject({ exitCode: 0, stderr: "" });
  expect(JSON.parse(byName.stdout)).toMatchObject({ recordings: 3, emotions: { happy: 1, sad: 2 }, problems: [] });

  const inspected = await ser(["corpora", manifest, "--json"]);
  expect(inspected.exitCode).toBe(1);
  const summary = JSON.parse(inspected.stdout) as { seconds: number; problems: { code: string }[] };
  expect(summary.seconds).toBeCloseTo(1 + 2000 / 22_050, 6);
  expect(summary.problems.map(({ code }) => code)).toEqual(["undecodable"]);
  expect((await ser(["corpora", manifest])).stdout).toContain("undecodable: 1");

  const build = async (): Promise<unknown> => {
    const { exitCode, stdout, stderr } = await ser(["cache", "build", "--corpora", manifest, "--json"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("text.wav");
    return JSON.parse(stdout);
  };
  expect(await build()).toMatchObject({ recordings: 3, cached: 0, failed: 1 });
  expect(await build()).toMatchObject({ recordings: 3, cached: 2, failed: 1, unkept: 0 });

  // A folder that cannot be made: what is computed is not said to be there.
  const own = process.env["SER_CACHE"];
  process.env["SER_CACHE"] = "/dev/null/cache";
  const { exitCode, stdout, stderr } = await ser(["cache", "build", "--corpora", manifest]);
  process.env["SER_CACHE"] = own;
  expect(exitCode).toBe(1);
  expect(stderr).toContain("2 could not be kept: ");
  expect(stdout).toContain("0 of 3 recordings");
});

test("ser corpora on a missing folder is a sentence and 2", async () => {
  const { exitCode, stderr } = await ser(["corpora", path.join(folder, "nowhere")]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^error: corpora: .*nowhere does not exist.*\n$/);
});

test.skipIf(!HAS_DATA)("ser corpora counts a real speaker's recordings", async () => {
  const { exitCode, stdout } = await ser(["corpora", `${DATA_FOLDER}/savee/KL`, "--json", "--no-inspect"]);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    recordings: 120,
    emotions: { angry: 15, disgust: 15, fear: 15, happy: 15, neutral: 30, sad: 15, surprise: 15 },
    sexes: { male: 120 },
  });
});
