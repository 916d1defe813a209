import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { wavFile } from "./wav-file.ts";

describe("readAudio", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "ser-audio-"));
  });

  test("a file", async () => {
    const path = join(folder, "no-extension");
    await writeFile(path, wavFile([0.5, -0.5]));
    expect([...(await readAudio(path)).samples]).toEqual([0.5, -0.5]);
  });

  test("no such file, and a path through a file", async () => {
    const file = join(folder, "file");
    await writeFile(file, "x");
    for (const path of [join(folder, "none.wav"), join(file, "none.wav")]) {
      await expect(readAudio(path)).rejects.toMatchObject({
        name: "InputError",
        code: "file_missing",
        message: `${path}: there is no such file`,
      });
    }
  });

  test("a folder", async () => {
    await expect(readAudio(folder)).rejects.toMatchObject({
      code: "file_not_a_file",
      message: `${folder}: is a folder, an audio file is needed`,
    });
  });

  test.skipIf(process.getuid?.() === 0)("a file without permission", async () => {
    const path = join(folder, "secret.wav");
    await writeFile(path, wavFile([0.5]));
    await chmod(path, 0);
    await expect(readAudio(path)).rejects.toMatchObject({ code: "file_unreadable" });
  });

  test("a decoding error names the path and keeps its code", async () => {
    const path = join(folder, "empty.wav");
    await writeFile(path, "");
    await expect(readAudio(path)).rejects.toMatchObject({
      code: "audio_empty",
      message: `${path}: empty: no bytes at all`,
    });
  });
});
