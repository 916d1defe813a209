import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readAudio } from "../../src/audio/read-audio.node.ts";
import { LiveView, renderBar } from "../../src/cli/live-view.ts";
import type { Measurement, StreamEvent } from "../../src/recognize/index.ts";
import { loadRecognizer } from "../../src/recognize/load.node.ts";
import { ser } from "./run-cli.ts";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const NODE = [process.execPath, "--import", "tsx"] as const;
const clip = fileURLToPath(new URL("../../examples/clips/espeak-even-middle.wav", import.meta.url));
const sound = await readAudio(clip);
const folder = mkdtempSync(path.join(tmpdir(), "ser-listen-"));
const raw = path.join(folder, "voice.raw");
writeFileSync(raw, Buffer.from(Int16Array.from(sound.samples, (x) => 32768 * x).buffer));

const events = (stdout: string): StreamEvent[] =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as StreamEvent);

describe("ser listen --stdin", () => {
  const listen = (...args: string[]) =>
    spawnSync(NODE[0], [...NODE.slice(1), MAIN, "listen", "--stdin", "--rate", String(sound.sampleRate), ...args], {
      input: readFileSync(raw),
      encoding: "utf8",
    });

  test("--json tells the events of the library's stream, one a line", async () => {
    const { status, stdout } = listen("--json", "--format", "s16le");
    expect(status).toBe(0);
    const recognizer = await loadRecognizer();
    const stream = recognizer.stream({ sampleRate: sound.sampleRate });
    const expected = [...(await stream.push(sound.samples)), ...(await stream.end())];
    await recognizer.release();
    const told = events(stdout);
    expect(told.map(({ type }) => type)).toEqual(expected.map(({ type }) => type));
    const probabilities = (each: readonly StreamEvent[]): number[] =>
      each.flatMap((event) => (event.type === "measurement" ? Object.values(event.probabilities) : []));
    expect(probabilities(told)).toBeAllClose(probabilities(expected), { atol: 1e-5 });
  });

  test("where no terminal watches, a line an utterance", () => {
    const { status, stdout } = listen();
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ {2}0:00\.\d – {3}0:0\d\.\d {2}\w+ +\d+\.\d %\n$/);
  });
});

describe("ser listen", () => {
  // A program that a user may have: what it says and how it ends is all that matters.
  const bin = mkdtempSync(path.join(folder, "bin-"));
  function install(name: string, script: string): void {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(path.join(bin, name), 0o755);
  }
  const env = { ...process.env, PATH: `${bin}:/bin:/usr/bin` };

  test("records with arecord, and Ctrl-C ends both with the last events", async () => {
    install("arecord", `echo "$@" > ${folder}/args; cat ${raw}; exec sleep 60`);
    const child = spawn(NODE[0], [...NODE.slice(1), MAIN, "listen", "--json", "--recorder", "arecord"], { env });
    let stdout = "";
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    await new Promise<void>((resolve) => {
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
        if (stdout.includes("measurement")) resolve();
      });
      void ended.then(() => resolve());
    });
    child.kill("SIGINT");
    expect(await ended).toBe(0);
    expect(events(stdout).at(-1)).toMatchObject({ type: "utterance.end" });
    expect(readFileSync(`${folder}/args`, "utf8")).toBe("-q -t raw -f S16_LE -c 1 -r 16000\n");
  });

  test("says what is wrong when the recorder gives up", () => {
    install("arecord", 'echo "audio open error: No such device" >&2; exit 1');
    const { status, stderr } = spawnSync(NODE[0], [...NODE.slice(1), MAIN, "listen", "--recorder", "arecord"], {
      env,
      encoding: "utf8",
    });
    expect(status).toBe(2);
    expect(stderr).toContain("error: listen: arecord cannot record (audio open error: No such device); try another");
  });

  test("says what is missing", async () => {
    const saved = process.env["PATH"];
    process.env["PATH"] = folder;
    const { exitCode, stderr } = await ser(["listen"]);
    process.env["PATH"] = saved;
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/no program that records is installed \(looked for arecord, rec, sox, ffmpeg\); install/);
  });

  test.each([
    [["--stdin", "--format", "mp3"], '--format: "mp3" is none; there are s16le, s24le, s32le, f32le'],
    [["--stdin", "--rate", "100"], "sampleRate=100 must be"],
    [["--recorder", "cat"], '--recorder: "cat" is none'],
    [["--stdin", "--recorder", "sox"], "exclude each other"],
    [["--rate", "8000"], "--rate and --format are of standard input"],
  ])("%j is refused", async (args, message) => {
    const { exitCode, stderr } = await ser(["listen", ...args]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe("the live view", () => {
  test("a bar has 30 cells, in eighths", () => {
    expect(renderBar(0)).toBe(" ".repeat(30));
    expect(renderBar(1)).toBe("█".repeat(30));
    expect(renderBar(1 / 60)).toBe(`▌${" ".repeat(29)}`);
  });

  test("is drawn over itself, with a bar an emotion, and says when nobody speaks", () => {
    let written = "";
    const view = new LiveView(["happy", "sad"], (text) => (written += text));
    view.update([], 0.1);
    expect(written).toContain("no speech");
    expect(written).not.toContain("\u001B[3A");
    const measurement: Measurement = {
      type: "measurement",
      trigger: "interval",
      start: 0,
      end: 1,
      emotion: "sad",
      confidence: 0.75,
      probabilities: { happy: 0.25, sad: 0.75 },
      weight: 0,
    };
    view.update([{ type: "utterance.start", start: 0 }, measurement], 61.25);
    expect(written.split("\u001B[3A").length).toBe(2);
    expect(view.render(61.25)).toEqual([
      "  1:01.3  ● speech     sad 75.0 %",
      `  happy  ${"█".repeat(7)}▌${" ".repeat(22)}  25.0 %`,
      `▸ sad    ${"█".repeat(22)}▌${" ".repeat(7)}  75.0 %`,
    ]);
    view.update([{ type: "utterance.end", start: 0, end: 1 }], 62);
    expect(view.render(62)[0]).toBe("  1:02.0  ○ no speech  last: sad 75.0 %");
  });
});
