import { percent } from "../../arithmetic.ts";
import type { Interval } from "../../metrics/index.ts";
import { axes, linear, perCent, SHARE_TICKS } from "./axes.ts";
import { whisker } from "./class-bars.ts";
import { element, figure, label, textWidth } from "./svg.ts";

/** One result of a comparison. */
export interface Compared {
  readonly name: string;
  /** Speakers or recordings of its test were in training. */
  readonly leaky: boolean;
  /** A share, 0 … 1. */
  readonly value: number;
  /** 95 %, as shares; null where there is none. */
  readonly interval: Interval;
}

const ROW = 26;

/** Results side by side: a dot and its 95 % interval each; open and named where the split is leaky. */
export function plotComparison(title: string, rows: readonly Compared[]): string {
  const named = rows.map((row) => ({ ...row, text: row.leaky ? `${row.name} (leaky)` : row.name }));
  const left = 16 + Math.max(...named.map(({ text }) => textWidth(text, 12)));
  const top = 14;
  const bottom = top + rows.length * ROW;
  const x = linear([0, 1], [left, left + 300]);
  const marks = named.flatMap(({ text, leaky, value, interval }, i) => {
    const y = top + (i + 0.5) * ROW;
    return [
      label(left - 10, y + 4, text, { "text-anchor": "end" }),
      whisker(x, interval, y),
      element("circle", { cx: x(value), cy: y, r: 4.5, class: leaky ? "orange open" : "blue", "stroke-width": 2 }),
      label(x(Math.max(value, interval?.[1] ?? 0)) + 10, y + 4, percent(value), { class: "small" }),
    ];
  });
  const frame = axes({
    x,
    y: linear([rows.length, 0], [bottom, top]),
    xTitle: `${title}, per cent; whiskers: 95 % interval over speakers`,
    yTitle: "",
    xTicks: SHARE_TICKS,
    yTicks: [],
    format: { x: perCent },
  });
  return figure(x(1) + 44, bottom + 44, `${title} of ${rows.length} results with 95 % intervals`, frame, ...marks);
}
