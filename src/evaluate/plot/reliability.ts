import { percent } from "../../arithmetic.ts";
import type { GroupSummary } from "../../metrics/index.ts";
import { axes, linear, perCent, SHARE_TICKS, ticks } from "./axes.ts";
import { element, figure, label, path } from "./svg.ts";

const [LEFT, TOP, SIZE, COUNTS] = [46, 78, 270, 50] as const;
/** A bin of fewer recordings says little: its bar is pale. */
const FEW = 10;

/** Reliability diagram: how often it is right (bars) where it is so sure (dots on the diagonal), and how often it is so sure. */
export function plotReliability({ reliability, ece, n }: GroupSummary): string {
  const x = linear([0, 1], [LEFT, LEFT + SIZE]);
  const y = linear([0, 1], [TOP + SIZE, TOP]);
  const filled = reliability.filter((bin) => bin.n > 0);
  const most = Math.max(...filled.map((bin) => bin.n / n));
  const base = TOP + SIZE + 58 + COUNTS;
  const counts = linear([0, most], [base, base - COUNTS]);
  const bars = filled.flatMap(({ low, high, accuracy, confidence, n: own }) => {
    const [left, width] = [x(low) + 1, x(high) - x(low) - 2];
    return [
      element("rect", {
        x: left,
        y: y(accuracy!),
        width,
        height: y(0) - y(accuracy!),
        class: "blue bar",
        "fill-opacity": own < FEW ? 0.35 : undefined,
      }),
      element("line", {
        x1: x(confidence!),
        x2: x(confidence!),
        y1: y(accuracy!),
        y2: y(confidence!),
        class: "orange",
        "stroke-width": 2,
      }),
      element("circle", { cx: x(confidence!), cy: y(confidence!), r: 3, class: "orange" }),
      element("rect", {
        x: left,
        y: counts(own / n),
        width,
        height: base - counts(own / n),
        class: "blue bar",
        "fill-opacity": 0.55,
      }),
    ];
  });
  return figure(
    LEFT + SIZE + 20,
    base + 42,
    `Reliability diagram: expected calibration error ${percent(ece)} per cent`,
    axes({
      x,
      y,
      xTitle: "",
      yTitle: "accuracy, per cent",
      xTicks: SHARE_TICKS,
      yTicks: SHARE_TICKS,
      format: { x: perCent, y: perCent },
    }),
    axes({
      x,
      y: counts,
      xTitle: "confidence, per cent",
      yTitle: "recordings, per cent",
      xTicks: SHARE_TICKS,
      yTicks: ticks([0, most], 2),
      format: { x: perCent, y: perCent },
    }),
    ...bars,
    path(
      [
        [x(0), y(0)],
        [x(1), y(1)],
      ],
      { class: "dashed" },
    ),
    label(LEFT, 14, `calibration error ${percent(ece)} %`, { class: "strong" }),
    label(LEFT, 31, "bars: accuracy; pale of fewer than 10 recordings", { class: "small" }),
    label(LEFT, 46, "dots: mean confidence; dashed: perfect", { class: "small" }),
  );
}
