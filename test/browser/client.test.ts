import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { loadRecognizer } from "../../src/recognize/load.node.ts";
import { makeKey } from "../../src/server/keys.node.ts";
import { ser } from "../cli/run-cli.ts";
import { serve } from "../server/start.ts";
import { HAS_CHROMIUM } from "./chromium.ts";
import type { ClientAnswer, Servers } from "./client-page.ts";
import { openSite, resultOf } from "./site.ts";

const CLIP = fileURLToPath(new URL("../../examples/clips/espeak-even-middle.wav", import.meta.url));

describe.skipIf(!HAS_CHROMIUM)("the typed client in headless Chromium, against ser serve on another origin", () => {
  test("recognises a file, streams a clip live, and is told what is refused", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "ser-client-"));
    const [keys, list] = [path.join(folder, "keys.txt"), path.join(folder, "servers.json")];
    const { key, line } = makeKey("page");
    writeFileSync(keys, `${line}\n`);
    const site = await openSite("client-page.ts", { "/servers.json": list, "/voice.wav": CLIP });
    const { origin } = new URL(site.page.url());
    const open = await serve(["--cors-origins", origin, "--keys", keys]);
    const closed = await serve();
    try {
      const servers: Servers = { open: open.url, closed: closed.url, apiKey: key };
      writeFileSync(`${list}.new`, JSON.stringify(servers));
      renameSync(`${list}.new`, list);
      const { file, models, events, seconds, refusals } = await resultOf<ClientAnswer>(site);

      const predicted = JSON.parse((await ser(["predict", CLIP, "--timeline", "--json"])).stdout) as object;
      expect(file).toMatchObject({ ...predicted, file: null });
      expect(models).toBe(1);

      const { samples, sampleRate } = await readAudio(CLIP);
      const sound = new Float32Array(samples.length + sampleRate);
      sound.set(samples);
      const recognizer = await loadRecognizer();
      const stream = recognizer.stream({ sampleRate, interval: 0.4 });
      const expected = [...(await stream.push(sound)), ...(await stream.end())];
      await recognizer.release();
      const types = expected.map(({ type }) => (type === "measurement" ? "measurement.result" : type));
      expect(events.map(({ type }) => type)).toEqual([...types, "session.ended"]);
      for (const [i, event] of expected.entries()) {
        if (event.type !== "measurement") continue;
        const { trigger, emotion, confidence } = event;
        expect(events[i]).toMatchObject({ trigger, emotion, confidence: expect.closeTo(confidence, 4) });
      }
      expect(events.at(-1)).toMatchObject({
        reason: "client",
        audio_ms: Math.round((1000 * sound.length) / sampleRate),
      });
      // It was live: the clip has 2.3 s.
      expect(seconds).toBeGreaterThan(2.2);

      // A browser tells a page nothing of a refused upgrade, nor of an answer that is not for its origin.
      expect(refusals).toEqual([
        "audio_undecodable",
        "config_invalid",
        "unauthorized",
        "unreachable",
        "unreachable",
        "unreachable",
        "unreachable",
      ]);
    } finally {
      await site.close();
      for (const { child, ended } of [open, closed]) {
        child.kill("SIGTERM");
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    }
  }, 180_000);
});
