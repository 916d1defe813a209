import { LIVE_ERRORS } from "./live-messages.ts";
import type { Json } from "./openapi.ts";
import { type Operation, OPERATIONS } from "./operations.ts";
import { PROBLEMS } from "./problems.ts";

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

const escape = (text: string): string => text.replaceAll(/[&<>"]/g, (char) => ESCAPES[char]!);

/** Text with `code` in it. */
const prose = (text: string): string => escape(text).replaceAll(/`([^`]+)`/g, "<code>$1</code>");

/** The pages' style; served from its own path, so that no page needs inline styles. */
export const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code{font-family:ui-monospace,monospace}table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #8884}
h2{margin-top:2rem}h3{font-size:1rem;margin-bottom:.2rem}pre{overflow:auto;padding:.6rem;background:#8882}`;

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css"></head>
<body><main><h1>${escape(title)}</h1>
${body}
</main></body></html>
`;
}

const row = (...cells: string[]): string => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
const code = (text: string): string => `<code>${escape(text)}</code>`;

/** The fields of a schema as OpenAPI has it, in a table; those of an array's elements or an object's fields below their own. */
function fields(schema: Json, schemas: Json, prefix = ""): string {
  const { $ref, items, properties } = schema as { $ref?: string; items?: Json; properties?: Record<string, Json> };
  if ($ref !== undefined) return fields(schemas[$ref.split("/").at(-1)!] as Json, schemas, prefix);
  if (items) return fields(items, schemas, `${prefix}[].`);
  return Object.entries(properties ?? {})
    .map(([name, field]) => {
      const { description = "", anyOf = [field] } = field as { description?: string; anyOf?: readonly Json[] };
      const shown = anyOf.flatMap(({ type = "" }) => type as string | string[]).join(" or ");
      return row(code(prefix + name), escape(shown), prose(description)) + fields(field, schemas, prefix + name);
    })
    .join("");
}

const table = (rows: string): string => (rows === "" ? "" : `<table>${rows}</table>`);

interface Described {
  readonly parameters?: readonly { readonly name: string; readonly description: string; readonly schema: Json }[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema: Json }>> }>>;
}

function operationSection(
  { method, path, summary, description = "", key, problems }: Operation,
  openApi: Json,
): string {
  const { paths, components } = openApi as {
    paths: Record<string, Record<string, Described>>;
    components: { schemas: Json };
  };
  const { parameters = [], responses } = paths[path]![method]!;
  const asked = parameters.map(({ name, description: what, schema: { type, minimum, maximum } }) =>
    row(code(`?${name}=`), escape(`${String(type)}, ${String(minimum)} … ${String(maximum)}`), prose(what)),
  );
  const answer = fields(responses["200"]?.content?.["application/json"]?.schema ?? {}, components.schemas);
  const own = problems.filter((each) => each !== "internal");
  const told = own.map((each) => `<a href="#${each}"><code>${each}</code></a>`).join(", ");
  return `<h2>${code(`${method.toUpperCase()} ${path}`)}</h2>
<p>${prose(summary)}. ${prose(description)}${key ? " Needs a key where the server has keys." : ""}</p>
${table(asked.join(""))}${answer && `<h3>Answer</h3>${table(answer)}`}
${told && `<p>Problems: ${told}</p>`}`;
}

/** The OpenAPI description for people. */
export function docsPage(version: string, openApi: Json): string {
  const problems = Object.entries(PROBLEMS).map(
    ([name, { status, title }]) =>
      `<tr id="${name}"><td>${code(name)}</td><td>${status}</td><td>${escape(title)}</td></tr>`,
  );
  const live = Object.entries(LIVE_ERRORS).map(([name, { fatal, close }]) =>
    row(code(name), fatal ? `ends the session (close code ${close})` : "the message is not taken"),
  );
  return page(
    `speech-emotion ${version}: the API`,
    `<p>The same for programs: <a href="/openapi.json">openapi.json</a>. Errors are problem details (RFC 9457): branch on <code>code</code>.</p>
<pre>curl -H "Authorization: Bearer $KEY" -F audio=@voice.mp3 "http://localhost:8080/v1/recognize?minConfidence=0.5"
curl -H "Authorization: Bearer $KEY" -H "Content-Type: audio/wav" \\
  --data-binary @voice.wav http://localhost:8080/v1/recognize</pre>
${Object.values(OPERATIONS)
  .map((operation) => operationSection(operation, openApi))
  .join("\n")}
<h2>A live session</h2>
<pre>→ {"type": "session.update", "sample_rate": 16000, "interval_ms": 500}
← {"type": "session.updated", "session_id": "…", "sample_rate": 16000, "interval_ms": 500, "encoding": "s16le", "labels": […]}
→ 3200 bytes: 0.1 s of 16-bit little-endian samples; and so on
← {"type": "utterance.start", "audio_start_ms": 380}
← {"type": "measurement.result", "trigger": "interval", "audio_start_ms": 380, "audio_end_ms": 880,
   "emotion": "happy", "confidence": 0.71, "probabilities": {…}}
← {"type": "utterance.end", "audio_start_ms": 380, "audio_end_ms": 2410}
→ {"type": "session.end"}
← {"type": "session.ended", "reason": "client", "audio_ms": 3000}</pre>
<table><tr><th>Error</th><th></th></tr>${live.join("")}</table>
<h2>Problems</h2><p>Any request may meet <a href="#internal"><code>internal</code></a>.</p>
<table><tr><th>Code</th><th>Status</th><th></th></tr>${problems.join("")}</table>`,
  );
}

/** What stands at `/` where the web page has not been built. */
export function homePage(version: string): string {
  return page(
    "speech-emotion",
    `<p>Version ${escape(version)} is running. <a href="/docs">The API</a>, <a href="/readyz">its state</a>.</p>`,
  );
}
