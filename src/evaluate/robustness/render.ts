import { percent } from "../../arithmetic.ts";
import { renderTable } from "../../corpora/index.ts";
import type { Interval } from "../../metrics/index.ts";
import type { MeasuredCondition, Robustness } from "./result.ts";

const padded = (share: number): string => percent(share).padStart(5);

const withInterval = (share: number, interval: Interval): string =>
  interval === null ? padded(share) : `${padded(share)}  ${interval.map(padded).join(" … ")}`;

/** The result as text for a terminal: what was measured on what, then a table, the clean figures first. */
export function renderRobustness({ clean, conditions, recordings, model }: Robustness): string {
  const corpora = Object.entries(recordings.perCorpus).map(([name, n]) => `${name} ${n.toLocaleString("en")}`);
  const head = [
    ...(recordings.seen > 0
      ? [`SEEN: the model was trained or chosen on ${recordings.seen} of these ${recordings.n} recordings`, ""]
      : []),
    `${model.preset} on ${recordings.n.toLocaleString("en")} recordings of ${recordings.speakers} speakers (${corpora.join(", ")}); ` +
      "per cent, with 95 % intervals by bootstrap over speakers",
    "",
  ];
  const row = ({ name, description, unchanged, uar, noSpeech, intervals }: MeasuredCondition): string[] => [
    name,
    withInterval(unchanged, intervals.unchanged),
    withInterval(uar, intervals.uar),
    padded(noSpeech),
    description,
  ];
  const rows = conditions.map((condition) =>
    condition.measured
      ? row(condition)
      : [condition.name, `not measured: ${condition.reason}`, "", "", condition.description],
  );
  return [...head, renderTable(["condition", "unchanged", "UAR", "no speech", ""], [row(clean), ...rows])].join("\n");
}
