import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { Random } from "../src/random.ts";
import { sha256, sha256Plain } from "../src/sha256.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test("FIPS 180-4's own example: abc", () => {
  expect(text(sha256Plain(new TextEncoder().encode("abc")))).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

test("equals OpenSSL's for every length about a block's, and for a long one, by both ways", async () => {
  const random = new Random(3, "sha256");
  for (const length of [...Array.from({ length: 130 }, (_, n) => n), 100_003]) {
    const bytes = Uint8Array.from({ length }, () => Math.floor(256 * random.uniform()));
    const expected = createHash("sha256").update(bytes).digest("hex");
    expect(text(sha256Plain(bytes))).toBe(expected);
    expect(await sha256(bytes)).toBe(expected);
  }
});
