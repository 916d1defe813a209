/**
 * Colours of Okabe & Ito ("Color Universal Design", 2008), told apart with every kind of colour blindness and in grey; no
 * figure means anything by colour alone. In the dark the lighter ones of them are used.
 */
const LIGHT = `--paper:#ffffff;--ink:#1b1b1b;--soft:#595959;--line:#d9d9d9;--blue:#0072b2;--orange:#d55e00;--green:#009e73;--cell:#0072b2;--warn:#fff1e5`;
const DARK = `--paper:#16181c;--ink:#ececec;--soft:#b0b3b8;--line:#3a3d43;--blue:#56b4e9;--orange:#e69f00;--green:#2fc29a;--cell:#0080c8;--warn:#3a2a12`;

/** The variables that figures and pages share; what is printed is always light. */
export const COLOURS: string = `:root{color-scheme:light dark;${LIGHT}}@media screen and (prefers-color-scheme:dark){:root{${DARK}}}`;

/** What the classes in figures mean. */
export const FIGURE_STYLE: string = `
.figure{font:12px system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;max-width:100%;height:auto}
.figure text{fill:var(--ink)}
.figure .tick,.figure .small{fill:var(--soft);font-size:11px}
.figure .axis-title{fill:var(--soft)}
.figure .strong{font-weight:600}
.figure .grid{stroke:var(--line);stroke-width:1}
.figure .axis{stroke:var(--soft);stroke-width:1}
.figure .blue{fill:var(--blue);stroke:var(--blue)}
.figure .orange{fill:var(--orange);stroke:var(--orange)}
.figure .green{fill:var(--green);stroke:var(--green)}
.figure .bar{stroke:none}
.figure .open{fill:var(--paper)}
.figure .curve{fill:none;stroke-width:1.8;stroke-linejoin:round}
.figure .whisker{stroke:var(--ink);stroke-width:1.3;fill:none}
.figure .cell{fill:var(--cell)}
.figure .ink{fill:var(--ink)}
.figure .frame{fill:none;stroke:var(--line)}
.figure .dashed{stroke:var(--soft);stroke-dasharray:5 4;stroke-width:1.3;fill:none}
`;

/** A figure as a file of its own, with its style inside and a ground. */
export function standalone(svg: string): string {
  const style = `<style>${COLOURS}${FIGURE_STYLE}.figure{background:var(--paper)}</style>`;
  return `${svg.replace(">", `>${style}`)}\n`;
}
