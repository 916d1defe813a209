import { readFileSync } from "node:fs";

/** An array that NumPy wrote as float32, row after row. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Reads an .npy file of version 1, apart from what `src` reads and writes of the format. */
export function readNpy(file: string | URL): NpyArray {
  const bytes = readFileSync(file);
  const headerEnd = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString("latin1", 10, headerEnd);
  const [, sizes] = /'descr': '<f4', 'fortran_order': False, 'shape': \(([\d, ]*)\)/.exec(header)!;
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset + headerEnd, bytes.byteOffset + bytes.length));
  return {
    shape: sizes!
      .split(",")
      .filter((size) => size.trim() !== "")
      .map(Number),
    values,
  };
}
