import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSource, SOURCE_LIMITS, type SourceLimits } from "../../src/batch/sources/index.ts";

const limits: SourceLimits = {
  ...SOURCE_LIMITS,
  tries: 3,
  backoffSeconds: 0.01,
  idleSeconds: 2,
  timeoutSeconds: 5,
  maxBytes: 50_000,
};
const bytes = Uint8Array.from({ length: 10_000 }, (_, i) => (i * 7) % 256);

/** A real server whose behaviour is told by the path; counts how often each was asked for. */
const asked = new Map<string, number>();
const behaviour: RequestListener = ({ url = "" }, response) => {
  const times = (asked.get(url) ?? 0) + 1;
  asked.set(url, times);
  if (url === "/good") response.end(bytes);
  else if (url === "/500-then-200") response.writeHead(times < 3 ? 500 : 200).end(times < 3 ? "" : bytes);
  else if (url === "/503") response.writeHead(503).end();
  else if (url === "/cut-then-200" && times === 1) {
    response.writeHead(200, { "content-length": 10_000 });
    response.write(bytes.subarray(0, 5000));
    setTimeout(() => response.destroy(), 50);
  } else if (url === "/cut-then-200") response.end(bytes);
  else if (url === "/403") response.writeHead(403).end();
  else if (url === "/told-large") response.writeHead(200, { "content-length": 1e9 }).flushHeaders();
  else if (url === "/endless") {
    const timer = setInterval(() => response.write(bytes), 1);
    response.on("close", () => clearInterval(timer));
  } else if (url === "/drip") {
    const timer = setInterval(() => response.write("x"), 100);
    response.on("close", () => clearInterval(timer));
  } else if (url !== "/silent") response.writeHead(404).end();
};

let server: Server;
let base = "";
beforeAll(async () => {
  server = createServer(behaviour);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe("a recording behind an address", () => {
  test.concurrent.each([
    ["/good", 1],
    ["/500-then-200", 3],
    ["/cut-then-200", 2],
  ])("%s gives its bytes after %i requests", async (path, requests) => {
    expect(await openSource(base + path, { limits })).toEqual({ bytes });
    expect(asked.get(path)).toBe(requests);
  });

  test.concurrent.each([
    ["/404", "file_missing", 1, /404/],
    ["/403", "file_unreadable", 1, /403/],
    ["/503", "source_unreachable", 3, /503/],
    ["/told-large", "source_too_large", 1, /1000000000 bytes; at most 50000 bytes/],
    ["/endless", "source_too_large", 1, /more; at most 50000 bytes/],
    ["/drip", "source_unreachable", 1, /did not end within 5 s/],
    ["/silent", "source_unreachable", 3, /no answer for 2 s/],
  ])("%s fails as %s after %i requests", async (path, code, requests, message) => {
    await expect(openSource(base + path, { limits })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
    expect(asked.get(path)).toBe(requests);
  });

  test("a server that is not there, and Ctrl-C while it is waited for", async () => {
    await expect(openSource("http://127.0.0.1:1/x.wav", { limits })).rejects.toMatchObject({
      code: "source_unreachable",
      transient: true,
    });
    const stop = new AbortController();
    const waiting = openSource(`${base}/silent`, { limits, signal: stop.signal });
    setTimeout(() => stop.abort(), 50);
    await expect(waiting).rejects.toMatchObject({ code: "aborted" });
  });

  test("a file is a path, relative to the root", async () => {
    expect(await openSource("a/b.wav", { root: "/mnt", limits })).toEqual({ path: "/mnt/a/b.wav" });
    expect(await openSource("/x/b.wav", { root: "/mnt", limits })).toEqual({ path: "/x/b.wav" });
  });
});
