import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dependencies, faultsOf, linkedApp, pack, type Packed, root, runNode } from "./app.ts";
import { compile, SETUPS } from "./types.ts";

const folder = mkdtempSync(path.join(tmpdir(), "ser-package-"));
let packed: Packed;
let app = "";

beforeAll(() => {
  packed = pack(folder);
  app = linkedApp(path.join(folder, "app"), packed, ["@types/node"]);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the tarball", () => {
  test("holds the library, the command, the model and the page, and nothing else; at most 16 MB", () => {
    expect(packed.size).toBeLessThan(16e6);
    for (const file of [
      "dist/index.js",
      "dist/index.d.ts",
      "dist/web/index.html",
      "models/default.onnx",
      "bin/ser.js",
    ]) {
      expect(packed.files).toContain(file);
    }
    const tops = new Set(packed.files.map((file) => file.split("/")[0]));
    expect([...tops].toSorted()).toEqual(
      ["CHANGELOG.md", "LICENSE", "README.md", "bin", "dist", "examples", "models", "package.json"].toSorted(),
    );
    expect(packed.files.filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"))).toEqual([]);
  });

  test("runs nothing at its installation", () => {
    const { scripts } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { scripts: object };
    // `prepare` is for clones alone: npm does not run it where a tarball is installed.
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
  });

  test("pleases publint", async () => {
    const pkgDir = path.join(app, "node_modules/speech-emotion");
    const { messages } = await publint({ pkgDir, pack: false, strict: true });
    expect(messages).toEqual([]);
  });

  test("its types are not wrong, says are-the-types-wrong", () => {
    const attw = path.join(root, "node_modules/@arethetypeswrong/cli/dist/index.js");
    // ESM alone: `require` gets ESM, too, where Node can do that.
    const args = [attw, packed.tarball, "--profile", "esm-only", "--no-color", "--format", "table-flipped"];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(status, stdout + stderr).toBe(0);
  });
});

describe("an application with the package and its dependencies alone", () => {
  test("runs the examples, imports and requires every door, has the command", () => {
    expect(faultsOf(app)).toEqual([]);
  });

  test("a Node that cannot require ESM says what to do", () => {
    const { status, stderr } = runNode(app, ["--no-experimental-require-module", "use.cjs"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/require\(\) of ES Module .* not supported[^]*dynamic import\(\)/);
  });

  test.each(Object.keys(SETUPS))("has types for %s", (setup) => {
    expect(compile(app, setup)).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  test("tells how to get what it needs for an m4a", () => {
    cpSync(path.join(root, "test/audio/fixtures/source.m4a"), path.join(app, "voice.m4a"));
    const { status, stderr } = runNode(app, ["node_modules/speech-emotion/bin/ser.js", "predict", "voice.m4a"]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: voice\.m4a: m4a .* npm install audio-decode, or convert .*\n$/);
  });
});

test("what is installed beside it is under licences that ask for no more than a notice, but for one", () => {
  // "SEE LICENSE": NIST's public-domain notice and HDF5's BSD licence, read by us.
  const read = ["h5wasm"];
  const permissive = /^(MIT|ISC|BSD-[23]-Clause|Apache-2\.0|0BSD|BlueOak-1\.0\.0|Python-2\.0|CC0-1\.0|Unlicense)$/;
  const parts = (licence: string): string[] => licence.replaceAll(/[()]/g, "").split(/ (?:OR|AND) /);
  const other = [...dependencies()].filter(
    ([, { license = "none" }]) => !parts(license).every((l) => permissive.test(l)),
  );
  // LGPL-3.0; docs/decisions.md tells who needs it.
  expect(other.map(([name]) => name).filter((name) => !read.includes(name))).toEqual(["codec-parser"]);
});
