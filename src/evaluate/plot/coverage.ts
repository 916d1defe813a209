import { percent } from "../../arithmetic.ts";
import type { GroupSummary } from "../../metrics/index.ts";
import { axes, linear, perCent, SHARE_TICKS } from "./axes.ts";
import { element, figure, label, path } from "./svg.ts";

const [LEFT, TOP, WIDTH, HEIGHT] = [46, 30, 320, 270] as const;

/** Accuracy of what is still answered when the least confident recordings are refused. */
export function plotCoverage({ coverage, accuracy }: GroupSummary): string {
  const lowest = Math.min(accuracy, ...coverage.points.map((point) => point.accuracy));
  const x = linear([0, 1], [LEFT, LEFT + WIDTH]);
  const y = linear([Math.max(0, Math.floor(lowest * 5 - 0.5) / 5), 1], [TOP + HEIGHT, TOP]);
  const marked = [0.5, 0.8].flatMap((share) => coverage.points.find((point) => point.coverage >= share - 1e-9) ?? []);
  return figure(
    LEFT + WIDTH + 30,
    TOP + HEIGHT + 44,
    "Accuracy of what is answered against the share that is answered",
    axes({
      x,
      y,
      xTitle: "answered, per cent (the most confident)",
      yTitle: "accuracy of the answered, per cent",
      xTicks: SHARE_TICKS,
      yTicks: SHARE_TICKS.filter((tick) => tick >= y.domain[0]),
      format: { x: perCent, y: perCent },
    }),
    path(
      [
        [x(0), y(accuracy)],
        [x(1), y(accuracy)],
      ],
      { class: "dashed" },
    ),
    label(x(0) + 6, y(accuracy) + 15, `all answered: ${percent(accuracy)}`, { class: "small" }),
    path(
      coverage.points.map((point) => [x(point.coverage), y(point.accuracy)]),
      { class: "curve blue" },
    ),
    ...marked.flatMap(({ coverage: share, accuracy: right, threshold }) => [
      element("circle", { cx: x(share), cy: y(right), r: 3.5, class: "blue" }),
      label(x(share) + 6, y(right) - 7, `${percent(right)} at ≥ ${perCent(threshold)} %`, {
        class: "small",
      }),
    ]),
  );
}
