import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

// Beside the reference tests because it installs the package's dependencies: half a minute on an idle machine.
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const read = (name: string): string => readFileSync(path.join(ROOT, "deploy", name), "utf8");

/** Follows a Containerfile's instructions in `folder`: copies, runs, and returns the command and its environment. */
function follow(containerfile: string, folder: string): { command: string[]; env: Record<string, string> } {
  const env: Record<string, string> = {};
  let command: string[] = [];
  for (const line of containerfile.split("\n")) {
    const [, instruction, rest] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
    if (instruction === "COPY") {
      const words = rest!.split(" ");
      const target = words.pop()!;
      for (const word of words) {
        const to = target.endsWith("/") ? path.join(folder, target, word) : path.join(folder, target);
        cpSync(path.join(ROOT, word), to, { recursive: true });
      }
    } else if (instruction === "RUN") {
      const { status, stderr } = spawnSync("bash", ["-c", rest!], { cwd: folder, encoding: "utf8" });
      if (status !== 0) throw new Error(`${rest}: ${stderr}`);
    } else if (instruction === "ENV") {
      for (const [, name, value] of rest!.matchAll(/(\w+)=(\S+)/g)) env[name!] = value!;
    } else if (instruction === "CMD") command = JSON.parse(rest!) as string[];
  }
  return { command, env };
}

test("the container file's steps make a server that answers and stops", { timeout: 600_000 }, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "ser-container-"));
  let child: ChildProcess | undefined;
  try {
    const { command, env } = follow(read("Containerfile"), folder);
    child = spawn(command[0]!, command.slice(1), {
      cwd: folder,
      env: { PATH: process.env["PATH"], ...env, SER_HOST: "127.0.0.1", SER_PORT: "0" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = new Promise<number | null>((resolve) => child!.on("close", resolve));
    let log = "";
    child.stderr!.setEncoding("utf8").on("data", (text: string) => (log += text));
    await expect.poll(() => log, { timeout: 60_000 }).toContain("Ctrl-C stops");
    const url = /(http:\S+): the API/.exec(log)![1]!;
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 60_000 }).toBe(200);
    const clip = readFileSync(path.join(ROOT, "examples/clips/espeak-even-middle.wav"));
    const answer = await fetch(`${url}/v1/recognize`, { method: "POST", body: clip });
    expect(await answer.json()).toMatchObject({ segments: [{ emotion: expect.any(String) }] });
    // The web page, not the line that stands in for it.
    expect(await (await fetch(url)).text()).toMatch(/<script type="module"[^>]* src="\.\/assets\//);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    const lines = log.split("\n").filter((line) => line.startsWith("{"));
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toContain("stopped");
  } finally {
    child?.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
});
