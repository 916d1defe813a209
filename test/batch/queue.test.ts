import { copyFileSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HAS_REDIS, RedisServer } from "./redis-server.ts";
import { runSer, type SerProcess, startSer } from "./ser-process.ts";
import { writeVoices } from "./voices.ts";

const folder = mkdtempSync(path.join(tmpdir(), "ser-queue-"));
const at = (name: string): string => path.join(folder, name);

interface Line {
  readonly id: string;
  readonly file: string;
  readonly error?: { readonly code: string };
}

function lines(file: string): Line[] {
  if (!existsSync(file)) return [];
  const whole = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return whole.map((line) => JSON.parse(line) as Line).toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await setTimeout(20);
}

describe.skipIf(!HAS_REDIS)("ser batch --redis, ser worker, ser queue", () => {
  let redis: RedisServer;
  const running = new Set<SerProcess>();
  const start = (...args: string[]): SerProcess => {
    const process = startSer([...args, "--redis", redis.url]);
    running.add(process);
    return process;
  };
  const worker = (): SerProcess => start("worker", "--threads", "1", "--take-over", "5");
  const count = (out: string): number => lines(at(out)).length;

  beforeAll(async () => {
    redis = await RedisServer.start();
    writeVoices(at("voices"), 60);
    writeFileSync(at("voices/broken.wav"), "RIFFxxxxWAVE and nothing");
    writeFileSync(at("voices/empty.mp3"), "");
  });
  afterAll(async () => {
    for (const { child } of running) child.kill("SIGKILL");
    await redis.kill();
  });

  test("workers, the submitter and Redis itself killed with -9: every recording once, as a local batch answers", async () => {
    const command = ["batch", at("voices"), "--out", at("queued.jsonl")];
    let batch = start(...command);
    let first = worker();
    const second = worker();
    await until(() => count("queued.jsonl") >= 5);
    first.child.kill("SIGKILL");
    await first.ended;
    first = worker();
    await until(() => count("queued.jsonl") >= 15);
    batch.child.kill("SIGKILL");
    await batch.ended;
    batch = start(...command);
    await until(() => count("queued.jsonl") >= 25);
    await redis.kill();
    await setTimeout(300);
    await redis.start();
    await until(() => count("queued.jsonl") >= 35);
    first.child.kill("SIGKILL");
    await first.ended;
    first = worker();
    expect(await batch.ended, batch.stderr()).toBe(1);
    expect(batch.stderr()).toContain("62 recordings:");
    expect(batch.stderr()).toContain("2 failed");

    const local = runSer(["batch", at("voices"), "--out", at("local.jsonl"), "--threads", "2"]);
    expect(local.exitCode, local.stderr).toBe(1);
    expect(lines(at("queued.jsonl"))).toEqual(lines(at("local.jsonl")));
    expect(lines(at("queued.failures.jsonl"))).toEqual(lines(at("local.failures.jsonl")));
    for (const each of [first, second]) {
      each.child.kill("SIGINT");
      expect(await each.ended, each.stderr()).toBe(0);
    }
  }, 300_000);

  test("the queue then holds two dead letters; another batch is refused; retry, resubmission and drain", async () => {
    const address = ["--redis", redis.url];
    const status = (): Record<string, unknown> =>
      JSON.parse(runSer(["queue", "status", "--json", ...address]).stdout) as Record<string, unknown>;
    expect(status()).toMatchObject({ deadLetters: 2, waiting: 0, active: 0, done: 0, workers: 0 });
    expect((status()["newestFailures"] as { code: string }[]).map(({ code }) => code).toSorted()).toEqual([
      "audio_empty",
      "audio_undecodable",
    ]);
    const other = runSer(["batch", at("voices/0.wav"), "--out", at("other.jsonl"), ...address]);
    expect([other.exitCode, other.stderr]).toEqual([2, expect.stringContaining("serves another batch")]);

    copyFileSync(at("voices/0.wav"), at("voices/broken.wav"));
    const retried = runSer(["queue", "retry", "--json", ...address]).stdout;
    expect(JSON.parse(retried)).toEqual({ queue: "speech-emotion", recordings: 2, training: 0 });
    const again = worker();
    const before = lines(at("queued.jsonl"));
    const resubmitted = runSer(["batch", at("voices"), "--out", at("queued.jsonl"), ...address]);
    expect([resubmitted.exitCode, resubmitted.stderr]).toEqual([
      1,
      expect.stringContaining("1 done now, 60 before, 1 failed"),
    ]);
    const added = lines(at("queued.jsonl")).filter(({ id }) => !before.some((line) => line.id === id));
    expect(added.map(({ file }) => file)).toEqual([at("voices/broken.wav")]);
    expect(lines(at("queued.failures.jsonl")).map(({ error }) => error?.code)).toEqual(["audio_empty"]);
    again.child.kill("SIGTERM");
    await again.ended;

    expect(runSer(["queue", "drain", ...address]).stdout).toBe("1 jobs thrown away\n");
    expect(status()).toMatchObject({ deadLetters: 0, batch: null });
    const client = redis.client();
    expect((await client.keys("*")).filter((key) => key.includes(":run") || key.includes(":model"))).toEqual([]);
    client.disconnect();
  }, 300_000);

  test("a Redis that does not answer is one clear sentence", () => {
    const { exitCode, stderr } = runSer(["queue", "status", "--redis", "redis://:secret@127.0.0.1:1"]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("Redis does not answer")]);
    expect(stderr).not.toContain("secret");
    expect(stderr).not.toContain("    at ");
  }, 60_000);
});
