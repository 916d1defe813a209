/**
 * What calibrating to a voice gains on speakers that a model never met, as a Markdown table: `npx tsx bench/voice.ts
 * <models…>`, corpora in SER_DATA. Models of several folds are summed up as one.
 */
import { groupBy } from "../src/grouping.ts";
import { type Gain, meanGain, VARIANTS, voiceGains } from "./voice-gain.ts";

const signed = (points: number): string => `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(1)}`;

/** `52.3 → 55.6: +3.3 (+0.4 … +6.1)`. */
function cell({ before, after, interval }: Gain): string {
  const range = interval === null ? "" : ` (${signed(interval[0])} … ${signed(interval[1])})`;
  return `${before.toFixed(1)} → ${after.toFixed(1)}: ${signed(after - before)}${range}`;
}

const gains = await voiceGains(process.argv.slice(2));
const groups = [...groupBy(gains, ({ corpus }) => corpus), ["all", gains] as const];
const speakers = groups.map(([name, own]) => `${name}, ${meanGain(own, VARIANTS[0].name).speakers} speakers`);
console.log(`| The voice is known by | ${speakers.join(" | ")} |\n| --- |${" --- |".repeat(groups.length)}`);
for (const { name } of VARIANTS) {
  console.log(`| ${name} | ${groups.map(([, own]) => cell(meanGain(own, name))).join(" | ")} |`);
}
