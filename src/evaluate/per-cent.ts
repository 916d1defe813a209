import { percent } from "../arithmetic.ts";
import { renderInterval, type Interval } from "../metrics/index.ts";
import type { Spread } from "./protocol/result.ts";

/** A share and its interval as per cent: "61.3 (58.0–64.6)"; without an interval the figure alone. */
export function withInterval(share: number, interval: Interval): string {
  return interval === null ? percent(share) : `${percent(share)} (${renderInterval(interval)})`;
}

/** Mean and standard deviation of shares as per cent: "64.1 ± 2.3"; of a single value the mean alone. */
export function plusMinus({ mean, sd }: Spread): string {
  return sd === null ? percent(mean) : `${percent(mean)} ± ${percent(sd)}`;
}
