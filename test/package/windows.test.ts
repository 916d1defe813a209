import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { extractFeatures, FeatureCache, type Utterance } from "../../src/corpora/index.ts";
import { sine, wavFile } from "../audio/wav-file.ts";
import { ser } from "../cli/run-cli.ts";
import { root } from "./app.ts";

const folder = mkdtempSync(path.join(tmpdir(), "ser-windows-"));
beforeAll(() => vi.stubEnv("SER_CACHE", path.join(folder, "cache")));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** What keeps a file from being written on Windows ("Naming Files, Paths, and Namespaces" of its documentation). */
function fault(name: string): string | undefined {
  for (const part of name.split("/")) {
    if (/[<>:"\\|?*]/.test(part) || [...part].some((letter) => letter < " ")) return "a reserved character";
    if (/[. ]$/.test(part)) return "a point or a space at the end";
    if (/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(part)) return "the name of a device";
  }
  return undefined;
}

function faults(names: readonly string[]): string[] {
  const lower = names.map((name) => name.toLowerCase());
  return names.flatMap((name, i) => {
    const what = lower.indexOf(lower[i]!) < i ? "differs from another name in case only" : fault(name);
    return what === undefined ? [] : [`${name}: ${what}`];
  });
}

test("the rule itself", () => {
  expect(["a:b", "dir/nul", "Aux.txt", "x?", "end.", "end "].filter((name) => fault(name) === undefined)).toEqual([]);
  expect(faults(["logmel72@1+gate@2/ab/cdef", "console.ts", "a-1,b.json"])).toEqual([]);
  expect(faults(["README", "readme"])).toHaveLength(1);
});

test("no file of the repository has a name that Windows refuses", () => {
  const listed = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
  expect(listed.length).toBeGreaterThan(100);
  expect(faults(listed)).toEqual([]);
});

test("nor has any that the commands write", async () => {
  const at = (name: string): string => path.join(folder, name);
  mkdirSync(at("in/deep"), { recursive: true });
  for (const name of ["in/a.wav", "in/deep/b.wav"]) writeFileSync(at(name), wavFile(sine(220, 16_000, 1)));
  writeFileSync(at("mine.csv"), "path,emotion,speaker\nin/a.wav,happy,ann\nin/deep/b.wav,sad,bob\n");
  const calls = [
    ["features", at("in"), "--out", at("features"), "--pad", "10"],
    ["cache", "build", "--corpora", at("mine.csv"), "--set", "logmel72@1"],
    ["batch", at("in"), "--out", at("results.jsonl"), "--threads", "1"],
    ["export", "models/default.onnx", "--to", "onnx-waveform", "--out", at("waveform.onnx")],
    ["evaluate", "models/default.onnx", "--corpora", at("mine.csv"), "--all", "--answers", at("e.answers.csv")],
    ["report", at("e.answers.csv"), "--out", at("report")],
    [
      "robustness",
      "models/default.onnx",
      "--corpora",
      at("mine.csv"),
      "--all",
      "--conditions",
      "gain-20",
      "--out",
      at("r.json"),
    ],
  ];
  for (const call of calls) {
    const { exitCode, stderr } = await ser(call);
    expect(exitCode, `${call[0]}: ${stderr}`).toBe(0);
  }
  // The front end of the shipped model, and augmented copies, have the longest names in the cache.
  const utterance: Utterance = { id: "a", corpus: "", path: at("in/a.wav"), emotion: "", speaker: "" };
  const options = { cache: new FeatureCache(), threads: 1, featureSetId: "logmel72@1+gate@2" };
  for await (const result of extractFeatures([utterance], options)) expect(result).not.toHaveProperty("error");
  const written = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) =>
    name.split(path.sep).join("/"),
  );
  expect(written).toEqual(expect.arrayContaining(["cache/logmel72@1+gate@2", "report/index.html"]));
  expect(faults(written)).toEqual([]);
});

test("addresses of files become paths by fileURLToPath: on Windows the pathname is no path", () => {
  const sources = execFileSync("git", ["ls-files", "-z", "*.ts", "*.tsx", "*.js"], { cwd: root, encoding: "utf8" })
    .split("\0")
    .filter(Boolean);
  const wrong = sources.filter((name) =>
    /import\.meta\.url\s*\)\s*\.pathname/.test(readFileSync(path.join(root, name), "utf8")),
  );
  expect(wrong).toEqual([]);
});

test("what is between folders is told by path.sep: no path of the system is split at slashes", () => {
  const names = execFileSync("git", ["ls-files", "-z", "src"], { cwd: root, encoding: "utf8" })
    .split("\0")
    .filter(Boolean);
  const splitting = names.filter((name) => {
    const code = readFileSync(path.join(root, name), "utf8");
    return /\.(split|lastIndexOf|indexOf)\("\/"\)/.test(code);
  });
  // Names within archives, ids of recordings, keys of S3 and references within OpenAPI have slashes everywhere.
  const elsewhere = [
    "src/batch/sources/s3.ts",
    "src/cli/audio-inputs.ts",
    "src/corpora/download/unzip.ts",
    "src/corpora/official.ts",
    "src/corpora/voice-votes.ts",
    "src/exchange/keras/hdf5.ts",
    "src/server/pages.ts",
  ];
  expect(splitting).toEqual(elsewhere);
});
