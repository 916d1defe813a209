import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test, vi } from "vitest";
import { FeatureCache } from "../../src/corpora/index.ts";
import { readFeatures, writeFeatures } from "../../src/corpora/facts.ts";
import { Matrix } from "../../src/matrix.ts";
import { keyOf } from "./cache-writer.ts";
import { temporaryFolder, tree } from "./trees.ts";

const WRITER = fileURLToPath(new URL("./cache-writer.ts", import.meta.url));
const writer = (folder: string, count: number, bytes: number): ChildProcess =>
  spawn(process.execPath, ["--import", "tsx", WRITER, folder, String(count), String(bytes)], {
    stdio: ["ignore", "pipe", "inherit"],
  });

const entryOf = (cache: FeatureCache, key: string): string =>
  path.join(cache.folder, "test@1", key.slice(0, 2), key.slice(2));
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(path.join(folder, name), { throwIfNoEntry: false })?.isFile())
    .map((name) => path.basename(name));

afterEach(() => vi.unstubAllEnvs());

describe("FeatureCache", () => {
  test("gives back what was written, by key and kind", () => {
    const cache = new FeatureCache({ folder: temporaryFolder() });
    expect(cache.read(keyOf(1), "test@1")).toBeUndefined();
    cache.write(keyOf(1), "test@1", Uint8Array.of(1, 2, 3));
    cache.write(keyOf(1), "test@2", new Uint8Array(0));
    expect(cache.read(keyOf(1), "test@1")).toEqual(Uint8Array.of(1, 2, 3));
    expect(cache.read(keyOf(1), "test@2")).toEqual(new Uint8Array(0));
    expect(cache.read(keyOf(2), "test@1")).toBeUndefined();
  });

  test("features keep their shape and their bits", () => {
    const cache = new FeatureCache({ folder: temporaryFolder() });
    const features = new Matrix(3, 2, Float32Array.of(1.5, -0, 1e-42, 3.4e38, 0.1, -7));
    writeFeatures(cache, keyOf(1), "some@1", features);
    expect(readFeatures(cache, keyOf(1), "some@1")).toEqual(features);
    expect(Object.is(readFeatures(cache, keyOf(1), "some@1")!.data[1], -0)).toBe(true);
    writeFeatures(cache, keyOf(2), "some@1", new Matrix(0, 54));
    expect(readFeatures(cache, keyOf(2), "some@1")).toEqual(new Matrix(0, 54));
  });

  test("a damaged entry is a miss, and is written anew", () => {
    const cache = new FeatureCache({ folder: temporaryFolder() });
    const key = keyOf(1);
    const file = entryOf(cache, key);
    const good = (): void => void cache.write(key, "test@1", new Uint8Array(100).fill(7));
    good();
    const length = readFileSync(file).length;
    for (let i = 0; i < length; i += 9) {
      const bytes = readFileSync(file);
      bytes[i]! ^= 0x10;
      writeFileSync(file, bytes);
      expect(cache.read(key, "test@1")).toBeUndefined();
      good();
    }
    for (const kept of [0, 5, 39, 40, length - 1]) {
      truncateSync(file, kept);
      expect(cache.read(key, "test@1")).toBeUndefined();
      good();
    }
    expect(cache.read(key, "test@1")).toEqual(new Uint8Array(100).fill(7));
  });

  test("several processes write the same entries at once: all are whole, nothing is left over", async () => {
    const folder = temporaryFolder();
    const children = [writer(folder, 60, 50_000), writer(folder, 60, 50_000), writer(folder, 60, 50_000)];
    const codes = await Promise.all(children.map(async (child) => (await once(child, "exit")) as [number]));
    expect(codes.map(([code]) => code)).toEqual([0, 0, 0]);
    const cache = new FeatureCache({ folder });
    for (let i = 0; i < 20; i++) expect(cache.read(keyOf(i), "test@1")).toEqual(new Uint8Array(50_000).fill(i));
    expect(filesIn(folder)).toHaveLength(20);
  });

  test("kill -9 while writing leaves whole entries or none", async () => {
    const bytes = 20_000_000;
    let unfinished = 0;
    for (let round = 0; round < 3; round++) {
      const folder = temporaryFolder();
      const child = writer(folder, 0, bytes);
      await once(child.stdout!, "data");
      // In the middle of a write: as soon as a temporary file is seen.
      const deadline = Date.now() + 10_000;
      while (!filesIn(folder).some((name) => name.endsWith(".tmp")) && Date.now() < deadline) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      child.kill("SIGKILL");
      await once(child, "exit");
      const cache = new FeatureCache({ folder });
      let whole = 0;
      for (let i = 0; i < 20; i++) {
        const payload = cache.read(keyOf(i), "test@1");
        if (!payload) {
          expect(existsSync(entryOf(cache, keyOf(i)))).toBe(false);
          continue;
        }
        whole++;
        expect(payload.length).toBe(bytes);
        expect(payload.every((byte) => byte === i)).toBe(true);
      }
      expect(whole).toBeGreaterThan(0);
      expect(cache.stats().entries).toBe(whole);
      const left = filesIn(folder).filter((name) => name.endsWith(".tmp"));
      unfinished += left.length;
      cache.clear();
      expect(filesIn(folder)).toEqual([]);
    }
    // At least one of the kills came before the write was finished, or this test proves nothing.
    expect(unfinished).toBeGreaterThan(0);
  });

  test("the oldest entries go when the limit is passed; abandoned temporary files too", () => {
    const cache = new FeatureCache({ folder: temporaryFolder(), limit: 3000 });
    for (let i = 0; i < 5; i++) {
      cache.write(keyOf(i), "test@1", new Uint8Array(960));
      // 1,000 bytes each with the header; entry 4 is the oldest.
      utimesSync(entryOf(cache, keyOf(i)), 1000 - i, 1000 - i);
    }
    const abandoned = `${entryOf(cache, keyOf(0))}.00000000-0000-0000-0000-000000000000.tmp`;
    const current = `${entryOf(cache, keyOf(0))}.11111111-0000-0000-0000-000000000000.tmp`;
    writeFileSync(abandoned, "x");
    utimesSync(abandoned, 1000, 1000);
    writeFileSync(current, "x");
    expect(cache.enforceLimit()).toBe(2);
    expect([0, 1, 2, 3, 4].map((i) => cache.read(keyOf(i), "test@1") !== undefined)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect([existsSync(abandoned), existsSync(current)]).toEqual([false, true]);
    expect(cache.enforceLimit()).toBe(0);
  });

  test("counts and clears its own entries, and nothing else in the folder", () => {
    const folder = tree({ "precious.txt": "mine", "notes/ab/file": "mine", "test@1/readme": "mine" });
    const cache = new FeatureCache({ folder, limit: 1e6 });
    cache.write(keyOf(1), "test@1", new Uint8Array(60));
    cache.write(keyOf(2), "other@1", new Uint8Array(160));
    expect(cache.stats()).toEqual({
      folder,
      limit: 1e6,
      entries: 2,
      bytes: 300,
      kinds: { "test@1": { entries: 1, bytes: 100 }, "other@1": { entries: 1, bytes: 200 } },
    });
    cache.clear();
    expect(cache.stats().entries).toBe(0);
    expect(filesIn(folder).sort()).toEqual(["file", "precious.txt", "readme"]);
    expect(new FeatureCache({ folder: `${folder}/none` }).stats().entries).toBe(0);
  });

  test("folder and limit come from the environment", () => {
    vi.stubEnv("SER_CACHE", "");
    vi.stubEnv("SER_CACHE_LIMIT", "");
    vi.stubEnv("XDG_CACHE_HOME", "");
    expect(new FeatureCache().folder).toBe(path.join(homedir(), ".cache/speech-emotion"));
    expect(new FeatureCache().limit).toBe(8e9);
    vi.stubEnv("XDG_CACHE_HOME", "/tmp/xdg");
    expect(new FeatureCache().folder).toBe("/tmp/xdg/speech-emotion");
    vi.stubEnv("SER_CACHE", "/tmp/own");
    expect(new FeatureCache().folder).toBe("/tmp/own");
    for (const [text, bytes] of [
      ["1500000", 1.5e6],
      ["500MB", 5e8],
      ["2.5 gb", 2.5e9],
      ["1T", 1e12],
    ] as const) {
      vi.stubEnv("SER_CACHE_LIMIT", text);
      expect(new FeatureCache().limit).toBe(bytes);
    }
    for (const text of ["lots", "0", "-1GB", "5XB"]) {
      vi.stubEnv("SER_CACHE_LIMIT", text);
      expect(() => new FeatureCache()).toThrow(`SER_CACHE_LIMIT: "${text}" must be a size such as 500MB or 8GB`);
    }
  });
});
