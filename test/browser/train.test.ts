import { describe, expect, test } from "vitest";
import { HAS_CHROMIUM } from "./chromium.ts";
import { openSite, resultOf } from "./site.ts";
import { trainSmall } from "./small-training.ts";

describe.skipIf(!HAS_CHROMIUM)("training in headless Chromium with onnxruntime-web", () => {
  test("fifty steps give the losses of Node within 1e-4", async () => {
    const inNode = await trainSmall();
    expect(inNode.at(-1)!).toBeLessThan(inNode[0]! * 0.7);
    const site = await openSite("train-page.ts");
    try {
      expect(await resultOf<number[]>(site)).toBeAllClose(inNode, { atol: 1e-4 });
    } finally {
      await site.close();
    }
  }, 180_000);
});
