import { percent } from "../../arithmetic.ts";
import type { GroupSummary, Interval } from "../../metrics/index.ts";
import { axes, linear, perCent, SHARE_TICKS, type Scale } from "./axes.ts";
import { element, figure, label, textWidth } from "./svg.ts";

const METRICS = [
  { key: "precision", title: "precision", colour: "orange" },
  { key: "recall", title: "recall", colour: "blue" },
  { key: "f1", title: "F1", colour: "green" },
] as const;
const BAR = 13;
const GROUP = METRICS.length * BAR + 12;

/** Precision, recall and F1 of every label as bars, with 95 % intervals as whiskers and the figure at the end. */
export function plotClassBars({ labels, perClass, intervals }: GroupSummary): string {
  const left = 84 + Math.max(...labels.map((each) => textWidth(each, 12)));
  const top = 16;
  const bottom = top + labels.length * GROUP;
  const x = linear([0, 1], [left, left + 380]);
  const y = linear([labels.length, 0], [bottom, top]);
  const bars = labels.flatMap((each, i) => [
    label(left - 74, top + i * GROUP + GROUP / 2 + 4, each, { class: "strong", "text-anchor": "end" }),
    ...METRICS.map(({ key, title, colour }, m) => {
      const value = perClass[each]![key];
      const place = top + i * GROUP + 6 + m * BAR;
      const interval = intervals.perClass[each]?.[key] ?? null;
      return [
        label(left - 6, place + 10, title, { class: "small", "text-anchor": "end" }),
        element("rect", { x: left, y: place + 1, width: x(value) - left, height: BAR - 2, class: `${colour} bar` }),
        whisker(x, interval, place + BAR / 2),
        label(x(Math.max(value, interval?.[1] ?? 0)) + 6, place + 10, percent(value), { class: "small" }),
      ].join("");
    }),
  ]);
  const frame = axes({
    x,
    y,
    xTitle: "per cent; whiskers: 95 % interval over speakers",
    yTitle: "",
    xTicks: SHARE_TICKS,
    yTicks: [],
    format: { x: perCent },
  });
  return figure(x(1) + 48, bottom + 44, "Precision, recall and F1 by emotion with 95 % intervals", frame, ...bars);
}

/** An interval as a line with ends. */
export function whisker(x: Scale, interval: Interval, y: number): string {
  if (interval === null) return "";
  const [low, high] = interval.map(x) as [number, number];
  return element("path", {
    d: `M${low.toFixed(1)} ${y - 3}v6M${low.toFixed(1)} ${y}H${high.toFixed(1)}M${high.toFixed(1)} ${y - 3}v6`,
    class: "whisker",
  });
}
