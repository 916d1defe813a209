import { createHash } from "node:crypto";
import { expect, test, vi } from "vitest";

/** Lengths that were compared, by Node's own function. */
const compared: number[] = [];
vi.mock("node:crypto", async (original) => {
  const crypto = await original<typeof import("node:crypto")>();
  const timingSafeEqual = (a: Buffer, b: Buffer): boolean => {
    compared.push(a.length, b.length);
    return crypto.timingSafeEqual(a, b);
  };
  return { ...crypto, timingSafeEqual };
});
const { KeyRing, makeKey } = await import("../../src/server/keys.node.ts");

test("at rest there is SHA-256 of the key, as sha256sum writes it, and nothing of the key", () => {
  const { key, line } = makeKey("alice");
  expect(line).toBe(`alice sha256:${createHash("sha256").update(key).digest("hex")}`);
  // 256 bits in 43 characters of base64url.
  expect(key).toMatch(/^ser_[\w-]{43}$/);
  for (let at = 4; at + 6 <= key.length; at++) expect(line).not.toContain(key.slice(at, at + 6));
});

test("every key is compared whole with every hash in constant time, whichever it is and however near", () => {
  const keys = ["a", "b", "c"].map((name) => makeKey(name));
  const ring = new KeyRing(keys.map(({ line }) => line).join("\n"));
  const near = `${keys[0]!.key.slice(0, -1)}${keys[0]!.key.endsWith("A") ? "B" : "A"}`;
  const asked = [...keys.map(({ key }) => key), near, "", "x".repeat(10_000)];
  const found = asked.map((key) => {
    compared.length = 0;
    const owner = ring.ownerOf(key);
    return { owner, compared: [...compared] };
  });
  const all = [32, 32, 32, 32, 32, 32];
  expect(found).toEqual(["a", "b", "c", null, null, null].map((owner) => ({ owner, compared: all })));
});
