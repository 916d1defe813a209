import { OPERATIONS } from "./operations.ts";
import { LIVE_ERRORS } from "./live-messages.ts";
import { PROBLEMS } from "./problems.ts";

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const escape = (text: string): string => text.replaceAll(/[&<>"]/g, (char) => ESCAPES[char]!);

/** Text with `code` in it. */
const prose = (text: string): string => escape(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>");

/** The pages' style; served from its own path, so that no page needs inline styles. */
export const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code{font-family:ui-monospace,monospace}table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #8884}
h2{margin-top:2rem}pre{overflow:auto;padding:.6rem;background:#8882}`;

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)}</title><link rel="stylesheet" href="/style.css"></head>
<body><main><h1>${escape(title)}</h1>
${body}
</main></body></html>
`;
}

const row = (...cells: string[]): string => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;

/** The OpenAPI description for people. */
export function docsPage(version: string): string {
  const operations = Object.values(OPERATIONS).map(
    ({ method, path, summary, description = "", key, problems }) =>
      `<h2><code>${method.toUpperCase()} ${path}</code></h2><p>${prose(summary)}. ${prose(description)}${
        key ? " Needs a key where the server has keys." : ""
      }</p><p>Problems: ${problems.map((code) => `<a href="#${code}"><code>${code}</code></a>`).join(", ")}</p>`,
  );
  const problems = Object.entries(PROBLEMS).map(
    ([code, { status, title }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escape(title)}</td></tr>`,
  );
  const live = Object.entries(LIVE_ERRORS).map(([code, { fatal, close }]) =>
    row(`<code>${code}</code>`, fatal ? `ends the session (close code ${close})` : "the message is not taken"),
  );
  return page(
    `speech-emotion ${version}: the API`,
    `<p>The same for programs: <a href="/openapi.json">openapi.json</a>. Errors are problem details (RFC 9457): branch on <code>code</code>.</p>
<pre>curl -H "Authorization: Bearer $KEY" --data-binary @voice.wav -H "Content-Type: audio/wav" http://localhost:8080/v1/recognize
curl -H "Authorization: Bearer $KEY" -F audio=@voice.mp3 "http://localhost:8080/v1/recognize?minConfidence=0.5"</pre>
${operations.join("\n")}
<h2>Problems</h2><table><tr><th>Code</th><th>Status</th><th></th></tr>${problems.join("")}</table>
<h2>Errors of live sessions</h2><table>${live.join("")}</table>`,
  );
}

/** What stands at `/` where the web page has not been built. */
export function homePage(version: string): string {
  return page(
    "speech-emotion",
    `<p>Version ${escape(version)} is running. <a href="/docs">The API</a>, <a href="/readyz">its state</a>.</p>`,
  );
}
