import { createHash } from "node:crypto";

/** The SHA-256 of bytes, or of a text's UTF-8, in 64 hexadecimal digits; without waiting, so only under Node (`sha256.ts` is for all). */
export function hexDigest(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
