import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { IdSet } from "../../src/batch/id-set.ts";

const id = (n: number): string => createHash("md5").update(String(n)).digest("hex");

test("is a set, as Set is, while it grows", () => {
  const ids = new IdSet(4);
  const oracle = new Set<string>();
  for (let n = 0; n < 5000; n++) {
    const each = id(n % 3100);
    expect(ids.add(each)).toBe(!oracle.has(each));
    oracle.add(each);
  }
  expect(ids.size).toBe(oracle.size);
  for (let n = 0; n < 6000; n++) expect(ids.has(id(n))).toBe(oracle.has(id(n)));
});

test("ids that differ in one digit are different; the id of zeros is one like any other", () => {
  const ids = new IdSet();
  const zeros = "0".repeat(32);
  expect([ids.has(zeros), ids.add(zeros), ids.has(zeros), ids.size]).toEqual([false, true, true, 1]);
  const one = `${"ab".repeat(15)}a0`;
  ids.add(one);
  for (let at = 0; at < 32; at++) expect(ids.has(`${one.slice(0, at)}5${one.slice(at + 1)}`)).toBe(false);
});
