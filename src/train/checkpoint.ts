import { readFile, rm } from "node:fs/promises";
import { floatsOf } from "../bytes.ts";
import { InputError } from "../errors.ts";
import type { FitState } from "../fit/index.ts";
import { writeAtomically } from "../files.node.ts";

/** "SERC" and a version. */
const MAGIC = new TextEncoder().encode("SERC0001");

/** What stands before the vectors: weights, statistics, the slots, and the best weights and statistics where there are. */
interface Header {
  readonly identity: string;
  readonly state: Omit<FitState, "weights" | "statistics" | "slots" | "best">;
  /** Names of the optimiser's vectors, in order. */
  readonly slots: readonly string[];
  readonly lengths: readonly number[];
}

/**
 * A training's state as bytes: magic, length of the header, the header as JSON (everything but vectors, and what the
 * training is: `identity`), then the vectors as little-endian float32.
 */
export function encodeCheckpoint(state: FitState, identity: string): Uint8Array {
  const { weights, statistics, slots, best, ...rest } = state;
  const names = Object.keys(slots);
  const vectors = [
    weights,
    statistics,
    ...names.map((name) => slots[name]!),
    ...(best ? [best.weights, best.statistics] : []),
  ];
  const lengths = vectors.map((vector) => vector.length);
  const header = new TextEncoder().encode(
    JSON.stringify({ identity, state: rest, slots: names, lengths } satisfies Header),
  );
  const size = MAGIC.length + 4 + header.length + vectors.reduce((sum, vector) => sum + vector.byteLength, 0);
  const bytes = new Uint8Array(size);
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint32(MAGIC.length, header.length, true);
  bytes.set(header, MAGIC.length + 4);
  let offset = MAGIC.length + 4 + header.length;
  for (const vector of vectors) {
    bytes.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength), offset);
    offset += vector.byteLength;
  }
  return bytes;
}

/**
 * The state in a checkpoint.
 *
 * @throws InputError `checkpoint_invalid` when the bytes are none or are cut, or belong to another training.
 */
export function decodeCheckpoint(bytes: Uint8Array, identity: string, name: string): FitState {
  const damaged = (): InputError =>
    new InputError("checkpoint_invalid", `${name}: this is no checkpoint, or a damaged one; remove it to start anew`);
  if (bytes.length < MAGIC.length + 4 || MAGIC.some((byte, i) => bytes[i] !== byte)) throw damaged();
  const headerLength = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length, true);
  const start = MAGIC.length + 4;
  if (start + headerLength > bytes.length) throw damaged();
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(start, start + headerLength))) as Header;
  if (header.identity !== identity) {
    throw new InputError(
      "checkpoint_invalid",
      `${name}: this checkpoint belongs to a training with other settings or recordings; ` +
        `use those again, or remove it to start anew`,
    );
  }
  let offset = start + headerLength;
  const vectors = header.lengths.map((length) => {
    if (offset + 4 * length > bytes.length) throw damaged();
    const vector = floatsOf(bytes.subarray(offset, offset + 4 * length));
    offset += 4 * length;
    return vector;
  });
  const [weights, statistics, ...others] = vectors;
  const [bestWeights, bestStatistics] = others.slice(header.slots.length);
  return {
    ...header.state,
    weights: weights!,
    statistics: statistics!,
    slots: Object.fromEntries(header.slots.map((name, i) => [name, others[i]!])),
    best: bestWeights && bestStatistics ? { weights: bestWeights, statistics: bestStatistics } : undefined,
  };
}

/** The checkpoint of one training, beside its model. */
export class CheckpointFile {
  /** Of the file, as it was given. */
  readonly path: string;
  readonly #identity: string;

  constructor(path: string, identity: string) {
    this.path = path;
    this.#identity = identity;
  }

  /** Writes it atomically: the last good one survives whatever happens. */
  async write(state: FitState): Promise<void> {
    await writeAtomically(this.path, encodeCheckpoint(state, this.#identity));
  }

  /** Reads it. @throws InputError `checkpoint_invalid`. */
  async read(): Promise<FitState> {
    return decodeCheckpoint(await readFile(this.path), this.#identity, this.path);
  }

  /** Removes it: the training is done. */
  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }
}
