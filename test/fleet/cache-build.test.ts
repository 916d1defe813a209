import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Random } from "../../src/random.ts";
import { wavFile } from "../audio/wav-file.ts";
import { HAS_REDIS, RedisServer } from "../batch/redis-server.ts";
import { runSer, type SerProcess, startSer } from "../batch/ser-process.ts";

const folder = mkdtempSync(path.join(tmpdir(), "ser-fleet-cache-"));
const at = (...names: string[]): string => path.join(folder, ...names);

/** More than two jobs of recordings; one cannot be decoded, one repeats another's bytes. */
const COUNT = 410;
function writeRecordings(): string {
  mkdirSync(at("recordings"));
  const rows = ["path,emotion,speaker"];
  for (let i = 0; i < COUNT; i++) {
    const random = new Random(i === 77 ? 76 : i, "cache build");
    const samples = Float32Array.from({ length: 1_000 + i }, () => 0.1 * random.normal());
    const bytes = i === 77 ? readFileSync(at("recordings/76.wav")) : wavFile(samples, { sampleRate: 16_000 });
    writeFileSync(at(`recordings/${i}.wav`), i === 333 ? "RIFFxxxxWAVE and nothing" : bytes);
    rows.push(`recordings/${i}.wav,happy,s${i % 5}`);
  }
  writeFileSync(at("mine.csv"), rows.join("\n"));
  return at("mine.csv");
}

/** Every entry of a cache and its bytes. */
function entriesOf(cache: string): Map<string, string> {
  const names = readdirSync(at(cache), { recursive: true, encoding: "utf8" });
  const entries = names.filter((name) => /[0-9a-f]{62}$/.test(name)).toSorted();
  return new Map(entries.map((name) => [name, readFileSync(at(cache, name), "latin1")]));
}

describe.skipIf(!HAS_REDIS)("ser cache build --redis", () => {
  let redis: RedisServer;
  const running = new Set<SerProcess>();
  const worker = (cache: string): SerProcess => {
    const args = ["worker", "--threads", "1", "--take-over", "2", "--redis", redis.url];
    const process = startSer(args, { SER_CACHE: at(cache) });
    running.add(process);
    return process;
  };
  /** The account of a build, but for time and place. */
  const build = (cache: string, ...more: string[]) => {
    process.env["SER_CACHE"] = at(cache);
    const args = ["cache", "build", "--corpora", at("mine.csv"), "--json", ...more];
    const { exitCode, stdout, stderr } = runSer(args);
    const { folder: _, elapsed: __, ...account } = JSON.parse(stdout || "{}") as Record<string, unknown>;
    return { exitCode, account, stderr };
  };

  beforeAll(async () => {
    redis = await RedisServer.start();
    writeRecordings();
  });
  afterAll(async () => {
    for (const { child } of running) child.kill("SIGKILL");
    await redis.kill();
  });

  test("two workers, one killed with -9: the account and the entries of a build without --redis", async () => {
    const local = build("local", "--threads", "2");
    expect(local.account).toMatchObject({ recordings: COUNT, failed: 1 });

    const first = worker("shared");
    const kill = (async () => {
      while (!existsSync(at("shared/librosa54@1"))) await setTimeout(5);
      first.child.kill("SIGKILL");
      worker("shared");
    })();
    worker("shared");
    process.env["SER_CACHE"] = at("shared");
    const spread = startSer(["cache", "build", "--corpora", at("mine.csv"), "--redis", redis.url]);
    running.add(spread);
    expect(await spread.ended, spread.stderr()).toBe(1);
    await kill;
    expect(spread.stderr()).toContain(`${at("recordings/333.wav")}: `);
    expect(entriesOf("shared")).toEqual(entriesOf("local"));

    // Everything is there now, so both accounts are the same to the last digit.
    const again = build("shared", "--redis", redis.url);
    expect({ ...again, stderr: "" }).toEqual({ ...build("local"), stderr: "" });
    expect(again.account).toMatchObject({ recordings: COUNT, cached: COUNT - 1, failed: 1 });
  }, 600_000);

  test("a worker with another cache says so, and nothing is called done", async () => {
    // Of a queue that only it serves.
    const args = ["worker", "--threads", "1", "--redis", redis.url, "--queue", "other"];
    const other = startSer(args, { SER_CACHE: at("elsewhere") });
    running.add(other);
    const { exitCode, account, stderr } = build("shared", "--redis", redis.url, "--queue", "other");
    expect(exitCode).toBe(1);
    expect(account).toMatchObject({ recordings: COUNT, cached: 0, failed: COUNT, seconds: 0 });
    expect(stderr).toContain(
      `the cache in ${at("elsewhere")} is not the submitter's; set SER_CACHE to a folder that all machines share`,
    );
  }, 600_000);

  test("options that contradict each other are one sentence", () => {
    for (const [action, more, message] of [
      ["build", ["--corpora", at("mine.csv"), "--threads", "2"], "--threads goes without --redis"],
      ["info", [], "--redis goes with build, not with info"],
    ] as const) {
      const { exitCode, stderr } = runSer(["cache", action, ...more, "--redis", redis.url]);
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
  }, 600_000);
});
