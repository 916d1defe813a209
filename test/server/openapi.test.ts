import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Json, openApi } from "../../src/server/openapi.ts";
import type { RunningServer } from "../../src/server/index.ts";
import { silentWav } from "./hostile.ts";
import { FULL, start, TIMEOUT } from "./start.ts";

interface Described {
  readonly parameters?: readonly { readonly name: string; readonly schema: { minimum?: number; maximum?: number } }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema: Json }>> }>>;
}
type Description = Readonly<Record<string, Readonly<Record<string, Described>>>>;

const { paths, components } = openApi("1") as { paths: Description; components: { schemas: Record<string, Json> } };
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => ({ path, method, described })),
);
let server: RunningServer;

beforeAll(async () => {
  ({ server } = await start({ maxSeconds: 60 }));
  await server.ready;
});
afterAll(() => server.stop());

/** Whether a JSON value is as a schema says: the naive reading of the keywords that ours have. */
function matches(value: unknown, schema: Json): boolean {
  const {
    $ref,
    type,
    properties = {},
    required = [],
    items,
    anyOf,
    enum: choices,
    minimum,
    maximum,
  } = schema as {
    [key: string]: never;
  } & {
    $ref?: string;
    type?: string;
    properties?: Record<string, Json>;
    required?: string[];
    items?: Json;
    anyOf?: Json[];
  };
  if ($ref !== undefined) return matches(value, components.schemas[$ref.split("/").at(-1)!]!);
  if (Array.isArray(type)) return type.some((each) => matches(value, { ...schema, type: each as unknown }));
  if (anyOf) return anyOf.some((each) => matches(value, each));
  if (choices && !(choices as unknown[]).includes(value)) return false;
  if (type === "object") {
    const object = value as Record<string, unknown>;
    const known = Object.keys(object).every((key) => key in properties && matches(object[key], properties[key]!));
    return known && required.every((key) => key in object);
  }
  if (type === "array") return Array.isArray(value) && value.every((each) => matches(each, items!));
  if (type === "null") return value === null;
  if (type === "integer" || type === "number") {
    const number = value as number;
    return typeof value === "number" && !(number < (minimum ?? -Infinity)) && !(number > (maximum ?? Infinity));
  }
  return type === undefined || typeof value === type;
}

const audio = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  // Made when sent: what fails is then shown short.
  fc.constantFrom(1, 2, 3),
  fc
    .constantFrom("RIFF", "fLaC", "OggS", "ID3\u0004")
    .map((magic) => new TextEncoder().encode(magic.padEnd(80, "\u0001"))),
);
const bytesOf = (body: Uint8Array | number): Uint8Array<ArrayBuffer> =>
  typeof body === "number" ? silentWav(body) : Uint8Array.from(body);
const value = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }).map(String), fc.string(), fc.double().map(String));

/** A request that the description allows, or nearly so. */
const requests = fc.constantFrom(...operations).chain((operation) => {
  const names = (operation.described.parameters ?? []).map(({ name }) => name);
  const types = Object.keys(operation.described.requestBody?.content ?? {});
  return fc.record({
    operation: fc.constant(operation),
    query: fc.dictionary(fc.constantFrom(...names, "other"), value, { maxKeys: 2 }),
    type: fc.constantFrom(...types.map((type) => type.replace("*", "wav")), "text/plain"),
    part: fc.option(fc.constantFrom("audio", "audio", "file")),
    body: types.length > 0 ? audio : fc.constant(null),
    id: fc.string(),
  });
});

test(
  "whatever the description allows: no 500, and every answer is one that it names",
  { timeout: TIMEOUT },
  async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(requests, async ({ operation, query, type, part, body, id }) => {
        const { path, method, described } = operation;
        const form = new FormData();
        if (part !== null && body !== null) form.append(part, new Blob([bytesOf(body)]), "x.wav");
        const multipart = type === "multipart/form-data";
        const response = await fetch(`${server.url}${path}?${new URLSearchParams(query)}`, {
          method: method.toUpperCase(),
          headers: {
            "x-request-id": id.replaceAll(/[^ -~]/g, ""),
            ...(body !== null && !multipart && { "content-type": type }),
          },
          ...(body !== null && { body: multipart ? form : bytesOf(body) }),
        });
        const text = await response.text();
        const status = String(response.status);
        seen.add(`${path} ${status}`);
        expect(response.status).not.toBe(500);
        expect(Object.keys(described.responses)).toContain(status);
        const contentType = response.headers.get("content-type")!.split(";")[0]!;
        const content = described.responses[status]!.content!;
        expect(Object.keys(content)).toContain(contentType);
        if (contentType.endsWith("json")) expect(matches(JSON.parse(text), content[contentType]!.schema)).toBe(true);
      }),
      { numRuns: FULL ? 3000 : 150, seed: 9 },
    );
    // The check itself: it has met answers of several kinds.
    for (const met of ["/v1/recognize 200", "/v1/recognize 400", "/v1/recognize 415", "/v1/recognize 422"]) {
      expect([...seen]).toContain(met);
    }
    expect(matches({ status: "fine" }, { $ref: "#/components/schemas/Health" })).toBe(false);
  },
);
