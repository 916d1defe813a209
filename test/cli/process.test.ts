import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { DATA_FOLDER, HAS_DATA } from "../data.ts";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const NODE = [process.execPath, "--import", "tsx"] as const;

test("a reader that leaves early is no error", () => {
  const pipe = `"${NODE.join('" "')}" "${MAIN}" --help | (exec 0<&-; sleep 1); echo "\${PIPESTATUS[0]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", pipe], { encoding: "utf8" });
  expect({ stdout, stderr }).toEqual({ stdout: "0\n", stderr: "" });
});

test("the exit code reaches the shell, results stdout and errors stderr", () => {
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(NODE[0], [...NODE.slice(1), MAIN, ...args], { encoding: "utf8" });
    return { status, stdout, stderr };
  };
  expect(run("--version")).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: "" });
  expect(run("cache", "build")).toEqual({ status: 2, stdout: "", stderr: expect.stringMatching(/^error: .*\n$/) });
});

test.skipIf(!HAS_DATA)("Ctrl-C stops the command and gives 130", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "ser-signal-"));
  const cache = path.join(folder, "cache");
  const child = spawn(NODE[0], [...NODE.slice(1), MAIN, "cache", "build", "--corpora", `${DATA_FOLDER}/tess`], {
    env: { ...process.env, SER_CACHE: cache },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  // The first entry of the cache shows that the work is under way.
  while (!existsSync(cache) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGINT");
  expect(await ended).toBe(130);
  expect(stderr).toMatch(/^\nstopping; once more to quit at once\n.+\n$/);
  rmSync(folder, { recursive: true, force: true });
});
