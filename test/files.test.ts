import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAudio } from "../src/audio/read-audio.node.ts";
import { readAnswers, readResults } from "../src/evaluate/index.ts";
import { readModelFile } from "../src/model/files.node.ts";
import { readVoiceProfile } from "../src/recognize/voice-files.node.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "ser-files-"));
  writeFileSync(path.join(folder, "plain"), "");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each<[string, (file: string) => Promise<unknown>]>([
  ["audio", readAudio],
  ["a model", readModelFile],
  ["a voice profile", readVoiceProfile],
  ["answers", readAnswers],
  ["results", (file) => readResults([file])],
])("reading %s", (_, read) => {
  test.each([
    ["a file that is not there", "none", "file_missing", ": there is no such file"],
    ["a path through a file", "plain/none", "file_missing", ": there is no such file"],
    ["a folder", ".", "file_not_a_file", ": is a folder, a"],
  ])("names %s", async (_name, given, code, said) => {
    const file = path.join(folder, given);
    const error: unknown = await read(file).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ name: "InputError", code });
    expect((error as Error).message.startsWith(file + said)).toBe(true);
  });
});
