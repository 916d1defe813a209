export { type ReportEntry } from "./entry.ts";
export { renderHtml } from "./html.ts";
export { renderMarkdown } from "./markdown.ts";
export { copiesBeside, variantOf } from "./protocol-entries.ts";
export { readResults } from "./read-results.ts";
export { worstErrors, type WrongAnswer } from "./worst-errors.ts";
export { writeReport } from "./write-report.ts";
export { leakSentences } from "./words.ts";
