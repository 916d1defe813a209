import type { Scores } from "../../metrics/index.ts";
import { perCent } from "./axes.ts";
import { element, figure, label, textWidth } from "./svg.ts";

const CELL = { width: 60, height: 44 };

/** How deep the colour of a full row's cell is: not so deep that text on it loses contrast. */
const DEEPEST = 0.75;

/** The confusion matrix: in each cell the count and the share of the true label, which its colour repeats. */
export function plotConfusion({ labels, confusion, perClass }: Scores): string {
  const left = 24 + Math.max(...labels.map((each) => textWidth(each, 12)));
  const top = 44;
  const width = left + labels.length * CELL.width + 64;
  const height = top + labels.length * CELL.height + 8;
  const cells = labels.flatMap((truth, t) =>
    labels.map((_, p) => {
      const { support } = perClass[truth]!;
      const count = confusion[t]![p]!;
      const share = support === 0 ? 0 : count / support;
      const [x, y] = [left + p * CELL.width, top + t * CELL.height];
      return [
        element("rect", { x, y, ...CELL, class: "cell", "fill-opacity": DEEPEST * share }),
        element("rect", { x, y, ...CELL, class: "frame" }),
        count === 0
          ? ""
          : label(x + CELL.width / 2, y + 19, count.toLocaleString("en"), {
              class: t === p ? "strong" : undefined,
              "text-anchor": "middle",
            }) +
            label(x + CELL.width / 2, y + 35, `${perCent(share)} %`, {
              class: "small ink",
              "font-size": 11,
              "text-anchor": "middle",
            }),
      ].join("");
    }),
  );
  const names = labels.flatMap((each, i) => [
    label(left + (i + 0.5) * CELL.width, top - 8, each, { "text-anchor": "middle" }),
    label(left - 8, top + (i + 0.5) * CELL.height + 4, each, { "text-anchor": "end" }),
    label(
      left + labels.length * CELL.width + 58,
      top + (i + 0.5) * CELL.height + 4,
      perClass[each]!.support.toLocaleString("en"),
      {
        class: "small",
        "text-anchor": "end",
      },
    ),
  ]);
  const right = left + labels.length * CELL.width;
  return figure(
    width,
    height,
    "Confusion matrix: rows true, columns predicted, counts and shares of the row",
    label(left, 14, "predicted →", { class: "axis-title" }),
    label(left - 8, 36, "true ↓", { class: "axis-title", "text-anchor": "end" }),
    label(right + 58, top - 8, "all", { class: "small", "text-anchor": "end" }),
    ...cells,
    ...names,
  );
}
