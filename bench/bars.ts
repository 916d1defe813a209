/**
 * Every bar of the issues, at full size, on the real recordings: `npm run bars` runs all, `npm run bars -- <text>` those
 * whose name contains the text. The machine should be idle.
 */
import { availableParallelism, cpus } from "node:os";
import { BATCH_BARS } from "./bars-batch.ts";
import { DOCUMENT_BARS } from "./bars-docs.ts";
import { EVALUATION_BARS } from "./bars-evaluation.ts";
import { EXCHANGE_BARS } from "./bars-exchange.ts";
import { FEATURE_BARS } from "./bars-features.ts";
import { FLEET_BARS } from "./bars-fleet.ts";
import { LIVE_BARS } from "./bars-live.ts";
import { MODEL_BARS } from "./bars-model.ts";
import { PACKAGE_BARS } from "./bars-package.ts";
import { PIPELINE_BARS } from "./bars-pipeline.ts";
import { ROBUSTNESS_BARS } from "./bars-robustness.ts";
import { SERVER_BARS } from "./bars-server.ts";
import { TRAINING_BARS } from "./bars-training.ts";
import { WEB_BARS } from "./bars-web.ts";
import { VOICE_BARS } from "./bars-voice.ts";

const wanted = process.argv.slice(2).join(" ");
const rows: string[] = [];
const bars = [
  ...PIPELINE_BARS,
  ...FEATURE_BARS,
  ...TRAINING_BARS,
  ...EVALUATION_BARS,
  ...MODEL_BARS,
  ...ROBUSTNESS_BARS,
  ...BATCH_BARS,
  ...FLEET_BARS,
  ...VOICE_BARS,
  ...LIVE_BARS,
  ...EXCHANGE_BARS,
  ...SERVER_BARS,
  ...WEB_BARS,
  ...DOCUMENT_BARS,
  ...PACKAGE_BARS,
];
for (const bar of bars.filter(({ name }) => name.includes(wanted))) {
  console.error(`\n== ${bar.name}`);
  const outcome = await bar.run().catch((error: unknown) => ({ measured: `failed: ${String(error)}`, met: false }));
  rows.push(`| ${bar.name} | ${bar.goal} | ${outcome.measured} | ${outcome.met ? "met" : "MISSED"} |`);
  console.error(rows.at(-1));
}
console.log(`${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, Node ${process.version}\n`);
console.log(`| Bar | Goal | Measured | |\n| --- | --- | --- | --- |\n${rows.join("\n")}`);
if (rows.some((row) => row.endsWith("MISSED |"))) process.exitCode = 1;
