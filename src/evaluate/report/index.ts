export { type ReportEntry } from "./entry.ts";
export { renderHtml } from "./html.ts";
export { renderMarkdown } from "./markdown.ts";
export { readResults } from "./read-results.ts";
export { writeReport } from "./write-report.ts";
