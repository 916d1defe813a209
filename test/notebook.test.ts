import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import {
  finalAccuracy,
  isCode,
  readNotebook,
  writeNotebook,
  type CodeCell,
  type Notebook,
} from "../scripts/notebook-file.ts";
import { moduleOf } from "../scripts/notebook-run.ts";
import { CORPORA } from "../src/corpora/index.ts";
import type { EvaluationResult } from "../src/evaluate/index.ts";
import { ser } from "./cli/run-cli.ts";
import { writeCorpora } from "./made-corpora.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const FILE = path.join(root, "notebooks/speech_emotion_recognition.ipynb");
const folder = mkdtempSync(path.join(tmpdir(), "ser-notebook-"));
process.env["SER_CACHE"] = path.join(folder, "cache");

/** Runs a notebook as `npm run notebook` does, with the package as `npm run build` has made it. */
function run(
  file: string,
  out: string,
  env: Readonly<Record<string, string>> = {},
): { status: number | null; stderr: string } {
  return spawnSync(process.execPath, ["--import", "tsx", path.join(root, "scripts/notebook.ts"), file, "--out", out], {
    encoding: "utf8",
    cwd: root,
    env: { ...process.env, ...env },
  });
}

const committed = readNotebook(FILE);
const codeOf = ({ cells }: Notebook): CodeCell[] => cells.filter(isCode);
const typesOf = ({ outputs }: CodeCell): string[] => [
  ...new Set(outputs.flatMap((output) => (output.output_type === "stream" ? output.name : Object.keys(output.data)))),
];

describe("the notebook as committed", () => {
  test("was run top to bottom: every cell counted in order, none with an error, all printing or showing something", () => {
    const code = codeOf(committed);
    expect(committed).toMatchObject({ nbformat: 4, nbformat_minor: 5 });
    expect(code.map((cell) => cell.execution_count)).toEqual(code.map((_, i) => i + 1));
    expect(code.filter(({ outputs }) => outputs.length === 0).map(({ id }) => id)).toEqual([]);
    expect(new Set(code.flatMap(typesOf))).toEqual(new Set(["stdout", "image/svg+xml", "text/plain"]));
    expect(new Set(committed.cells.map(({ id }) => id)).size).toBe(committed.cells.length);
    expect(finalAccuracy(committed).recordings).toBeGreaterThan(2000);
  });

  test("holds no recordings and stays small", () => {
    const text = readFileSync(FILE, "utf8");
    expect(text).not.toMatch(/data:audio|audio\/(wav|ogg|mpeg|opus|webm)|<audio/);
    expect(text.length).toBeLessThan(400_000);
  });

  test("uses the package by its doors alone", () => {
    const { exports } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { exports: object };
    const doors = Object.keys(exports).map((door) => path.posix.join("speech-emotion", door));
    const imports = [...moduleOf(committed).matchAll(/\bfrom "([^"]+)"/g)].map((match) => match[1]!);
    const outside = imports.filter(
      (name) => !name.startsWith("node:") && name !== "./display.ts" && !doors.includes(name),
    );
    expect(imports.length).toBeGreaterThan(10);
    expect(outside).toEqual([]);
  });

  test("is right in its types", () => {
    const module = path.join(root, "notebooks/.run-types.mts");
    writeFileSync(module, moduleOf(committed));
    try {
      const { status, stdout } = spawnSync(path.join(root, "node_modules/.bin/tsc"), ["-p", "notebooks"], {
        encoding: "utf8",
        cwd: root,
      });
      expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
    } finally {
      rmSync(module);
    }
  });
});

describe("a short run on made corpora", () => {
  const out = path.join(folder, "short.ipynb");
  beforeAll(() => {
    writeCorpora(folder);
    const { status, stderr } = run(FILE, out, { SER_DATA: folder, SER_RUNS: folder, SER_NOTEBOOK: "short" });
    expect(status, stderr).toBe(0);
  }, 180_000);

  test("runs every cell, with outputs of the same kinds as the committed ones", () => {
    const short = codeOf(readNotebook(out));
    expect(short.map(({ id, source }) => [id, source])).toEqual(
      codeOf(committed).map(({ id, source }) => [id, source]),
    );
    expect(short.map((cell) => [cell.id, typesOf(cell)])).toEqual(
      codeOf(committed).map((cell) => [cell.id, typesOf(cell)]),
    );
    expect(short.map((cell) => cell.execution_count)).toEqual(short.map((_, i) => i + 1));
  });

  test("its accuracy is that of ser evaluate on the same model and split", async () => {
    const { right, recordings } = finalAccuracy(readNotebook(out));
    const corpora = CORPORA.map(({ name }) => path.join(folder, name));
    const { stdout, stderr } = await ser([
      "evaluate",
      path.join(folder, "notebook.onnx"),
      "--corpora",
      ...corpora,
      "--json",
    ]);
    const result = JSON.parse(stdout || stderr) as EvaluationResult;
    expect(result).toMatchObject({ n: recordings, leaky: false });
    expect(result.accuracy).toBe(right / recordings);
  });
});

describe("npm run notebook", () => {
  const cell = (id: string, ...source: string[]): CodeCell => ({
    cell_type: "code",
    id,
    metadata: {},
    source,
    execution_count: null,
    outputs: [],
  });
  const notebook = (...cells: CodeCell[]): Notebook => ({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
  const first = cell(
    "first",
    "const greeting: string = await Promise.resolve('one\\ntwo');\n",
    "console.log(greeting);",
  );

  test("keeps what cells print, in one scope, in the order of Jupyter's keys", async () => {
    const file = path.join(folder, "good.ipynb");
    await writeNotebook(
      file,
      notebook(first, cell("second", "console.log(greeting.length);\n", "console.error('oh');\n", "console.log(2);")),
    );
    const { status, stderr } = run(file, file);
    expect(status, stderr).toBe(0);
    expect(codeOf(readNotebook(file)).map(({ outputs }) => outputs)).toEqual([
      [{ output_type: "stream", name: "stdout", text: ["one\n", "two\n"] }],
      [
        { output_type: "stream", name: "stdout", text: ["7\n"] },
        { output_type: "stream", name: "stderr", text: ["oh\n"] },
        { output_type: "stream", name: "stdout", text: ["2\n"] },
      ],
    ]);
    expect(readFileSync(file, "utf8")).toMatch(
      /^\{\n "cells": \[\n {2}\{\n {3}"cell_type": "code",\n {3}"execution_count": 1,\n/,
    );
  });

  test("names the cell that fails and leaves the file as it was", async () => {
    const file = path.join(folder, "bad.ipynb");
    await writeNotebook(
      file,
      notebook(first, cell("second", "throw new RangeError(`no ${greeting}`);"), cell("third", "console.log(3);")),
    );
    const before = readFileSync(file, "utf8");
    const { status, stderr } = run(file, file);
    expect(status).toBe(1);
    expect(stderr).toContain('cell "second" failed');
    expect(stderr).toContain("RangeError: no one\ntwo");
    expect(readFileSync(file, "utf8")).toBe(before);
  });
});
