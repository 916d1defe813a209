import type { Worker } from "bullmq";
import type { Redis } from "ioredis";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect, JOB_NAME, type JobQueue, openQueue, takeJobs } from "../../src/batch/queue/connection.ts";
import { HAS_REDIS, RedisServer } from "./redis-server.ts";

const QUEUE = "restarts";
const SOON = { timeout: 30_000 };

describe.skipIf(!HAS_REDIS)("workers and a Redis that is killed with -9 and started again", () => {
  let server: RedisServer;
  const clients: Redis[] = [];
  const workers: Worker[] = [];
  const connection = async (): Promise<Redis> => {
    const redis = await connect({ redis: server.url, queue: QUEUE }, () => undefined);
    clients.push(redis);
    return redis;
  };

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.close(true)));
    for (const redis of clients) redis.disconnect();
    await server.kill();
  });

  test("idle, busy and just begun: each takes jobs again after every restart, and none is done twice but what Redis forgot", async () => {
    const queue: JobQueue<number> = await openQueue(QUEUE, await connection());
    const begun = new Set<number>();
    /** Begun a second time; and at work while Redis died, which may have lost that they were taken. */
    const again: number[] = [];
    const forgettable = new Set<number>();
    let next = 0;
    let release = (): void => undefined;
    let released = Promise.resolve();
    /** Jobs that each keep a worker until they are released: `count` of them want as many workers. */
    const add = async (count: number): Promise<void> => {
      released = new Promise((resolve) => (release = resolve));
      await queue.addBulk(Array.from({ length: count }, () => ({ name: JOB_NAME, data: next++ })));
      await expect.poll(() => begun.size, SOON).toBe(next);
    };
    const finish = async (): Promise<void> => {
      release();
      await expect
        .poll(() => queue.getJobCounts("waiting", "active", "completed"), SOON)
        .toEqual({
          waiting: 0,
          active: 0,
          completed: next,
        });
    };
    const begin = async (redis: Redis): Promise<void> => {
      const work = async ({ data }: { data: number }): Promise<void> => {
        if (begun.has(data)) again.push(data);
        begun.add(data);
        await released;
      };
      workers.push(await takeJobs<number>(QUEUE, redis, work, { concurrency: 1, takeOverSeconds: 30 }));
    };

    await begin(await connection());
    for (let restart = 0; restart < 4; restart++) {
      const another = await connection();
      const first = next;
      await add(Math.ceil(workers.length / 2));
      for (let job = first; job < next; job++) forgettable.add(job);
      await server.kill();
      // Its blocking connection, one of its own, finds nobody.
      await begin(another);
      await setTimeout(300);
      await server.start();
      await finish();
      await add(workers.length);
      await finish();
    }
    expect(again.filter((job) => !forgettable.has(job))).toEqual([]);
  }, 240_000);
});
