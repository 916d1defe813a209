import { against, type Bar, bench, run } from "./bar.ts";
import { liveLoad } from "./live-load.ts";
import { CLIPS, load, serveOurs } from "./serve.ts";

const p95 = (sorted: readonly number[]): number => sorted[Math.floor(0.95 * (sorted.length - 1))] ?? Number.NaN;

/** The tests of a file, at the bars' size. */
function fullSize(...files: readonly string[]): { measured: string; met: boolean } {
  const args = ["vitest", "run", "--maxWorkers=1", "--reporter=json", "--testTimeout=600000"];
  const { stdout } = run("npx", [...args, ...files], { env: { SER_FULL: "1" } });
  const { numPassedTests, numTotalTests } = JSON.parse(stdout.slice(stdout.indexOf("{"))) as Record<string, number>;
  return { measured: `${numPassedTests} of ${numTotalTests} hold`, met: numPassedTests === numTotalTests };
}

/** The bars of issue 9: the server. */
export const SERVER_BARS: readonly Bar[] = [
  {
    name: "issue 9: wavs of 3 s, 16 clients, server and clients on the same cores",
    goal: "≥ 100 clips/s, p95 ≤ 300 ms, no error",
    async run() {
      const { url, child } = await serveOurs();
      await load(url, 16, 200);
      const { seconds, latencies, errors } = await load(url, 16, 2000);
      child.kill();
      const rate = 2000 / seconds;
      return {
        measured: `${rate.toFixed(0)} clips/s, p95 ${p95(latencies).toFixed(0)} ms, ${errors} errors`,
        met: rate >= 100 && p95(latencies) <= 300 && errors === 0,
      };
    },
  },
  {
    name: "issue 9: the same beside a minimal Python server",
    goal: "≥ 5 times its clips/s",
    async run() {
      const { ours, peer, peerName } = await bench("serve", `${CLIPS} wavs`);
      const rate = (CLIPS / ours) * 1000;
      return {
        measured: `${rate.toFixed(0)} clips/s, ${CLIPS} in ${(ours / 1000).toFixed(2)} s${against(peer, peerName, "s", 1000)}`,
        met: peer !== null && peer / ours >= 5,
      };
    },
  },
  {
    name: "issue 9: 100 live sessions for 10 minutes, a measurement a second each",
    goal: "p95 delay ≤ 250 ms, memory slope ≤ 1 MB in 10 minutes",
    async run() {
      const { url, child } = await serveOurs("--open-metrics");
      // What the first sessions leave behind is not a slope.
      await liveLoad(url, 100, 60);
      const { delays, lost, slope } = await liveLoad(url, 100, 600);
      child.kill();
      const megabytes = (600 * slope) / 1e6;
      return {
        measured: `p95 ${p95(delays).toFixed(0)} ms of ${delays.length}, ${megabytes.toFixed(2)} MB in 10 minutes, ${lost} lost`,
        met: p95(delays) <= 250 && megabytes <= 1 && lost === 0,
      };
    },
  },
  {
    name: "issue 9: faults, 1,000 malformed messages, 500 damaged recordings, stopped under load",
    goal: "a right answer or a typed error for each, nothing accepted lost",
    run: () => Promise.resolve(fullSize("test/server/faults.test.ts", "test/server/live.test.ts")),
  },
  {
    name: "issue 9: requests as OpenAPI allows them",
    goal: "no 500",
    run: () => Promise.resolve(fullSize("test/server/openapi.test.ts")),
  },
  {
    name: "issue 9: the container file's steps as a script",
    goal: "a server that answers and stops",
    async run() {
      const config = ["--config", "vitest.reference.config.ts"];
      const { seconds } = run("npx", ["vitest", "run", ...config, "test/server/container.reference.test.ts"]);
      return { measured: `${seconds.toFixed(0)} s`, met: true };
    },
  },
];
