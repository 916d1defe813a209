import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { environmentOf, SETTING_NAMES } from "../../src/server/index.ts";
import { OPERATIONS } from "../../src/server/operations.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const read = (name: string): string => readFileSync(path.join(ROOT, "deploy", name), "utf8");

test("what the examples set and ask for exists", () => {
  const variables = ["Containerfile", "speech-emotion.service", "kubernetes.yaml"].flatMap((name) => [
    ...read(name).matchAll(/\bSER_[A-Z_]+/g),
  ]);
  expect(variables.length).toBeGreaterThan(8);
  const known = SETTING_NAMES.map(environmentOf);
  expect(variables.map(([name]) => name).filter((name) => !known.includes(name))).toEqual([]);
  const probes = [
    ...read("kubernetes.yaml").matchAll(/path: (\/\w+)/g),
    ...read("Containerfile").matchAll(/'(\/\w+)'/g),
  ];
  const paths: readonly string[] = Object.values(OPERATIONS).map(({ path: each }) => each);
  expect(probes.map(([, probe]) => probe).filter((probe) => !paths.includes(probe!))).toEqual([]);
});

const seconds = (file: string, pattern: RegExp): number => Number(pattern.exec(read(file))![1]);

test("the examples give the server the time and the memory that they tell it to take", () => {
  const [unit, kubernetes] = ["speech-emotion.service", "kubernetes.yaml"];
  const drain = /SER_DRAIN_SECONDS(?:=|, value: ")(\d+)/;
  expect(seconds(unit, /TimeoutStopSec=(\d+)/)).toBeGreaterThan(seconds(unit, drain));
  const pause = seconds(kubernetes, /command: \["sleep", "(\d+)"\]/);
  const grace = seconds(kubernetes, /terminationGracePeriodSeconds: (\d+)/);
  expect(grace).toBeGreaterThan(seconds(kubernetes, drain) + pause);
  const memory = seconds(kubernetes, /SER_MEMORY_BYTES, value: "(\d+)"/);
  expect(seconds(kubernetes, /memory: (\d+)Gi/) * 2 ** 30).toBeGreaterThan(1.5 * memory);
});

// Where there is systemd it reads the unit itself, and says what it does not know.
test.skipIf(spawnSync("systemd-analyze", ["--version"]).status !== 0)("systemd takes the unit", () => {
  const unit = path.join(ROOT, "deploy/speech-emotion.service");
  const { stdout, stderr } = spawnSync("systemd-analyze", ["verify", unit], { encoding: "utf8" });
  const about = `${stdout}${stderr}`.split("\n").filter((line) => line.includes("speech-emotion.service"));
  expect(about).toEqual([]);
});
