import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readSettings, renderSettings } from "../../src/server/index.ts";
import { KeyRing, makeKey } from "../../src/server/keys.node.ts";
import { Guard } from "../../src/server/guard.ts";
import { RateLimit } from "../../src/server/rate-limit.ts";
import { ser } from "../cli/run-cli.ts";

test("flags win over the environment, the environment over the defaults", () => {
  const environment = {
    SER_MAX_BYTES: "5000",
    SER_PORT: "1",
    SER_ANONYMOUS: "true",
    SER_CORS_ORIGINS: "http://a, http://b",
  };
  expect(readSettings({ port: "2", trustProxy: true }, environment)).toMatchObject({
    port: 2,
    maxBytes: 5000,
    anonymous: true,
    trustProxy: true,
    openMetrics: false,
    corsOrigins: ["http://a", "http://b"],
    host: "127.0.0.1",
  });
});

test("what breaks a rule is named as it was given", () => {
  expect(() => readSettings({ port: "80000" }, {})).toThrow('--port: "80000" must be a number in 0 … 65535');
  expect(() => readSettings({}, { SER_JOB_SECONDS: "soon" })).toThrow('SER_JOB_SECONDS: "soon" must be a number');
  expect(() => readSettings({}, { SER_ANONYMOUS: "maybe" })).toThrow(
    'SER_ANONYMOUS: "maybe" must be 1, true, 0 or false',
  );
  expect(() => readSettings({ logLevel: "loud" }, {})).toThrow('--log-level: "loud" is none; there are trace, debug');
});

test("docs/server.md has the table as it is (npm run settings writes it)", () => {
  expect(readFileSync(new URL("../../docs/server.md", import.meta.url), "utf8")).toContain(renderSettings());
});

test("ser serve: help tells every flag with its variable; keys are made; nobody is let in from afar by mistake", async () => {
  const help = (await ser(["help", "serve"])).stdout;
  expect(help.replaceAll(/\s+/g, " ")).toContain(
    "--max-bytes <bytes> the largest upload; default 33554432 [SER_MAX_BYTES]",
  );
  const made = await ser(["serve", "--make-key", "alice"]);
  const key = /: (ser_\S+)\n$/.exec(made.stderr)![1]!;
  expect(new KeyRing(made.stdout).ownerOf(key)).toBe("alice");
  expect(made.stdout).not.toContain(key);
  const refused = await ser(["serve", "--host", "0.0.0.0", "--port", "0"]);
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("give --keys <file>") });
  const missing = await ser(["serve", "--keys", "/nowhere/keys"]);
  expect(missing).toMatchObject({
    exitCode: 2,
    stderr: "error: --keys: /nowhere/keys: there is no such file; ser serve --make-key <name> makes one\n",
  });
});

test("a file of keys: comments, several owners, lines that are none", () => {
  const [a, b] = [makeKey("a"), makeKey("b.c-d_e")];
  expect(a.key).not.toBe(b.key);
  const ring = new KeyRing(`# two\n\n${a.line}\n${b.line} # laptop\n`);
  expect([a.key, b.key, `${a.key}x`, ""].map((key) => ring.ownerOf(key))).toEqual(["a", "b.c-d_e", null, null]);
  expect(() => new KeyRing(`${a.line}\n${b.key}\n`, "keys.txt")).toThrow(/^keys\.txt, line 2: must be "name sha256/);
  expect(() => new KeyRing("# none\n")).toThrow("there is no key in it");
  expect(() => makeKey("a b")).toThrow('key name "a b"');
});

test("a bucket gives its burst at once, then its rate, to each client", () => {
  let now = 0;
  const limit = new RateLimit(2, 3, () => now);
  expect([1, 2, 3].map(() => limit.take("a"))).toEqual([0, 0, 0]);
  expect(limit.take("a")).toBe(0.5);
  expect(limit.take("b")).toBe(0);
  now = 0.25;
  expect(limit.take("a")).toBe(0.25);
  now = 0.5;
  expect([limit.take("a"), limit.take("a")]).toEqual([0, 0.5]);
  // After a long pause no more than the burst.
  now = 1000;
  expect([1, 2, 3, 4].map(() => limit.take("a"))).toEqual([0, 0, 0, 0.5]);
});

test("what is owed is paid before the next token", () => {
  let now = 0;
  const limit = new RateLimit(2, 3, () => now);
  expect([1, 2, 3, 4, 5].map(() => limit.owe("a"))).toEqual([0, 0, 0, 0.5, 1]);
  expect([limit.take("a"), limit.take("b")]).toEqual([1.5, 0]);
  now = 1.5;
  expect([limit.take("a"), limit.owe("a")]).toEqual([0, 0.5]);
});

test("a client's address is the connection's, or the trusted proxy's word; pages of elsewhere are told from our own", () => {
  const options = { rate: 1, burst: 1, trustProxy: false, openMetrics: false, corsOrigins: ["https://app.example"] };
  const forwarded = new Headers({ "x-forwarded-for": "6.6.6.6, 10.0.0.7" });
  expect(new Guard(null, options).addressOf(forwarded, "1.2.3.4")).toBe("1.2.3.4");
  expect(new Guard(null, { ...options, trustProxy: true }).addressOf(forwarded, "1.2.3.4")).toBe("10.0.0.7");
  const guard = new Guard(null, options);
  const from = (origin?: string) => () =>
    guard.checkOrigin(new Headers({ host: "ser.example:8080", ...(origin !== undefined && { origin }) }));
  for (const good of [undefined, "http://ser.example:8080", "https://app.example"]) expect(from(good)).not.toThrow();
  for (const bad of ["http://evil.example", "null", "http://ser.example"]) expect(from(bad)).toThrow("this origin");
});
