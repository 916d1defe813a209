import { inflateSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ParameterError } from "../../src/errors.ts";
import { plotHeatmap, type Heatmap } from "../../src/evaluate/index.ts";
import { Matrix } from "../../src/matrix.ts";

/** CRC-32 bit by bit, as the PNG specification defines it. */
function crc(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return (rest ^ 0xffffffff) >>> 0;
}

/** Chunks of a PNG by name; the checksums are looked at. */
function chunksOf(png: Buffer): Record<string, Buffer> {
  expect(png.subarray(0, 8).toString("latin1")).toBe("\u0089PNG\r\n\u001A\n");
  const chunks: Record<string, Buffer> = {};
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const named = png.subarray(at + 4, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc(named));
    chunks[named.subarray(0, 4).toString("latin1")] = named.subarray(4);
    at += 12 + length;
  }
  return chunks;
}

/** Rows of palette indices of the pictures in a figure: the cells, then the key to the colours. */
function picturesOf(svg: string): { rows: number[][]; palette: Buffer }[] {
  return [...svg.matchAll(/href="data:image\/png;base64,([^"]+)"/g)].map(([, base64]) => {
    const { IHDR, PLTE, IDAT } = chunksOf(Buffer.from(base64!, "base64"));
    const [width, height] = [IHDR!.readUInt32BE(0), IHDR!.readUInt32BE(4)];
    // Eight bits, palette, no interlacing.
    expect([...IHDR!.subarray(8)]).toEqual([8, 3, 0, 0, 0]);
    const bytes = inflateSync(IDAT!);
    expect(bytes.length).toBe(height * (width + 1));
    const rows = Array.from({ length: height }, (_, y) => [...bytes.subarray(y * (width + 1), (y + 1) * (width + 1))]);
    expect(rows.map((row) => row[0])).toEqual(rows.map(() => 0));
    return { rows: rows.map((row) => row.slice(1)), palette: PLTE! };
  });
}

const heatmap: Heatmap = {
  title: "three frames <of> two bands and a level",
  frames: new Matrix(3, 3, Float32Array.of(0, 10, -99, 128, 300, -99, 255, -7, -99)),
  columns: [0, 2],
  hopSeconds: 0.5,
  yTitle: "band",
  unit: "dB",
  domain: [0, 255],
};

describe("plotHeatmap", () => {
  test("draws frames from left to right, columns from the bottom up, values beyond the domain as its ends", () => {
    const [cells, key] = picturesOf(plotHeatmap(heatmap));
    expect(cells!.rows).toEqual([
      [10, 255, 0],
      [0, 128, 255],
    ]);
    expect(key!.rows.flat()).toEqual(Array.from({ length: 256 }, (_, i) => 255 - i));
  });

  test("the colours are matplotlib's viridis, to a few steps of 255", () => {
    const { palette } = picturesOf(plotHeatmap(heatmap))[0]!;
    // matplotlib 3.11.2: [[round(255 * c) for c in matplotlib._cm_listed._viridis_data[i]] for i in (0, 64, 128, 192, 255)]
    const expected = {
      0: [68, 1, 84],
      64: [59, 82, 139],
      128: [33, 145, 140],
      192: [94, 201, 98],
      255: [253, 231, 37],
    };
    for (const [i, colour] of Object.entries(expected)) {
      expect([...palette.subarray(3 * Number(i), 3 * Number(i) + 3)]).toBeAllClose(colour, { atol: 6 });
    }
  });

  test("its domain is by default the least and greatest value drawn; ticks carry the names given", () => {
    const { domain: _, ...rest } = heatmap;
    const svg = plotHeatmap({ ...rest, yTicks: [[1, "1,000 Hz"]] });
    // -7 … 300: 10 is at 17 / 307 of 255.
    expect(picturesOf(svg)[0]!.rows).toEqual([
      [14, 255, 0],
      [6, 112, 218],
    ]);
    expect(svg).toContain(">1,000 Hz</text>");
    expect(svg).toContain('aria-label="three frames &lt;of&gt; two bands and a level"');
    expect(svg).not.toContain("NaN");
  });

  test("refuses what draws nothing", () => {
    expect(() => plotHeatmap({ ...heatmap, frames: new Matrix(0, 3) })).toThrow(ParameterError);
    expect(() => plotHeatmap({ ...heatmap, columns: [2, 2] })).toThrow(
      "columns 2 up to 2 of a 3 × 3 matrix: nothing to draw",
    );
    expect(() => plotHeatmap({ ...heatmap, columns: [0, 4] })).toThrow(ParameterError);
    expect(() => plotHeatmap({ ...heatmap, domain: [1, -1] })).toThrow("domain 1 … -1 must go from low to high");
  });
});
