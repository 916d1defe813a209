import type { EpochRow } from "../../fit/index.ts";
import { axes, linear, perCent, ticks } from "./axes.ts";
import { element, figure, label, path } from "./svg.ts";

/** The learning curve of one training. */
export interface Curve {
  readonly name: string;
  /** One for each epoch. */
  readonly rows: readonly Omit<EpochRow, "seconds">[];
  /** From 1; the epoch whose weights were kept. */
  readonly bestEpoch: number | null;
}

const [LEFT, TOP, WIDTH, HEIGHT, GAP] = [50, 46, 300, 210, 76] as const;

/** Loss and accuracy by epoch, of training (dashed) and validation (solid), every training a line; a dot at the epoch kept. */
export function plotCurves(curves: readonly Curve[]): string {
  const epochs = Math.max(2, ...curves.map(({ rows }) => rows.length));
  const validated = curves.some(({ rows }) => rows.some((row) => row.val_loss !== undefined));
  const panel = (
    left: number,
    title: string,
    keys: readonly ["loss" | "accuracy", "val_loss" | "val_accuracy"],
  ): string => {
    const values = curves.flatMap(({ rows }) => rows.flatMap((row) => keys.flatMap((key) => row[key] ?? [])));
    const share = keys[0] === "accuracy";
    const domain: readonly [number, number] = share ? [0, 1] : [0, 1.04 * Math.max(...values)];
    const x = linear([1, epochs], [left, left + WIDTH]);
    const y = linear(domain, [TOP + HEIGHT, TOP]);
    const opacity = curves.length > 4 ? 0.55 : 1;
    const lines = curves.flatMap(({ rows, bestEpoch }) => {
      const points = (key: (typeof keys)[number]): [number, number][] =>
        rows.flatMap((row): [number, number][] => (row[key] === undefined ? [] : [[x(row.epoch), y(row[key])]]));
      const best = rows.find((row) => row.epoch === bestEpoch);
      const kept = best && (best[keys[1]] ?? best[keys[0]]);
      return [
        path(points(keys[0]), {
          class: "curve orange",
          "stroke-dasharray": "5 3",
          "stroke-opacity": opacity,
          fill: "none",
        }),
        path(points(keys[1]), { class: "curve blue", "stroke-opacity": opacity, fill: "none" }),
        best === undefined || kept === undefined
          ? ""
          : element("circle", {
              cx: x(best.epoch),
              cy: y(kept),
              r: 3.5,
              class: best[keys[1]] === undefined ? "orange" : "blue",
            }),
      ];
    });
    return [
      axes({
        x,
        y,
        xTitle: "epoch",
        yTitle: title,
        xTicks: ticks([1, epochs], 6).filter(Number.isInteger),
        yTicks: ticks(domain, 5),
        ...(share && { format: { y: perCent } }),
      }),
      ...lines,
    ].join("");
  };
  const key = (x: number, text: string, attributes: Record<string, string>): string =>
    element("line", { x1: x, x2: x + 26, y1: 12, y2: 12, class: "curve", ...attributes }) + label(x + 32, 16, text);
  return figure(
    LEFT + 2 * WIDTH + GAP + 20,
    TOP + HEIGHT + 44,
    `Learning curves of ${curves.length === 1 ? "the training" : `${curves.length} trainings`}: loss and accuracy by epoch`,
    key(LEFT, "training", { class: "curve orange", "stroke-dasharray": "5 3" }),
    validated ? key(LEFT + 110, "validation", { class: "curve blue" }) : "",
    label(LEFT + (validated ? 230 : 110), 16, "dot: the epoch whose weights were kept", { class: "small" }),
    panel(LEFT, "loss, nats", ["loss", "val_loss"]),
    panel(LEFT + WIDTH + GAP, "accuracy, per cent", ["accuracy", "val_accuracy"]),
  );
}
