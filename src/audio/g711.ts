/** How ITU-T G.711, the telephone's code, writes a sample of 13 or 14 bits in one byte. */
export type G711 = "mu-law" | "a-law";

/** μ-law, G.711 table 2: sign, three bits of segment, four of step, all inverted; 14 bits. */
function muLaw(byte: number): number {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0x0f) << 1) + 33) << ((code >> 4) & 7)) - 33;
  return (code & 0x80 ? -magnitude : magnitude) / 8192;
}

/** A-law, G.711 table 1: every other bit inverted; the first two segments share a step; 13 bits. */
function aLaw(byte: number): number {
  const code = byte ^ 0x55;
  const [segment, step] = [(code >> 4) & 7, ((code & 0x0f) << 1) + 1];
  const magnitude = segment === 0 ? step : (step + 32) << (segment - 1);
  return (code & 0x80 ? magnitude : -magnitude) / 4096;
}

const expand = (law: (byte: number) => number): Float32Array => Float32Array.from({ length: 256 }, (_, i) => law(i));
const TABLES: Readonly<Record<G711, Float32Array>> = { "mu-law": expand(muLaw), "a-law": expand(aLaw) };

/** What each byte of that code says, in -1 … 1; shape (256). */
export function g711Table(code: G711): Float32Array {
  return TABLES[code];
}
