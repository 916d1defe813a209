import { setTimeout } from "node:timers/promises";
import { RedisServer } from "../test/batch/redis-server.ts";
import { type Bar, ser } from "./bar.ts";
import { emobox, files } from "./bars-evaluation.ts";
import { ended, start, startWorker } from "./ser-process.ts";

/** The bars of issue 10 that train. */
export const FLEET_BARS: readonly Bar[] = [
  {
    name: "issue 10: a protocol spread over two workers, one killed",
    goal: "the bytes of the same command without --redis",
    async run() {
      // As many threads for each fold as the workers have.
      const straight = ser(...emobox("one-machine.json"), "--jobs", "2", "--threads", "2");
      const redis = await RedisServer.start();
      const workers = [startWorker(redis), startWorker(redis)];
      const started = performance.now();
      const submitter = start(...emobox("fleet.json"), "--redis", redis.url);
      const code = ended(submitter);
      let kills = 0;
      for (const share of [0.25, 0.25]) {
        await Promise.race([code, setTimeout(1000 * share * straight.seconds)]);
        if (submitter.exitCode !== null) break;
        workers[0]!.kill("SIGKILL");
        workers[0] = startWorker(redis);
        kills++;
      }
      const exit = await code;
      const seconds = (performance.now() - started) / 1000;
      for (const worker of workers) worker.kill("SIGKILL");
      await redis.kill();
      const same = exit === 0 && files("one-machine") === files("fleet");
      return {
        measured:
          `${same ? "the same" : "OTHER"} bytes; ${(seconds / 60).toFixed(1)} min, a worker killed ${kills} times; ` +
          `without Redis, two folds at once: ${(straight.seconds / 60).toFixed(1)} min`,
        met: same && kills === 2,
      };
    },
  },
];
