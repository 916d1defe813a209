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
