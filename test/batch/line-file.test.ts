import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { LineFile } from "../../src/batch/line-file.ts";

const folder = mkdtempSync(path.join(tmpdir(), "ser-lines-"));

async function read(file: string): Promise<{ lines: string[]; file: LineFile }> {
  const lines: string[] = [];
  return { file: await LineFile.open(file, (line) => lines.push(line)), lines };
}

test("a half-written last line is cut off, wherever it was cut, and the rest is told", async () => {
  const whole = "eins\nzwei ä€😀\n\nvier\n";
  const bytes = Buffer.from(whole);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const path_ = path.join(folder, "cut");
    writeFileSync(path_, bytes.subarray(0, cut));
    const opened = await read(path_);
    await opened.file.append("neu\n");
    await opened.file.close();
    const kept = bytes.subarray(0, bytes.subarray(0, cut).lastIndexOf(10) + 1).toString();
    expect(readFileSync(path_, "utf8")).toBe(`${kept}neu\n`);
    expect(opened.lines).toEqual(kept.split("\n").slice(0, -1));
  }
});

test("lines longer than what is read at a time", async () => {
  const long = "x".repeat(700_000);
  writeFileSync(path.join(folder, "long"), `a\n${long}\nb\n${long}`);
  const { lines, file } = await read(path.join(folder, "long"));
  await file.close();
  expect(lines).toEqual(["a", long, "b"]);
});

test("appends at the same time give every line once, each whole", async () => {
  const name = path.join(folder, "many");
  const { file } = await read(name);
  const lines = Array.from({ length: 300 }, (_, i) => `line ${i} ${"y".repeat(i)}`);
  await Promise.all(lines.map((line) => file.append(`${line}\n`)));
  await file.close();
  expect(readFileSync(name, "utf8").split("\n").slice(0, -1).toSorted()).toEqual(lines.toSorted());
});

test("a folder that is not there is one clear error", async () => {
  await expect(read(path.join(folder, "nowhere", "file"))).rejects.toMatchObject({
    code: "file_unreadable",
    message: expect.stringContaining("ENOENT") as string,
  });
  appendFileSync(path.join(folder, "many"), "");
});
