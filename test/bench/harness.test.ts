import { expect, test } from "vitest";
import { renderRows, runCases, summarize, type Runner } from "../../bench/harness.ts";
import { Python, PYTHON } from "../../bench/python.ts";
import { existsSync } from "node:fs";

test("median and half the distance of the quartiles", () => {
  // 1 … 9: quartiles 3 and 7 (numpy.percentile's linear rule), median 5.
  expect(summarize([9, 1, 8, 2, 7, 3, 6, 4, 5])).toEqual({ median: 5, spread: 2 / 5 });
});

test("cases run in turn, in reversed order every other round; the first round does not count", async () => {
  const calls: string[] = [];
  let closed = 0;
  const runner = (name: string, times: readonly number[]): Runner => {
    let next = 0;
    return {
      name,
      run: () => {
        calls.push(name);
        return Promise.resolve(times[next++]!);
      },
      close: () => closed++,
    };
  };
  const rows = await runCases([
    { name: "sum", ours: runner("a", [1000, 1, 2, 3]), peer: runner("b", [1000, 4, 8, 12]), rounds: 3 },
    { name: "alone", ours: runner("c", [1000, 5]), peer: "no peer here", rounds: 1 },
  ]);
  expect(calls.join("")).toBe("abccbaabba");
  expect(closed).toBe(3);
  expect(rows).toEqual([
    { case: "sum", ours: 2, peerName: "b", peer: 8, ratio: 4, spread: { ours: 0.25, peer: 0.25 }, rounds: 3 },
    {
      case: "alone",
      ours: 5,
      peerName: null,
      peer: null,
      ratio: null,
      spread: { ours: 0, peer: null },
      rounds: 1,
      note: "no peer here",
    },
  ]);
  expect(renderRows(rows)).toMatchInlineSnapshot(`
    "case      ours     peer                ratio         spread
    sum    2.00 ms  8.00 ms  b             4.00×  ±25 % / ±25 %
    alone  5.00 ms        –  no peer here      –           ±0 %"
  `);
});

test.skipIf(!existsSync(PYTHON))("a Python peer times its own work; a script that fails says why", async () => {
  const python = await Python.start('serve("peer 1", {"sleep": lambda: time.sleep(0.02)})');
  if (typeof python === "string") throw new Error(python);
  const runner = python.runner("sleep");
  expect(runner.name).toBe("peer 1");
  expect(await runner.run()).toBeGreaterThanOrEqual(20);
  expect(await runner.run()).toBeGreaterThanOrEqual(20);
  runner.close!();
  expect(await Python.start("import no_such_module")).toContain("No module named 'no_such_module'");
});
