import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { RedisServer } from "../test/batch/redis-server.ts";
import { type Bar, corpora, root, run, scratch } from "./bar.ts";
import { ended, SER, start, startWorker } from "./ser-process.ts";

/** 5,000 real recordings of the corpora, as a manifest. */
function manifest(count: number, name = `recordings-${count}.txt`): string {
  const files = corpora.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((each) => /\.(ogg|opus|wav)$/.test(each))
      .map((each) => path.join(folder, each)),
  );
  const list = path.join(scratch, name);
  writeFileSync(list, `${files.toSorted().slice(0, count).join("\n")}\n`);
  return list;
}

interface Line {
  readonly id: string;
  readonly seconds?: number;
}

/** The lines of a file of results; each id once, or this throws. */
function resultsOf(out: string): Line[] {
  const lines = readFileSync(out, "utf8").split("\n").slice(0, -1);
  const results = lines.map((line) => JSON.parse(line) as Line);
  if (new Set(results.map(({ id }) => id)).size !== results.length) throw new Error(`${out}: a result twice`);
  return results;
}

/** Redis, some workers of one thread each, and what is done meanwhile; workers are started again as they end. */
async function fleet(
  workers: number,
  { inputs, out, ...more }: { inputs: string; out: string; meanwhile?: (fleet: Fleet) => Promise<void> },
): Promise<{ seconds: number; code: number | null }> {
  const redis = await RedisServer.start();
  const members = Array.from({ length: workers }, () => startWorker(redis));
  let over = false;
  try {
    let batch = start("batch", inputs, "--out", out, "--redis", redis.url);
    const started = performance.now();
    let code: Promise<number | null> = ended(batch);
    const state: Fleet = {
      redis,
      isOver: () => over,
      async killWorker(i) {
        members[i]!.kill("SIGKILL");
        members[i] = startWorker(redis);
      },
      async killSubmitter() {
        batch.kill("SIGKILL");
        await code;
        batch = start("batch", inputs, "--out", out, "--redis", redis.url);
        code = ended(batch);
      },
    };
    const disturbance = more.meanwhile?.(state);
    let last: Promise<number | null>;
    do {
      last = code;
      await last;
    } while (last !== code);
    const seconds = (performance.now() - started) / 1000;
    over = true;
    await disturbance;
    return { seconds, code: await code };
  } finally {
    over = true;
    for (const member of members) member.kill("SIGKILL");
    await redis.kill();
  }
}

interface Fleet {
  readonly redis: RedisServer;
  isOver(): boolean;
  killWorker(i: number): Promise<void>;
  killSubmitter(): Promise<void>;
}

const written = (out: string): number => (existsSync(out) ? statSync(out).size : 0);

/** Highest resident memory of a process, in MB, asked for every 100 ms until it ends; the first and second half apart. */
async function memoryOf(child: ChildProcess): Promise<[number, number]> {
  const seen: number[] = [];
  while (child.exitCode === null && child.signalCode === null) {
    const text = await Promise.resolve(readFileSync(`/proc/${child.pid}/status`, "utf8")).catch(() => "");
    const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? 0);
    if (kilobytes > 0) seen.push(kilobytes / 1024);
    await setTimeout(100);
  }
  const half = Math.floor(seen.length / 2);
  return [Math.max(0, ...seen.slice(0, half)), Math.max(0, ...seen.slice(half))];
}

/** An address list of a server that fails once for each file, and one address that never ends. */
async function withServer(count: number, work: (list: string) => Promise<void>): Promise<void> {
  const files = readFileSync(manifest(count), "utf8").trim().split("\n");
  const failed = new Set<string>();
  const server = createServer(({ url = "" }, response) => {
    if (url === "/endless.wav") {
      const timer = setInterval(() => response.write(Buffer.alloc(1 << 16)), 5);
      response.on("close", () => clearInterval(timer));
    } else if (failed.has(url)) response.end(readFileSync(files[Number(url.slice(1))]!));
    else {
      failed.add(url);
      response.writeHead(500).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const list = path.join(scratch, "addresses.txt");
  writeFileSync(list, [...files.map((_, i) => `${base}/${i}`), `${base}/endless.wav`, ""].join("\n"));
  try {
    await work(list);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** The bars of issue 10. */
export const BATCH_BARS: readonly Bar[] = [
  {
    name: "issue 10: local ser batch, 5,000 wavs",
    goal: "≥ 300 × real time on 2 cores, memory flat",
    async run() {
      const wavs = path.join(scratch, "wavs");
      // Wavs of the models' rate as call archives hold them: decoded once here, outside the measurement.
      run(process.execPath, ["--import", "tsx", path.join(root, "bench/make-wavs.ts"), manifest(5000), wavs]);
      const out = path.join(scratch, "local.jsonl");
      const started = performance.now();
      const batch = start("batch", wavs, "--out", out, "--threads", "2");
      const [first, second] = await memoryOf(batch);
      const seconds = (performance.now() - started) / 1000;
      const results = resultsOf(out);
      const audio = results.reduce((sum, line) => sum + (line.seconds ?? 0), 0);
      return {
        measured: `${(audio / seconds).toFixed(0)} × (${audio.toFixed(0)} s of ${results.length} in ${seconds.toFixed(0)} s), at most ${first.toFixed(0)} MB in the first half, ${second.toFixed(0)} MB in the second`,
        met: results.length === 5000 && audio / seconds >= 300 && second < 1.2 * first,
      };
    },
  },
  {
    name: "issue 10: 5,000 recordings through Redis, a worker killed every 10 s",
    goal: "5,000 results, once each",
    async run() {
      const out = path.join(scratch, "killed.jsonl");
      let kills = 0;
      const { seconds, code } = await fleet(2, {
        inputs: manifest(5000),
        out,
        async meanwhile({ isOver, killWorker }) {
          for (let at = 0; !isOver(); at++) {
            await setTimeout(200);
            if (at % 50 === 49) await killWorker(kills++ % 2);
          }
        },
      });
      const { length } = resultsOf(out);
      return {
        measured: `${length} once each, ${kills} kills, ${seconds.toFixed(0)} s`,
        met: length === 5000 && code === 0,
      };
    },
  },
  {
    name: "issue 10: two workers against one",
    goal: "≥ 1.5 ×",
    async run() {
      const inputs = manifest(5000);
      const one = await fleet(1, { inputs, out: path.join(scratch, "one.jsonl") });
      const two = await fleet(2, { inputs, out: path.join(scratch, "two.jsonl") });
      const ratio = one.seconds / two.seconds;
      return {
        measured: `${ratio.toFixed(2)} × (${one.seconds.toFixed(0)} s, ${two.seconds.toFixed(0)} s)`,
        met: ratio >= 1.5,
      };
    },
  },
  {
    name: "issue 10: Redis restarted and the submitter killed mid-run, every source failing once, one endless",
    goal: "1,000 results, once each, 1 failure",
    async run() {
      const out = path.join(scratch, "disturbed.jsonl");
      await withServer(1000, async (inputs) => {
        await fleet(2, {
          inputs,
          out,
          async meanwhile({ redis, killSubmitter, isOver }) {
            while (written(out) === 0 && !isOver()) await setTimeout(100);
            await setTimeout(2000);
            await killSubmitter();
            await setTimeout(2000);
            await redis.kill();
            await setTimeout(2000);
            await redis.start();
          },
        });
      });
      const failures = readFileSync(out.replace(/jsonl$/, "failures.jsonl"), "utf8")
        .trim()
        .split("\n");
      const { length } = resultsOf(out);
      return {
        measured: `${length} once each; ${failures.join("; ")}`,
        met: length === 1000 && failures.length === 1 && failures[0]!.includes('"source_too_large"'),
      };
    },
  },
  {
    name: "issue 10: disk full while results are written, without and with Redis",
    goal: "one sentence, then the same command ends with 500 results, once each",
    async run() {
      const redis = await RedisServer.start();
      const workers = [startWorker(redis), startWorker(redis)];
      const alone = await fullDisk("full.jsonl", []);
      const queued = await fullDisk("full-queued.jsonl", ["--redis", redis.url]);
      for (const worker of workers) worker.kill("SIGKILL");
      await redis.kill();
      return { measured: `${alone.measured}; with Redis ${queued.measured}`, met: alone.met && queued.met };
    },
  },
];

/** A batch of 500 whose results may not grow beyond 64 KiB, which is what a full disk does; then the same command without limit. */
async function fullDisk(name: string, more: readonly string[]): Promise<{ measured: string; met: boolean }> {
  const out = path.join(scratch, name);
  const words = ["batch", manifest(500), "--out", out, ...more];
  const command = [process.execPath, SER, ...words].map((word) => `'${word}'`).join(" ");
  const full = spawn("bash", ["-c", `trap '' XFSZ; ulimit -f 64; exec ${command}`], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  full.stderr.setEncoding("utf8").on("data", (text: string) => void (said += text));
  const code = await ended(full);
  const kept = resultsOf(out).length;
  const again = await ended(start(...words));
  const { length } = resultsOf(out);
  return {
    measured: `exit ${code}, ${kept} kept, then ${length}: ${said.trim().split("\n").at(-1)}`,
    met: code === 2 && again === 0 && length === 500 && said.includes("the disk or the quota is full"),
  };
}
