import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { Random } from "../../src/random.ts";
import { wavFile } from "../audio/wav-file.ts";

/** The real program in a process of its own: only that can be killed. Needs `npm run build`. */
const SER = fileURLToPath(new URL("../../bin/ser.js", import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), "ser-killed-"));
const env = { ...process.env, SER_CACHE: path.join(folder, "cache") };

const rows = ["path,emotion,speaker"];
for (let i = 0; i < 24; i++) {
  const random = new Random(i, "killed");
  const samples = Float32Array.from(
    { length: 8_000 },
    (_, t) => 0.3 * Math.sin(t * (i % 2 ? 0.05 : 0.4)) + 0.05 * random.normal(),
  );
  writeFileSync(path.join(folder, `${i}.wav`), wavFile(samples));
  rows.push(`${i}.wav,${i % 2 ? "low" : "high"},speaker${i % 6}`);
}
writeFileSync(path.join(folder, "mine.csv"), rows.join("\n"));

function command(name: string, ...more: string[]): string[] {
  const options = {
    "--labels": "low,high",
    "--epochs": "6",
    "--batch": "4",
    "--threads": "1",
    "--learning-rate": "0.001",
  };
  const out = path.join(folder, `${name}.onnx`);
  return [
    SER,
    "train",
    "--corpora",
    path.join(folder, "mine.csv"),
    "--out",
    out,
    ...Object.entries(options).flat(),
    ...more,
  ];
}

interface Row {
  readonly epoch: number;
  readonly loss: number;
  readonly val_loss: number;
}

function curve(name: string): Row[] {
  const text = readFileSync(path.join(folder, `${name}.curve.jsonl`), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
}

describe("a training that is killed with -9", () => {
  test("goes on from its last checkpoint with the losses of the uninterrupted one, whenever it was killed", async () => {
    const whole = spawnSync(process.execPath, command("whole"), { env, encoding: "utf8" });
    expect(whole.status, whole.stderr).toBe(0);
    const expected = curve("whole");
    expect(expected).toHaveLength(6);

    const checkpoint = path.join(folder, "killed.checkpoint");
    let kills = 0;
    for (let round = 0; !existsSync(path.join(folder, "killed.onnx")); round++) {
      expect(round).toBeLessThan(12);
      const child = spawn(process.execPath, command("killed", ...(existsSync(checkpoint) ? ["--resume"] : [])), {
        env,
      });
      const ended = new Promise<boolean>((resolve) => child.on("exit", (_, signal) => resolve(signal === "SIGKILL")));
      // From the second round on it is killed some time after it has begun an epoch.
      const before = existsSync(checkpoint) ? readFileSync(checkpoint).length : 0;
      if (kills < 3) {
        while (!existsSync(checkpoint) && child.exitCode === null) await setTimeout(5);
        await setTimeout(new Random(round, "kill").integer(before === 0 ? 200 : 900));
        child.kill("SIGKILL");
      }
      if (await ended) kills++;
    }
    expect(kills).toBeGreaterThan(0);
    const seen = new Map(curve("killed").map((row) => [row.epoch, row]));
    expect([...seen.keys()]).toEqual([1, 2, 3, 4, 5, 6]);
    for (const row of expected) {
      expect([seen.get(row.epoch)!.loss, seen.get(row.epoch)!.val_loss]).toBeAllClose([row.loss, row.val_loss], {
        atol: 1e-6,
      });
    }
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp") && name.startsWith("killed.onnx"))).toEqual([]);
  }, 120_000);
});

describe.skipIf(process.platform === "win32")("a disk that is full", () => {
  test("is one clear sentence, and the last good checkpoint survives", () => {
    const whole = path.join(folder, "full.checkpoint");
    writeFileSync(whole, "the last good one");
    // No file may grow beyond 64 KiB: what a full disk does to the next checkpoint.
    const line = `trap '' XFSZ; ulimit -f 64; exec "${process.execPath}" ${command("full", "--restart")
      .map((word) => `'${word}'`)
      .join(" ")}`;
    const { status, stderr } = spawnSync("bash", ["-c", line], { env, encoding: "utf8" });
    expect(stderr).toContain("full.checkpoint: the file cannot be written");
    expect(stderr).not.toContain("    at ");
    expect(status).toBe(2);
    expect(readFileSync(whole, "utf8")).toBe("the last good one");
    expect(readdirSync(folder).filter((name) => name.startsWith("full.checkpoint") && name.endsWith(".tmp"))).toEqual(
      [],
    );
  });
});
