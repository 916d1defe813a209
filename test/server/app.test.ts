import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadRecognizer } from "../../src/recognize/load.node.ts";
import type { ProblemDetails } from "../../src/server/index.ts";
import { makeKey } from "../../src/server/keys.node.ts";
import { ser } from "../cli/run-cli.ts";
import { appOf } from "./app-of.ts";

const CLIP = fileURLToPath(new URL("../../examples/clips/espeak-even-middle.wav", import.meta.url));
const clip = readFileSync(CLIP);
const recognizer = await loadRecognizer();

const post = (body: BodyInit, headers: Record<string, string> = {}): RequestInit => ({ method: "POST", body, headers });
const raw = (body: BodyInit): RequestInit => post(body, { "content-type": "audio/wav" });

function form(name: string, value: Blob | string): FormData {
  const body = new FormData();
  if (typeof value === "string") body.append(name, value);
  else body.append(name, value, "clip.wav");
  return body;
}

async function problemOf(response: Response): Promise<Partial<ProblemDetails>> {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  const problem = (await response.json()) as ProblemDetails;
  expect(problem).toMatchObject({ status: response.status, type: `/docs#${problem.code}` });
  expect(problem.instance).toBe(response.headers.get("x-request-id"));
  expect(problem.detail.length).toBeGreaterThan(10);
  return { status: problem.status, code: problem.code };
}

test("a recording, raw or in a form, gets what ser predict --timeline --json says", async () => {
  const { app } = appOf(recognizer);
  const { stdout } = await ser(["predict", CLIP, "--timeline", "--json", "--min-confidence", "0.2"]);
  const { segments } = JSON.parse(stdout) as { segments: unknown[] };
  expect(segments.length).toBeGreaterThan(0);
  const answers = await Promise.all([
    app.request("/v1/recognize?minConfidence=0.2", raw(clip)),
    app.request("/v1/recognize?minConfidence=0.2", post(clip)),
    app.request("/v1/recognize?minConfidence=0.2", post(form("audio", new Blob([clip])))),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  const [a, b, c] = await Promise.all(answers.map((answer) => answer.json()));
  // 22.05 kHz or whatever espeak wrote: the length by the header's own numbers.
  const seconds = clip.readUInt32LE(40) / clip.readUInt32LE(28);
  expect(a).toEqual({ file: null, seconds: expect.closeTo(seconds, 3), segments });
  expect(b).toEqual(a);
  expect(c).toEqual({ ...(a as object), file: "clip.wav" });
});

test("minConfidence=1 leaves segments without an emotion", async () => {
  const { app } = appOf(recognizer);
  const answer = await app.request("/v1/recognize?minConfidence=1", raw(clip));
  const { segments } = (await answer.json()) as { segments: { emotion: string | null }[] };
  expect(segments.map(({ emotion }) => emotion)).toEqual([null]);
});

test("what is wrong with a request has its code", async () => {
  const { app } = appOf(recognizer, { maxBytes: 200_000, maxSeconds: 2 });
  const sent = async (url: string, init: RequestInit) => problemOf(await app.request(url, init));
  const wav = "/v1/recognize";
  const broken = "multipart/form-data; boundary=x";
  const silent = Buffer.from(clip.subarray(0, 44));
  silent.writeUInt32LE(36, 4);
  expect(await sent(`${wav}?minConfidence=2`, raw(clip))).toEqual({ status: 400, code: "parameter_invalid" });
  expect(await sent(`${wav}?minConfidence=`, raw(clip))).toEqual({ status: 400, code: "parameter_invalid" });
  expect(await sent(`${wav}?min=0.5`, raw(clip))).toEqual({ status: 400, code: "parameter_invalid" });
  expect(await sent(wav, post("x", { "content-type": broken }))).toEqual({ status: 400, code: "body_invalid" });
  expect(await sent(wav, post(form("file", new Blob([clip]))))).toEqual({ status: 400, code: "audio_missing" });
  expect(await sent(wav, post(form("audio", "a text")))).toEqual({ status: 400, code: "audio_missing" });
  const twice = form("audio", new Blob([clip]));
  twice.append("audio", new Blob([clip]));
  expect(await sent(wav, post(twice))).toEqual({ status: 400, code: "body_invalid" });
  expect(await sent(wav, post("{}", { "content-type": "application/json" }))).toEqual({
    status: 415,
    code: "unsupported_media_type",
  });
  expect(await sent(wav, raw(new Uint8Array(200_001)))).toEqual({ status: 413, code: "body_too_large" });
  expect(await sent(wav, post(form("audio", new Blob([new Uint8Array(200_001)]))))).toEqual({
    status: 413,
    code: "body_too_large",
  });
  // 2.3 s
  expect(await sent(wav, raw(clip))).toEqual({ status: 413, code: "audio_too_long" });
  expect(await sent(wav, { method: "POST" })).toEqual({ status: 422, code: "audio_empty" });
  expect(await sent(wav, raw("no audio at all, but text"))).toEqual({ status: 422, code: "audio_undecodable" });
  expect(await sent(wav, raw(silent))).toEqual({ status: 422, code: "audio_no_samples" });
  const slow = Buffer.from(clip.subarray(0, 20_044));
  slow.writeUInt32LE(100, 24);
  expect(await sent(wav, raw(slow))).toEqual({ status: 422, code: "audio_rate_unsupported" });
  // 32-bit floats, of which one is no number.
  const floats = Buffer.from(clip.subarray(0, 20_044));
  floats.writeUInt16LE(3, 20);
  floats.writeUInt16LE(4, 32);
  floats.writeUInt16LE(32, 34);
  floats.writeFloatLE(Number.NaN, 44);
  expect(await sent(wav, raw(floats))).toEqual({ status: 422, code: "audio_not_finite" });
});

test("a body without a length is stopped at the limit, and nothing stays reserved", async () => {
  const { app, budget } = appOf(recognizer, { maxBytes: 10_000 });
  let given = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      given += 1000;
      controller.enqueue(new Uint8Array(1000));
    },
  });
  const init = { ...raw(endless), duplex: "half" };
  expect(await problemOf(await app.request("/v1/recognize", init))).toEqual({ status: 413, code: "body_too_large" });
  expect(given).toBeLessThan(20_000);
  expect(budget.used).toBe(0);
});

test("more uploads than memory is meant for are refused for a while", async () => {
  const { app, budget } = appOf(recognizer, { pendingBytes: 50_000 });
  const refused = await app.request("/v1/recognize", raw(clip));
  expect(refused.headers.get("retry-after")).toBe("1");
  expect(await problemOf(refused)).toEqual({ status: 503, code: "overloaded" });
  expect(budget.used).toBe(0);
});

test("paths and methods that are not there", async () => {
  const { app } = appOf(recognizer);
  expect(await problemOf(await app.request("/v2"))).toEqual({ status: 404, code: "not_found" });
  const refused = await app.request("/v1/recognize");
  expect(refused.headers.get("allow")).toBe("POST");
  expect(await problemOf(refused)).toEqual({ status: 405, code: "method_not_allowed" });
  expect(await problemOf(await app.request("/v1/live"))).toEqual({ status: 426, code: "upgrade_required" });
});

test("with keys, only who has one comes in; guesses are counted by their address", async () => {
  const { key, line } = makeKey("alice");
  const { app, log } = appOf(recognizer, { rate: 0.01, burst: 3 }, { keys: `# ours\n${line}\n` });
  const asked = (authorization?: string) =>
    app.request("/v1/models", { headers: authorization ? { authorization } : {} });
  expect((await asked(`Bearer ${key}`)).status).toBe(200);
  for (const wrong of [undefined, "Bearer x", `Basic ${key}`]) {
    const refused = await asked(wrong);
    expect(refused.headers.get("www-authenticate")).toBe("Bearer");
    expect(await problemOf(refused)).toEqual({ status: 401, code: "unauthorized" });
  }
  const limited = await asked("Bearer y");
  expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(90);
  expect(await problemOf(limited)).toEqual({ status: 429, code: "rate_limited" });
  expect((await asked(`Bearer ${key}`)).status).toBe(200);
  expect(log[0]!.fields).toMatchObject({ client: "alice", route: "/v1/models", status: 200 });
  expect(JSON.stringify(log)).not.toContain(key);
  expect((await app.request("/metrics")).status).toBe(429);
  expect((await app.request("/healthz")).status).toBe(200);
});

test("the state is told, and a server that stops takes nothing new", async () => {
  for (const [state, status] of [
    ["ok", 200],
    ["starting", 503],
    ["stopping", 503],
  ] as const) {
    const ready = await appOf(recognizer, {}, { state: () => state }).app.request("/readyz");
    expect([ready.status, await ready.json()]).toEqual([status, { status: state }]);
  }
  const { app } = appOf(recognizer, {}, { state: () => "stopping" });
  expect(await problemOf(await app.request("/v1/recognize", raw(clip)))).toEqual({ status: 503, code: "stopping" });
  expect((await app.request("/healthz")).status).toBe(200);
  expect((await app.request("/metrics")).status).toBe(200);
});

test("a bug of ours is a 500 whose reason stays in the log", async () => {
  const { app, log } = appOf(recognizer, {}, { recognize: () => Promise.reject(new TypeError("x of undefined")) });
  const response = await app.request("/v1/recognize", { ...raw(clip), headers: { "x-request-id": "trace-12345" } });
  expect(response.headers.get("x-request-id")).toBe("trace-12345");
  expect(await response.clone().text()).not.toContain("undefined");
  expect(await problemOf(response)).toEqual({ status: 500, code: "internal" });
  expect(log[0]).toMatchObject({ message: "internal error", fields: { id: "trace-12345" } });
});

test("no name, query, path or audio that a client sent is logged", async () => {
  const { app, log } = appOf(recognizer);
  await app.request("/v1/recognize?minConfidence=0.25", post(form("audio", new Blob([clip]))));
  await app.request("/secret/path?name=mine", { headers: { "x-request-id": "bad id\t" } });
  expect(log.length).toBe(2);
  expect(JSON.stringify(log)).not.toMatch(/secret|mine|clip|0\.25|bad id|RIFF/);
});

test("no other origin may call, unless it is named; headers keep the pages to themselves", async () => {
  const headers = { origin: "https://app.example" };
  const closed = await appOf(recognizer).app.request("/v1/models", { headers });
  expect(closed.headers.get("access-control-allow-origin")).toBe(null);
  const { app } = appOf(recognizer, { corsOrigins: ["https://app.example"] });
  const open = await app.request("/v1/models", { headers });
  expect(open.headers.get("access-control-allow-origin")).toBe("https://app.example");
  const other = await app.request("/v1/models", { headers: { origin: "https://evil.example" } });
  expect(other.headers.get("access-control-allow-origin")).toBe(null);
  const page = await app.request("/");
  expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
  expect(page.headers.get("x-content-type-options")).toBe("nosniff");
  expect(page.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
});

test("pages, figures and the description are there; the built web page stands at /", async () => {
  const { app } = appOf(recognizer);
  await app.request("/v1/recognize", raw(clip));
  const text = async (url: string) => (await app.request(url)).text();
  expect(await text("/")).toContain('href="/docs"');
  const docs = await text("/docs");
  for (const told of [
    "audio_too_long",
    "?minConfidence=",
    "segments[].confidence",
    "models[].labels",
    "session.update",
  ])
    expect(docs).toContain(told);
  expect(await text("/style.css")).toContain("body{");
  expect(await text("/metrics")).toMatch(/ser_http_requests_total\{route="\/v1\/recognize",status="200"\} 1\n/);
  expect(await text("/metrics")).toMatch(/ser_audio_seconds_total 2\.33/);
  expect(JSON.parse(await text("/openapi.json"))).toMatchObject({ openapi: "3.1.0", info: { version: "1.2.3" } });
  const folder = path.dirname(CLIP);
  const built = appOf(
    recognizer,
    {},
    {
      web: async (request) =>
        new URL(request.url).pathname === "/" ? new Response(readFileSync(`${folder}/make.sh`), { status: 200 }) : null,
    },
  );
  expect(await (await built.app.request("/")).text()).toContain("espeak");
  expect((await built.app.request("/other")).status).toBe(404);
});
