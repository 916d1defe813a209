export { plotClassBars } from "./class-bars.ts";
export { plotComparison, type Compared } from "./comparison.ts";
export { plotConfusion } from "./confusion.ts";
export { plotCoverage } from "./coverage.ts";
export { plotCurves, type Curve } from "./curves.ts";
export { plotHeatmap, type Heatmap } from "./heatmap.ts";
export { plotReliability } from "./reliability.ts";
export { COLOURS, FIGURE_STYLE, standalone } from "./style.ts";
export { escapeText } from "./svg.ts";
