import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import type { BatchInput } from "../../src/batch/index.ts";
import { batchInputs, type InputOptions } from "../../src/batch/inputs.ts";

const folder = mkdtempSync(path.join(tmpdir(), "ser-inputs-"));
const at = (...parts: string[]): string => path.join(folder, ...parts);
mkdirSync(at("a/b"), { recursive: true });
mkdirSync(at("empty"));
for (const name of ["a/1.wav", "a/b/2.MP3", "a/notes.doc", "a/.hidden.wav", "3.flac"]) writeFileSync(at(name), "");
symlinkSync(at("a"), at("a/b/loop"));
symlinkSync(at("gone.wav"), at("a/b/broken.wav"));

async function all(given: string[], options?: InputOptions): Promise<BatchInput[]> {
  const found: BatchInput[] = [];
  for await (const input of batchInputs(given, options)) found.push(input);
  return found;
}

async function files(given: string[], options?: InputOptions): Promise<string[]> {
  return (await all(given, options)).map(({ file }) => file).toSorted();
}

test("a folder: audio below it, links followed once, hidden files passed over, broken links told", async () => {
  expect(await files([at("a")])).toEqual([at("a/1.wav"), at("a/b/2.MP3"), at("a/b/broken.wav")].toSorted());
});

test("manifests name paths relative to their folder, absolute ones and addresses", async () => {
  writeFileSync(at("m.csv"), `id,path\n1,a/1.wav\n2,"/x/with, comma.wav"\n3,https://host/z.wav\n`);
  writeFileSync(at("m.jsonl"), `{"path":"a/1.wav"}\n\n{"path":"/x/y.wav","more":1}\n`);
  writeFileSync(at("m.txt"), "a/1.wav\r\n/x/y.wav\n");
  expect(await files([at("m.csv")])).toEqual(["/x/with, comma.wav", at("a/1.wav"), "https://host/z.wav"].toSorted());
  expect(await files([at("m.jsonl")])).toEqual(["/x/y.wav", at("a/1.wav")].toSorted());
  expect(await files([at("m.txt")])).toEqual(["/x/y.wav", at("a/1.wav")].toSorted());
});

test("- is what stood on stdin, relative to the working folder", async () => {
  expect(await files(["-"], { stdin: at("m.txt") })).toEqual(["/x/y.wav", "a/1.wav"]);
});

test("locations: absolute, or relative to the root; a file outside it is refused", async () => {
  const [input] = await all([at("3.flac")]);
  expect(input).toEqual({ file: at("3.flac"), location: at("3.flac") });
  const [rooted] = await all([at("a/1.wav")], { root: folder });
  expect(rooted).toEqual({ file: at("a/1.wav"), location: "a/1.wav" });
  await expect(files([at("3.flac")], { root: at("a") })).rejects.toMatchObject({ code: "parameter_invalid" });
});

test.each([
  ["bad.csv", "file\n1.wav\n", /line 2: the column "path" is missing/],
  ["bad.jsonl", `{"path":"1.wav"}\n{"file":"x"}\n`, /bad\.jsonl, line 2: must be an object with the member "path"/],
  ["worse.jsonl", "1.wav\n", /line 1: is no JSON/],
])("a manifest that breaks the rules: %s", async (name, text, message) => {
  writeFileSync(at(name), text);
  await expect(files([at(name)])).rejects.toMatchObject({
    code: "manifest_invalid",
    message: expect.stringMatching(message) as string,
  });
});

test("a folder without audio is an error, a file that is not there is not yet", async () => {
  await expect(files([at("empty")])).rejects.toMatchObject({ code: "corpus_empty" });
  expect(await files([at("gone.wav")])).toEqual([at("gone.wav")]);
});
