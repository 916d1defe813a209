import { describe, expect, test } from "vitest";
import { encodeCsv, encodeNpy, padFrames, type FeatureColumn } from "../../src/features/index.ts";
import { Matrix } from "../../src/matrix.ts";

const matrix = new Matrix(2, 3, Float32Array.of(1, -2.5, 0.1, 1e-20, 123456.7, -0));

describe("encodeNpy", () => {
  test("format 1.0: magic, padded header, little-endian floats", () => {
    const bytes = encodeNpy(matrix);
    // numpy.lib.format: \x93NUMPY, version, header length, and a total header of a multiple of 64 that ends in a newline.
    expect([...bytes.subarray(0, 8)]).toEqual([0x93, 78, 85, 77, 80, 89, 1, 0]);
    expect(bytes.length).toBe(128 + 4 * 6);
    const header = new TextDecoder().decode(bytes.subarray(10, 128));
    expect(header.trimEnd()).toBe("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }");
    expect(header.endsWith(" \n")).toBe(true);
    expect(new Float32Array(bytes.slice(128).buffer)).toEqual(matrix.data);
  });
});

describe("encodeCsv", () => {
  const columns: FeatureColumn[] = ["a", "b", "c"].map((name) => ({ name, unit: "1", description: name }));

  test("a header, then rows; digits as single precision needs", () => {
    expect(encodeCsv(matrix, columns)).toBe("a,b,c\n1,-2.5,0.1\n1e-20,123456.7,0\n");
  });

  test("reads back to the same floats", () => {
    const values = Float32Array.from({ length: 300 }, (_, i) => Math.sin(i) * 10 ** ((i % 40) - 20));
    const lines = encodeCsv(new Matrix(100, 3, values), columns)
      .trimEnd()
      .split("\n")
      .slice(1);
    expect(Float32Array.from(lines.join(",").split(","), Number)).toEqual(values);
  });

  test("names must fit", () => {
    expect(() => encodeCsv(matrix, columns.slice(1))).toThrow("encodeCsv: 2 column names for a matrix of 3 columns");
  });
});

describe("padFrames", () => {
  test("zeros after the last, or frames cut off; always a copy", () => {
    expect([...padFrames(matrix, 3).data]).toEqual([...matrix.data, 0, 0, 0]);
    expect(padFrames(matrix, 1).data).toEqual(matrix.data.slice(0, 3));
    expect(padFrames(matrix, 2).data).not.toBe(matrix.data);
  });

  test.each([0, -1, 1.5, NaN])("%d frames are refused", (frames) => {
    expect(() => padFrames(matrix, frames)).toThrow(`padFrames: frames=${frames} must be a positive integer`);
  });
});
