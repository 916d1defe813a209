import { spawnSync } from "node:child_process";
import { against, type Bar, bench, root, run } from "./bar.ts";
import { quantile } from "./harness.ts";
import { liveLoad } from "./live-load.ts";
import { CLIPS, load, serveOurs } from "./serve.ts";

const p95 = (sorted: readonly number[]): number => quantile(sorted, 0.95);

/** Tests at the bars' size: those of a file whose names begin so. */
function fullSize(file: string, name: string): { measured: string; met: boolean } {
  const args = ["vitest", "run", `test/server/${file}.test.ts`, "--maxWorkers=1", "--reporter=json"];
  const { status, stdout } = spawnSync("npx", [...args, "--testTimeout=900000", "-t", name], {
    cwd: root,
    env: { ...process.env, SER_FULL: "1" },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 28,
  });
  const { testResults } = JSON.parse(stdout.slice(stdout.indexOf('{"numTotal'))) as {
    testResults: { assertionResults: { status: string; duration?: number; failureMessages: string[] }[] }[];
  };
  const ran = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter((each) => each.status !== "skipped");
  const failed = ran.filter((each) => each.status !== "passed");
  const seconds = ran.reduce((sum, { duration = 0 }) => sum + duration, 0) / 1000;
  const why = failed.map(({ failureMessages }) => failureMessages[0]?.split("\n")[0] ?? "").join("; ");
  return {
    measured: `${ran.length - failed.length} of ${ran.length} hold, ${seconds.toFixed(0)} s${why && `: ${why}`}`,
    met: status === 0 && ran.length > 0 && failed.length === 0,
  };
}

/** The faults: what is done to the server, and the test of it. */
const FAULTS: readonly (readonly [what: string, file: string, name: string])[] = [
  ["1,000 clients gone in the middle of their uploads", "faults-connections", "clients that go"],
  ["500 clients that send by drops (slow loris)", "faults-connections", "who sends headers"],
  ["1,000 malformed messages", "live", "a thousand malformed"],
  ["500 damaged recordings of all corpora and formats", "faults-audio", "real recordings"],
  ["500 damaged files of a synthesiser, eight formats", "faults-audio", "damaged files"],
  ["audio bombs, up to 200 hours", "faults-audio", "an audio bomb"],
  ["a decoder that hangs, ten times", "faults-audio", "a decoder that does not"],
  ["SIGTERM under load, ten times 32 clients and 20 live sessions", "faults-stop", "SIGTERM"],
  ["an hour of sound sent as fast as it goes", "live-faults", "a recording sent"],
  ["20 clients that push without end", "live-faults", "clients that push"],
  ["20 clients that never read", "live-faults", "clients that never read"],
];

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
  ...FAULTS.map(([what, file, name]) => ({
    name: `issue 9: faults, ${what}`,
    goal: "a right answer or a typed error for each, the server still answers, nothing accepted lost",
    run: () => Promise.resolve(fullSize(file, name)),
  })),
  {
    name: "issue 9: 3,000 requests as OpenAPI allows them",
    goal: "no 500",
    run: () => Promise.resolve(fullSize("openapi", "")),
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
