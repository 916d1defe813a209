import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FleetStatus } from "../../src/fleet/index.ts";
import { readModelFile } from "../../src/model/files.node.ts";
import { HAS_REDIS, RedisServer } from "../batch/redis-server.ts";
import { runSer, type SerProcess, startSer } from "../batch/ser-process.ts";
import { writeSavee } from "../savee-of-tones.ts";

const folder = mkdtempSync(path.join(tmpdir(), "ser-fleet-"));
const at = (...names: string[]): string => path.join(folder, ...names);
process.env["SER_CACHE"] = at("cache");

const OPTIONS = ["--batch", "4", "--learning-rate", "0.001", "--no-augment", "--threads", "1", "--folds", "1,2"];
const command = (corpora: string, out: string, epochs: number, ...more: string[]): string[] =>
  ["protocol", "savee-loso", "--corpora", corpora, "--out", at(out), "--epochs", String(epochs)].concat(OPTIONS, more);
/** A file as it is; but for its own name and for the commit, which may change while the tests run. */
const bytes = (name: string, ending: string): string =>
  readFileSync(at(name + ending), "utf8")
    .replaceAll(`"${name}.`, '"')
    .replaceAll(/"commit": ?"[^"]*"/g, '"commit":""');

async function until(what: () => boolean): Promise<void> {
  while (!what()) await setTimeout(20);
}

/** Runs that have a checkpoint in a worker's cache. */
function checkpoints(cache: string): string[] {
  if (!existsSync(at(cache, "training"))) return [];
  const files = readdirSync(at(cache, "training"), { recursive: true, encoding: "utf8" });
  return files.filter((name) => name.endsWith(".checkpoint"));
}

describe.skipIf(!HAS_REDIS)("ser protocol --redis", () => {
  let redis: RedisServer;
  const running = new Set<SerProcess>();
  const start = (args: readonly string[], cache = "cache"): SerProcess => {
    const process = startSer([...args, "--redis", redis.url], { SER_CACHE: at(cache) });
    running.add(process);
    return process;
  };
  const worker = (cache?: string, ...more: string[]): SerProcess =>
    start(["worker", "--threads", "1", "--take-over", "2", ...more], cache);
  const training = (): FleetStatus["training"] => {
    const { stdout } = runSer(["queue", "status", "--json", "--redis", redis.url]);
    return (JSON.parse(stdout) as FleetStatus).training;
  };

  beforeAll(async () => {
    redis = await RedisServer.start();
    writeSavee(at("corpora/savee"), ["DC", "JE", "JK", "KL"]);
  });
  afterAll(async () => {
    for (const { child } of running) child.kill("SIGKILL");
    await redis.kill();
  });

  test("a worker killed with -9 mid-training, Redis, then the submitter: the bytes of the command without --redis", async () => {
    const straight = runSer(command(at("corpora"), "straight.json", 8, "--keep-models", at("models")));
    expect(straight.exitCode, straight.stderr).toBe(0);

    const argv = command(at("corpora"), "spread.json", 8, "--keep-models", at("fleet-models"));
    let submitter = start(argv);
    const first = worker("own");
    await until(() => checkpoints("own").length > 0);
    first.child.kill("SIGKILL");
    await first.ended;
    // They share the dead one's cache: whoever takes its run goes on from there.
    const second = worker("own");
    const third = worker("own");
    await until(() => /checkpoint|begins/.test(second.stderr() + third.stderr()));
    await redis.kill();
    await setTimeout(300);
    await redis.start();
    submitter.child.kill("SIGKILL");
    await submitter.ended;
    submitter = start(argv);
    expect(await submitter.ended, submitter.stderr()).toBe(0);
    for (const ending of [".json", ".answers.csv"]) expect(bytes("spread", ending)).toBe(bytes("straight", ending));

    for (const fold of [1, 2]) {
      const file = `savee-loso-seed-fold-${fold}-seed-1.onnx`;
      const [{ model: ours }, { model: theirs }] = [
        await readModelFile(at("models", file)),
        await readModelFile(at("fleet-models", file)),
      ];
      expect(theirs.weights).toEqual(ours.weights);
      expect(theirs.metadata.scores).toEqual(ours.metadata.scores);
    }
    expect(second.stderr() + third.stderr()).toContain("goes on from its checkpoint");
    expect(checkpoints("own")).toEqual([]);
    expect(training()).toMatchObject({ waiting: 0, active: 0, done: 0, deadLetters: 0, workers: 2 });
    for (const each of [second, third]) {
      each.child.kill("SIGINT");
      expect(await each.ended, each.stderr()).toBe(0);
    }
  }, 600_000);

  test("a worker with other recordings: one clear failure, exit code 1; then the same command with a right one", async () => {
    // The worker's root is another folder, whose SAVEE lacks a speaker.
    writeSavee(at("elsewhere/savee"), ["DC", "JE", "KL"]);
    const argv = command(at("corpora/savee"), "rooted.json", 2, "--root", at("corpora"));
    const wrong = worker("cache", "--root", at("elsewhere"));
    const refused = start(argv);
    expect(await refused.ended, refused.stderr()).toBe(1);
    expect(refused.stderr()).toContain(
      `the 21 usable recordings in ${at("elsewhere/savee")} are not those with which the run was submitted`,
    );
    expect(refused.stderr()).toContain("2 of 2 runs are in the dead letters; the same command tries them again");
    expect(refused.stderr()).not.toContain("    at ");
    expect(training()).toMatchObject({ deadLetters: 2, done: 0 });
    expect(training().newestFailures.map(({ code }) => code)).toEqual(["run_mismatch", "run_mismatch"]);
    const shown = runSer(["queue", "status", "--redis", redis.url]).stdout;
    expect(shown).toMatch(/^dead letters +0 +2$/m);
    wrong.child.kill("SIGINT");
    await wrong.ended;

    cpSync(at("corpora/savee/JK"), at("elsewhere/savee/JK"), { recursive: true });
    const right = worker("cache", "--root", at("elsewhere"));
    const accepted = start(argv);
    expect(await accepted.ended, accepted.stderr()).toBe(0);
    right.child.kill("SIGINT");
    await right.ended;
    // Nothing is left to be done, so no worker is needed, nor Redis.
    const again = runSer([...argv, "--redis", "redis://127.0.0.1:1"]);
    expect([again.exitCode, again.stderr]).toEqual([0, expect.stringContaining("2 of 2 runs were finished before")]);
  }, 600_000);

  test("Ctrl-C: the submitter takes back what waits, a worker leaves its training; retry and drain", async () => {
    const argv = command(at("corpora"), "long.json", 1000);
    const submitter = start(argv);
    const first = worker();
    await until(() => checkpoints("cache").length > 0);
    submitter.child.kill("SIGINT");
    expect(await submitter.ended).toBe(130);
    expect(submitter.stderr()).toContain(
      "1 waiting runs were taken back; 1 are left to the workers that have begun them",
    );
    expect(training()).toMatchObject({ waiting: 0, active: 1 });
    first.child.kill("SIGINT");
    expect(await first.ended).toBe(0);
    expect(first.stderr()).toContain("savee-loso fold 1 seed 1: left to another worker");
    expect(training()).toMatchObject({ waiting: 1, active: 0, deadLetters: 0, workers: 0 });

    const second = worker();
    await until(() => second.stderr().includes("savee-loso fold 1 seed 1: goes on from its checkpoint"));
    await until(() => training().active === 1);
    expect(runSer(["queue", "drain", "--redis", redis.url]).stdout).toBe("1 jobs thrown away\n");
    await until(() => second.stderr().includes("savee-loso fold 1 seed 1: taken from this worker"));
    second.child.kill("SIGINT");
    expect(await second.ended, second.stderr()).toBe(0);
    expect(second.stderr()).not.toContain("    at ");
  }, 600_000);

  test("options that contradict each other are one sentence", () => {
    for (const [more, message] of [
      [["--jobs", "2", "--redis", redis.url], "--jobs: 2 goes without --redis"],
      [["--root", folder], "--root goes with --redis"],
      [["--redis", redis.url, "--root", at("elsewhere")], "is not in the folder that --root says"],
    ] as const) {
      const { exitCode, stderr } = runSer(command(at("corpora"), "x.json", 1, ...more));
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
    }
  }, 600_000);
});
