import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { expectGolden } from "./close-to-golden.ts";
import { golden } from "./signals.ts";
import { VOCABULARY } from "./vocabulary.ts";

test.each(VOCABULARY.map((each) => [each.function, each.golden, each] as const))(
  "%s equals librosa's: %s",
  async (_, name, { ours, atol, rtol }) => {
    expectGolden(await ours(), name, { atol, rtol });
  },
);

test("COMPATIBILITY.md has a row for each function and each call (npm run compatibility)", () => {
  const text = readFileSync(new URL("../../COMPATIBILITY.md", import.meta.url), "utf8");
  for (const { function: name, golden: array } of VOCABULARY) {
    expect(text).toContain(`\n| \`${name}\` | \`${golden(array).call}\` |`);
  }
});
