import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { EarlyStopping, ReduceLrOnPlateau } from "../../src/fit/index.ts";
import type { EarlyStoppingOptions, ReduceLrOptions } from "../../src/fit/index.ts";

/** What Keras 3.15's own callbacks did on recorded values: reference/callbacks.py. */
const golden = JSON.parse(readFileSync(new URL("../golden/callbacks.json", import.meta.url), "utf8")) as {
  earlyStopping: { options: EarlyStoppingOptions; values: number[]; stoppedAfter: number; keptEpoch: number | null }[];
  reduceLr: { options: ReduceLrOptions; values: number[]; rates: number[] }[];
};

describe("EarlyStopping does what Keras 3.15 does", () => {
  test.each(golden.earlyStopping)("$options", ({ options, values, stoppedAfter, keptEpoch }) => {
    const callback = new EarlyStopping(options);
    let ran = 0;
    let kept: number | null = null;
    for (const [epoch, value] of values.entries()) {
      ran++;
      const { keep, stop } = callback.update(epoch, value);
      if (keep) kept = epoch;
      if (stop) break;
    }
    expect({ ran, kept }).toEqual({ ran: stoppedAfter, kept: keptEpoch });
  });

  test("its state as JSON, in the middle, changes nothing", () => {
    for (const { options, values, stoppedAfter } of golden.earlyStopping) {
      let callback = new EarlyStopping(options);
      let ran = 0;
      for (const [epoch, value] of values.entries()) {
        callback = new EarlyStopping(options, JSON.parse(JSON.stringify(callback.state)));
        ran++;
        if (callback.update(epoch, value).stop) break;
      }
      expect(ran).toBe(stoppedAfter);
    }
  });
});

describe("ReduceLrOnPlateau does what Keras 3.15 does", () => {
  test.each(golden.reduceLr)("$options", ({ options, values, rates }) => {
    const callback = new ReduceLrOnPlateau(options);
    let rate = 1e-3;
    const got = values.map((value) => (rate = callback.update(value, rate)));
    expect(got).toBeAllClose(rates, { rtol: 1e-6 });
  });
});
