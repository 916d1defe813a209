/**
 * Writes cache entries until it is killed or done: `cache-writer.ts <folder> <count, 0 = for ever> <bytes>`. Entry i of
 * `keyOf` holds the byte i over and over; prints a line when the first is written.
 */
import { createHash } from "node:crypto";
import { FeatureCache } from "../../src/corpora/index.ts";

export const keyOf = (i: number): string => createHash("sha256").update(String(i)).digest("hex");

const [folder, count, bytes] = process.argv.slice(2);
if (folder !== undefined) {
  const cache = new FeatureCache({ folder });
  for (let i = 0; Number(count) === 0 || i < Number(count); i++) {
    cache.write(keyOf(i % 20), "test@1", new Uint8Array(Number(bytes)).fill(i % 20));
    if (i === 0) console.log("writing");
  }
}
