import { mkdtempSync } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { AwsClient } from "aws4fetch";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { batchInputs } from "../../src/batch/index.ts";
import { openSource, parseS3, SOURCE_LIMITS } from "../../src/batch/sources/index.ts";

/** The S3 server from npm; it has no types of its own. */
interface S3Server {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
  readonly httpServer?: Server;
}
const S3rver = createRequire(import.meta.url)("s3rver") as new (options: object) => S3Server;

const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * 13) % 256);
const keys = ["calls/a.wav", "calls/deep/ü & <b>+c d.wav", "calls/notes.txt", "other/z.wav"];
let server: S3Server;

beforeAll(async () => {
  server = new S3rver({
    port: 0,
    silent: true,
    directory: mkdtempSync(path.join(tmpdir(), "ser-s3-")),
    configureBuckets: [{ name: "archive" }],
  });
  const { port } = await server.run();
  vi.stubEnv("AWS_ENDPOINT_URL", `http://127.0.0.1:${port}`);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "S3RVER");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "S3RVER");
  vi.stubEnv("AWS_REGION", "us-east-1");
  const client = new AwsClient({
    accessKeyId: "S3RVER",
    secretAccessKey: "S3RVER",
    service: "s3",
    region: "us-east-1",
  });
  for (const key of keys) {
    const url = `http://127.0.0.1:${port}/archive/${key.split("/").map(encodeURIComponent).join("/")}`;
    const { status } = await client.fetch(url, { method: "PUT", body: bytes });
    expect(status).toBe(200);
  }
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

test("an object's bytes, whatever its key is made of", async () => {
  for (const key of keys) {
    expect(await openSource(`s3://archive/${key}`, { limits: SOURCE_LIMITS })).toEqual({ bytes });
  }
});

test("what is not there, and an address without a bucket", async () => {
  await expect(openSource("s3://archive/none.wav", { limits: SOURCE_LIMITS })).rejects.toMatchObject({
    code: "file_missing",
  });
  expect(() => parseS3("s3://")).toThrow("must be s3://bucket/key");
});

test("a prefix means all audio below it", async () => {
  const found: string[] = [];
  for await (const { file, location } of batchInputs(["s3://archive/calls/"])) {
    expect(location).toBe(file);
    found.push(file);
  }
  expect(found.toSorted()).toEqual(["s3://archive/calls/a.wav", "s3://archive/calls/deep/ü & <b>+c d.wav"]);
});

test("a prefix without audio is an error", async () => {
  const listing = batchInputs(["s3://archive/none/"]);
  await expect(listing.next()).rejects.toMatchObject({ code: "corpus_empty" });
});
