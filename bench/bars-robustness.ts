import { readFileSync } from "node:fs";
import { chooseRecordings, robustnessOf, type Robustness } from "../src/evaluate/index.ts";
import { readModelFile } from "../src/model/files.node.ts";
import { DEFAULT_MODEL } from "../src/recognize/load.node.ts";
import { type Bar, corpora, scratch, ser } from "./bar.ts";

let once: Promise<Robustness> | undefined;

/** The shipped model on 1,000 recordings that it never met, under the conditions of the bars. */
async function measured(): Promise<Robustness> {
  const { model, bytes } = await readModelFile(DEFAULT_MODEL);
  const { recordings } = await chooseRecordings(model.metadata, corpora, { limit: 1000 });
  return robustnessOf(bytes, recordings, ["gain+20", "gain-20", "telephone", "white-noise-20"]);
}

/** At least this share of predictions stays under each of these conditions. */
function steadyBar(what: string, must: number, names: readonly string[]): Bar {
  return {
    name: `issue 7: predictions unchanged, ${what}`,
    goal: `≥ ${must} %`,
    async run() {
      const { conditions, recordings } = await (once ??= measured());
      const rows = conditions.flatMap((row) => (row.measured && names.includes(row.name) ? [row] : []));
      const shares = rows.map(({ name, unchanged }) => `${name} ${(100 * unchanged).toFixed(1)} %`);
      return {
        measured: `${shares.join(", ")} of ${recordings.n}`,
        met: rows.length === names.length && rows.every(({ unchanged }) => 100 * unchanged >= must),
      };
    },
  };
}

/** The bars of issue 7 that are of robustness, and how long the whole table takes. */
export const ROBUSTNESS_BARS: readonly Bar[] = [
  steadyBar("gain ±20 dB", 97, ["gain+20", "gain-20"]),
  steadyBar("telephone band", 75, ["telephone"]),
  steadyBar("SNR 20 dB", 80, ["white-noise-20"]),
  {
    name: "issue 5: ser robustness, every condition, 1,000 recordings",
    goal: "≤ 600 s, no failure",
    async run() {
      const out = `${scratch}/robustness.json`;
      const { seconds } = ser(
        "robustness",
        DEFAULT_MODEL,
        "--corpora",
        ...corpora,
        "--all",
        "--limit",
        "1000",
        "--out",
        out,
      );
      const { recordings, conditions } = JSON.parse(readFileSync(out, "utf8")) as Robustness;
      const rows = conditions.filter((row) => row.measured).length;
      return {
        measured: `${seconds.toFixed(0)} s for ${rows} of ${conditions.length} conditions on ${recordings.n} recordings`,
        met: seconds <= 600 && recordings.failed.length === 0,
      };
    },
  },
];
