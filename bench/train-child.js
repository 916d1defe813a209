/**
 * Training steps of ours in a process of their own, for the peak memory: `node bench/train-child.js '{"preset": …}'` (after
 * `npm run build`) prints the largest resident set in MB. Batches are [frames, clips], as the peer gets them.
 */
import { readFileSync } from "node:fs";
import { Engine, assemble, initialState } from "../dist/fit/index.js";
import { layoutOf, preset } from "../dist/model/index.js";

const { preset: name, batches, threads } = JSON.parse(process.argv[2]);
const network = preset(name).network(7);
const values = Float32Array.from({ length: 432 * network.features }, (_, i) => Math.sin(i * i));
const engine = new Engine(network, 1, { threads });
const state = initialState(layoutOf(network), 1, 1e-4);
for (const [frames, clips] of batches) {
  const same = {
    length: clips,
    features: () => values.subarray(0, frames * network.features),
    label: (/** @type {number} */ i) => i % 7,
  };
  const indices = Array.from({ length: clips }, (_, i) => i);
  await engine.step(assemble(same, indices, network), state);
}
// Not `resourceUsage().maxRSS`, which begins with what the parent had when it forked.
const kilobytes = Number(/VmHWM:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
console.log(JSON.stringify({ megabytes: kilobytes / 1024 }));
await engine.release();
