/** How a page of a report looks: one column, figures side by side where there is room, nothing cut in print. */
export const PAGE_STYLE: string = `
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif}
main{max-width:1080px;margin:0 auto;padding:24px 20px 60px}
h1{font-size:26px;line-height:1.25;margin:0 0 12px}
h2{font-size:20px;margin:0 0 6px;padding-top:28px;border-top:2px solid var(--line)}
h3{font-size:15px;margin:26px 0 6px}
section{margin-top:34px}
p{margin:6px 0;max-width:80ch}
.lead,.note,.header{color:var(--soft)}
.note{font-size:13px}
.warning{background:var(--warn);border-left:4px solid var(--orange);padding:8px 12px}
.tiles{display:flex;flex-wrap:wrap;gap:12px;margin:14px 0 6px}
.tile{border:1px solid var(--line);border-radius:6px;padding:8px 16px;display:flex;flex-direction:column;min-width:150px}
.tile b{font-size:24px;line-height:1.3;font-variant-numeric:tabular-nums}
.tile span{color:var(--soft);font-size:13px}
.figures{display:flex;flex-wrap:wrap;gap:18px 32px;align-items:flex-start}
figure,.figures>div{max-width:100%;min-width:0}
figure{margin:14px 0 0;break-inside:avoid}
figcaption{font-weight:600;margin-bottom:6px}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums}
th,td{padding:3px 12px 3px 0;text-align:left;white-space:nowrap;border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:600;vertical-align:bottom}
th,td:not(.number){white-space:normal}
.number{text-align:right}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;font-size:13px;margin:6px 0}
dt{font-weight:600}
dd{margin:0;overflow-wrap:anywhere}
.contents{font-size:13px;padding-left:18px}
a{color:var(--blue)}
tr{break-inside:avoid}
@media print{body{font-size:11pt}main{max-width:none;padding:0}section+section{break-before:page}h3,figcaption{break-after:avoid}.scroll{overflow:visible}table{font-size:8pt}th,td{padding-right:7px}.tiles{gap:8px}.tile{min-width:105px;padding:6px 10px}}
`;
