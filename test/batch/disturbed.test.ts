import { spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HAS_REDIS, RedisServer } from "./redis-server.ts";
import { runSer, SER, type SerProcess, startSer } from "./ser-process.ts";
import { writeVoices } from "./voices.ts";

const folder = mkdtempSync(path.join(tmpdir(), "ser-disturbed-"));
const at = (name: string): string => path.join(folder, name);
const COUNT = 40;

interface Line {
  readonly id: string;
  readonly file: string;
  readonly emotion?: string;
  readonly error?: { readonly code: string };
}

function lines(name: string): Line[] {
  if (!existsSync(at(name))) return [];
  const text = readFileSync(at(name), "utf8");
  expect(text === "" || text.endsWith("\n")).toBe(true);
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}

describe.skipIf(!HAS_REDIS || process.platform === "win32")("a batch over workers whose world breaks", () => {
  let redis: RedisServer;
  let server: Server;
  let base = "";
  const asked = new Map<string, number>();
  const running = new Set<SerProcess>();

  beforeAll(async () => {
    redis = await RedisServer.start();
    const voices = writeVoices(at("voices"), COUNT);
    // Answers 500 to the first request for each recording; one never ends.
    server = createServer(({ url = "" }, response) => {
      const times = (asked.get(url) ?? 0) + 1;
      asked.set(url, times);
      if (url === "/endless.wav") {
        const timer = setInterval(() => response.write(Buffer.alloc(1 << 16)), 5);
        response.on("close", () => clearInterval(timer));
      } else if (times === 1) response.writeHead(500).end();
      else response.end(readFileSync(voices[Number(url.slice(1))]!));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    writeFileSync(at("list.txt"), [...voices.map((_, i) => `${base}/${i}`), `${base}/endless.wav`, ""].join("\n"));
  });
  afterAll(async () => {
    for (const { child } of running) child.kill("SIGKILL");
    server.closeAllConnections();
    server.close();
    await redis.kill();
  });

  test("500 then 200, a source that never ends, a full disk: nothing lost, nothing twice, a clear account", async () => {
    for (let i = 0; i < 2; i++) {
      const args = ["--threads", "1", "--concurrency", "8", "--max-megabytes", "1", "--redis", redis.url];
      running.add(startSer(["worker", ...args]));
    }
    const command = ["batch", at("list.txt"), "--out", at("all.jsonl"), "--redis", redis.url];
    // No file may grow beyond 4 KiB: what a full disk does.
    const words = [process.execPath, SER, ...command].map((word) => `'${word}'`).join(" ");
    const full = spawn("bash", ["-c", `trap '' XFSZ; ulimit -f 4; exec ${words}`], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    full.stderr.setEncoding("utf8").on("data", (text: string) => void (said += text));
    expect(await new Promise((resolve) => full.on("close", resolve)), said).toBe(2);
    expect(said).toContain("all.jsonl: the file cannot be written (EFBIG): the disk or the quota is full");
    expect(said).not.toContain("    at ");
    const kept = lines("all.jsonl");
    expect(kept.length).toBeLessThan(COUNT);

    // Not runSer: the server with the recordings lives in this process.
    const again = startSer(command);
    running.add(again);
    expect(await again.ended, again.stderr()).toBe(1);
    const stderr = again.stderr();
    expect(stderr).toContain(`41 recordings: ${COUNT - kept.length} done now, ${kept.length} before, 1 failed`);
    expect(stderr).toMatch(/source_too_large: .*endless\.wav: more; at most 1048576 bytes are taken/);

    const results = lines("all.jsonl");
    expect(results.slice(0, kept.length)).toEqual(kept);
    expect(results.map(({ file }) => file).toSorted()).toEqual(
      Array.from({ length: COUNT }, (_, i) => `${base}/${i}`).toSorted(),
    );
    expect(lines("all.failures.jsonl").map(({ file, error }) => [file, error?.code])).toEqual([
      [`${base}/endless.wav`, "source_too_large"],
    ]);
    // The answers are those of the files themselves.
    runSer(["batch", at("voices"), "--out", at("files.jsonl"), "--threads", "2"]);
    const emotions = (all: Line[]): unknown[] =>
      all.map(({ file, emotion }) => [path.basename(file, ".wav"), emotion]).toSorted();
    expect(emotions(results)).toEqual(emotions(lines("files.jsonl")));
  }, 240_000);
});
