import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { sine, wavFile } from "../audio/wav-file.ts";
import { ser } from "./run-cli.ts";

process.env["SER_CACHE"] = mkdtempSync(path.join(tmpdir(), "ser-cache-"));
const folder = mkdtempSync(path.join(tmpdir(), "ser-train-augment-"));
const manifest = path.join(folder, "mine.csv");
const rows = ["path,emotion,speaker"];
// Five speakers, of whom one is for validation and one for testing; two of each one's four recordings are surprised.
for (let i = 0; i < 20; i++) {
  writeFileSync(path.join(folder, `${i}.wav`), wavFile(sine(200 + 400 * (i % 2) + 5 * i, 22_050, 0.3)));
  rows.push(`${i}.wav,${i % 2 === 0 ? "surprise" : "sad"},speaker${Math.floor(i / 4)}`);
}
writeFileSync(manifest, `${rows.join("\n")}\n`);
const common = ["train", "--corpora", manifest, "--labels", "sad,surprise", "--epochs", "1", "--threads", "1"];

/** What the model file says of its training, after a run. */
async function trained(
  name: string,
  ...options: string[]
): Promise<{ stderr: string; training: Record<string, unknown> }> {
  const out = path.join(folder, `${name}.onnx`);
  const { exitCode, stderr } = await ser([...common, ...options, "--out", out]);
  expect(exitCode, stderr).toBe(0);
  const info = JSON.parse((await ser(["info", out, "--json"])).stdout) as { training: Record<string, unknown> };
  return { stderr, training: info.training };
}

const curve = (name: string): object => {
  const row = JSON.parse(readFileSync(path.join(folder, `${name}.curve.jsonl`), "utf8")) as object;
  return { ...row, seconds: 0 };
};

test("the default of seed is the original's rule; the model says so, and how many copies; again is the same", async () => {
  const { stderr, training } = await trained("default");
  const recordings = { train: 12, validation: 4, test: 4 };
  expect(training).toMatchObject({
    augment: "surprise:3",
    recordings,
    augmentation: {
      rules: "surprise:3:pitch=-2..2+stretch=0.8..1.2+noise=15..30",
      copies: 18,
      perOperation: { noise: 6, pitch: 6, stretch: 6 },
      perLabel: { surprise: 18 },
    },
  });
  expect(stderr).toContain("augmentation: 18 copies added to training");
  const again = await trained("again", "--augment", "surprise:3");
  expect(again.training["augmentation"]).toEqual(training["augmentation"]);
  expect(curve("again")).toEqual(curve("default"));
});

test("--no-augment, --augment none: no copies; several rules in either form", async () => {
  const bare = await trained("bare", "--no-augment");
  expect(bare.training).toMatchObject({ augment: "none", augmentation: { rules: "none", copies: 0 } });
  expect(bare.stderr).not.toContain("augmentation:");
  expect((await trained("none", "--augment", "none")).training["augmentation"]).toMatchObject({ copies: 0 });
  expect(curve("none")).toEqual(curve("bare"));
  expect(curve("none")).not.toEqual(curve("default"));
  const rules = ["--augment", "sad:1:noise=10..20", "*:1:speed+gain"];
  const several = await trained("several", ...rules);
  expect(several.training["augmentation"]).toMatchObject({ copies: 18, perLabel: { sad: 12, surprise: 6 } });
  const joined = await trained("joined", "--augment", rules.slice(1).join(","));
  expect(joined.training["augmentation"]).toEqual(several.training["augmentation"]);
});

test.each([
  ["surprise", 'augment: "surprise" is no rule; write none, or LABEL:COPIES'],
  ["happy:2", 'augment: "happy" is no label of this model; there are sad, surprise'],
  ["surprise:2:echo", 'augment: "echo" is no operation; there are pitch, stretch, noise'],
])("--augment %s is a mistake, told before any work", async (rule, message) => {
  const { exitCode, stderr, stdout } = await ser([...common, "--augment", rule, "--out", path.join(folder, "x.onnx")]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toContain(message);
});
