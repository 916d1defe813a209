import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { SpeechEmotionClient } from "../../src/client/index.ts";
import { mutated } from "./mutations.ts";
import { Random } from "../../src/random.ts";
import { serve } from "./start.ts";

const clip = readFileSync(new URL("../../examples/clips/espeak-even-middle.wav", import.meta.url));
const mp3 = readFileSync(new URL("../audio/fixtures/source.mp3", import.meta.url));
/** Node itself refuses every write to the disk; 20 still calls the permissions an experiment. */
const permission = process.allowedNodeEnvironmentFlags.has("--permission")
  ? "--permission"
  : "--experimental-permission";
const addons = process.allowedNodeEnvironmentFlags.has("--allow-addons") ? " --allow-addons" : "";

test("a server that may write nothing to the disk serves as ever; its log is JSON and has nothing of what was sent", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "ser-private-"));
  const server = await serve([], {
    NODE_OPTIONS: `${permission} --allow-fs-read=* --allow-worker${addons} --disable-warning=ExperimentalWarning --disable-warning=SecurityWarning`,
    TMPDIR: folder,
    HOME: folder,
  });
  const form = new FormData();
  form.append("audio", new Blob([clip]), "my-secret-name.wav");
  const post = (body: BodyInit, query = ""): Promise<Response> =>
    fetch(`${server.url}/v1/recognize${query}`, { method: "POST", body });
  expect((await post(form, "?minConfidence=0.123")).status).toBe(200);
  const random = new Random(3, "mutations");
  for (let i = 0; i < 16; i++) expect([200, 413, 422]).toContain((await post(mutated(mp3, i, random))).status);
  expect((await fetch(`${server.url}/my/secret-path?secret-query=1`)).status).toBe(404);
  const live = await new SpeechEmotionClient({ url: server.url }).live({ sampleRate: 22_050 });
  await live.send(new Int16Array(clip.buffer.slice(clip.byteOffset + 44, clip.byteOffset + clip.length)));
  live.end();
  const types: string[] = [];
  for await (const { type } of live) types.push(type);
  expect(types).toContain("measurement.result");
  server.child.kill("SIGTERM");
  expect(await server.ended).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });

  const said = server.stderr().trim().split("\n");
  const lines = said.filter((line) => line.startsWith("{"));
  // For who sits before it; all else is JSON.
  const plain = [expect.stringContaining("Ctrl-C stops"), "", "stopping; once more to quit at once"];
  expect(said.filter((line) => !line.startsWith("{"))).toEqual(plain);
  const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(logged.length).toBeGreaterThan(20);
  expect(JSON.stringify(logged)).not.toMatch(/secret|0\.123|espeak|source\.|127\.0\.0\.1(?!:\d+","version)/);
  // No more than is said in docs/server.md.
  const known = ["level", "time", "msg", "id", "route", "status", "client", "ms", "url", "version", "open", "live"];
  expect([...new Set(logged.flatMap((line) => Object.keys(line)))].filter((key) => !known.includes(key))).toEqual([]);
});
