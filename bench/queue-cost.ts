/**
 * What a recording costs in the queue itself, without any recognition: Redis memory and processor time of Redis and of ours, for
 * docs/scale.md. `npx tsx bench/queue-cost.ts [jobs]`. Processor time does not depend on what else the machine does.
 */
import { once } from "node:events";
import { Worker } from "bullmq";
import type { Redis } from "ioredis";
import { connect, JOB_NAME, openQueue, PREFIX } from "../src/batch/queue/connection.ts";
import { idOf } from "../src/batch/index.ts";
import { RedisServer } from "../test/batch/redis-server.ts";

const jobs = Number(process.argv[2] ?? 10_000);
const CHUNK = 250;
const settings = { model: "0".repeat(64), timeline: false, minConfidence: 0 };
const probabilities = Object.fromEntries(
  ["neutral", "happy", "sad", "angry", "fear", "disgust", "surprise"].map((label, i) => [
    label,
    0.123456789012345 + i / 1000,
  ]),
);
const result = {
  speech: true,
  emotion: "happy",
  unsure: false,
  confidence: 0.8731234567890123,
  probabilities,
  seconds: 6.123,
};

const server = await RedisServer.start();
const redis = await connect({ redis: server.url, queue: "cost" }, console.error);
const queue = await openQueue("cost", redis);

async function field(client: Redis, section: string, name: string): Promise<number> {
  return Number(new RegExp(`${name}:([\\d.]+)`).exec(await client.info(section))?.[1]);
}

async function costOf(name: string, work: () => Promise<void>): Promise<void> {
  const cpu = async (): Promise<number> =>
    (await field(redis, "cpu", "used_cpu_user")) + (await field(redis, "cpu", "used_cpu_sys"));
  const [bytes, redisCpu, own, started] = [
    await field(redis, "memory", "used_memory"),
    await cpu(),
    process.cpuUsage(),
    performance.now(),
  ];
  await work();
  const wall = performance.now() - started;
  const { user, system } = process.cpuUsage(own);
  const grown = ((await field(redis, "memory", "used_memory")) - bytes) / jobs;
  const inRedis = (1000 * ((await cpu()) - redisCpu)) / jobs;
  console.log(
    `${name.padEnd(8)} ${inRedis.toFixed(3)} ms in Redis, ${((user + system) / 1000 / jobs).toFixed(3)} ms in ours, ` +
      `${(wall / jobs).toFixed(3)} ms wall, Redis memory ${grown >= 0 ? "+" : ""}${grown.toFixed(0)} bytes a job`,
  );
}

await costOf("submit", async () => {
  for (let start = 0; start < jobs; start += CHUNK) {
    await queue.addBulk(
      Array.from({ length: CHUNK }, (_, i) => {
        const f = `/mnt/archive/2026/11/22/agent-0042/call-${String(start + i).padStart(9, "0")}.mp3`;
        return { name: JOB_NAME, data: { f, r: "0123abcd" }, opts: { jobId: idOf(settings, f) } };
      }),
    );
  }
});
await costOf("work", async () => {
  const worker = new Worker("cost", () => Promise.resolve(result), {
    connection: redis,
    prefix: PREFIX,
    concurrency: 4,
  });
  await once(worker, "drained");
  while ((await queue.getCompletedCount()) < jobs) await new Promise((resolve) => void setTimeout(resolve, 10));
  await worker.close();
});
await costOf("collect", async () => {
  for (;;) {
    const done = await queue.getCompleted(0, CHUNK - 1);
    if (done.length === 0) return;
    await Promise.all(done.map((job) => queue.remove(job.id!)));
  }
});
const fileBytes = await field(redis, "persistence", "aof_current_size");
console.log(`append-only file ${(fileBytes / jobs).toFixed(0)} bytes a job over its life`);
await queue.close();
redis.disconnect();
await server.kill();
