import { InputError } from "../../errors.ts";

/** A tensor of a weights file: float32, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The HDF5 library in WebAssembly, 15 MB on the disk: loaded by who reads or writes a `.keras` file, and nobody else. */
async function library(): Promise<typeof import("h5wasm")> {
  const h5wasm = await import("h5wasm");
  await h5wasm.ready;
  return h5wasm;
}

/** Names in the library's own file system, which lives in memory. */
let files = 0;

/**
 * The bytes of an HDF5 file with these datasets; groups on their paths are made.
 *
 * @param tensors By path, e.g. "layers/conv1d/vars/0".
 * @param groups Paths of groups that are there even without a dataset.
 */
export async function writeHdf5(tensors: ReadonlyMap<string, Tensor>, groups: readonly string[]): Promise<Uint8Array> {
  const { File, ready } = await library();
  const { FS } = await ready;
  const name = `/write-${files++}.h5`;
  const file = new File(name, "w");
  const made = new Set<string>();
  const makeGroups = (path: string): void => {
    const parts = path.split("/");
    for (let n = 1; n <= parts.length; n++) {
      const group = parts.slice(0, n).join("/");
      if (made.has(group)) continue;
      made.add(group);
      file.create_group(group);
    }
  };
  for (const group of groups) makeGroups(group);
  for (const [path, { shape, data }] of tensors) {
    makeGroups(path.slice(0, path.lastIndexOf("/")));
    file.create_dataset({ name: path, data, shape: [...shape], dtype: "<f4" });
  }
  file.close();
  const bytes = FS.readFile(name);
  FS.unlink(name);
  return bytes;
}

/**
 * Every dataset of float32 or float64 in an HDF5 file, by its path without a leading slash. Others are left out.
 *
 * @throws InputError `model_invalid` when the bytes are no HDF5 file.
 */
export async function readHdf5(bytes: Uint8Array, where: string): Promise<Map<string, Tensor>> {
  const { File, Group, Dataset, ready } = await library();
  const { FS } = await ready;
  const name = `/read-${files++}.h5`;
  FS.writeFile(name, bytes);
  const tensors = new Map<string, Tensor>();
  try {
    const file = new File(name, "r");
    const walk = (group: InstanceType<typeof Group>, prefix: string): void => {
      for (const key of group.keys()) {
        const path = `${prefix}${key}`;
        const entity = group.get(key);
        if (entity instanceof Group) walk(entity, `${path}/`);
        else if (entity instanceof Dataset) {
          const { value, shape } = entity;
          if (value instanceof Float32Array || value instanceof Float64Array) {
            tensors.set(path, { shape: shape ?? [], data: Float32Array.from(value) });
          }
        }
      }
    };
    walk(file, "");
    file.close();
  } catch (cause) {
    throw new InputError("model_invalid", `${where}: its weights are no HDF5 file, or a damaged one`, { cause });
  } finally {
    FS.unlink(name);
  }
  return tensors;
}
