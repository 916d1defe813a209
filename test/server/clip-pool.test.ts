import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadRecognizer } from "../../src/recognize/load.node.ts";
import { ClipPool } from "../../src/server/clip-pool.node.ts";
import { flacBomb } from "./hostile.ts";

const clip = readFileSync(new URL("../../examples/clips/espeak-even-middle.wav", import.meta.url));

test(
  "a decoder that does not come to an end, or eats the memory, is ended and replaced",
  { timeout: 120_000 },
  async () => {
    const network = await loadRecognizer();
    const { labels, windowSeconds, frontEnd } = network;
    const shared = {
      featureSet: frontEnd.id,
      labels,
      windowSeconds,
      classifyFeatures: (clips: Parameters<typeof network.classifyFeatures>[0]) => network.classifyFeatures(clips),
    };
    const never = new AbortController().signal;
    const job = (bytes: Uint8Array<ArrayBuffer>) => ({
      bytes: Uint8Array.from(bytes).buffer,
      minConfidence: 0,
      maxSeconds: 1e9,
    });
    const replaced: unknown[] = [];
    const options = { threads: 1, queue: 1, onReplaced: (cause: unknown) => replaced.push(cause) };
    const slow = new ClipPool(shared, { ...options, jobSeconds: 1, memoryBytes: Infinity });
    await slow.whenReady();
    const endless = slow.run(job(flacBomb(20 * 3600)), never);
    const waiting = slow.run(job(clip), never);
    const refused = slow.run(job(clip), never);
    await expect(refused).rejects.toMatchObject({ code: "overloaded" });
    await expect(endless).rejects.toMatchObject({ code: "audio_too_costly", message: expect.stringContaining("1 s") });
    expect((await waiting).segments.length).toBe(1);
    expect(replaced.length).toBe(1);
    const gone = new AbortController();
    const left = slow.run(job(clip), gone.signal);
    gone.abort();
    await expect(left).rejects.toMatchObject({ code: "aborted" });
    await slow.close();
    const large = new ClipPool(shared, { ...options, jobSeconds: 100, memoryBytes: 1 });
    await large.whenReady();
    const eater = large.run(job(flacBomb(20 * 3600)), never);
    await expect(eater).rejects.toMatchObject({ code: "audio_too_costly", message: expect.stringContaining("memory") });
    await large.close();
    await network.release();
  },
);
