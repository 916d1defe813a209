import { InputError } from "../errors.ts";
import type { Matrix } from "../matrix.ts";
import type { NetworkConfig } from "../model/index.ts";
import type { Session } from "../runtime/index.ts";

/** Clips that go through the network in one run. */
export const BATCH = 32;

/**
 * What a network of one output, (batch × width), makes of feature matrices (frames × columns) of any number: (clips ×
 * width), row-major.
 *
 * @param shift added to each frame of every clip, and not to the padding after it; shape (columns)
 * @throws InputError `model_mismatch` for a clip of more than `network.frames` frames
 */
export async function runNetwork(
  session: Session,
  { frames, features }: NetworkConfig,
  clips: readonly Matrix[],
  shift: Float32Array | null = null,
): Promise<Float32Array> {
  let out = new Float32Array(0);
  for (let start = 0; start < clips.length; start += BATCH) {
    const batch = clips.slice(start, start + BATCH);
    const longest = Math.max(...batch.map((clip) => clip.rows));
    if (longest > frames) {
      throw new InputError("model_mismatch", `the model sees ${frames} frames at once, a clip has ${longest}`);
    }
    const x = batch.length === 1 && !shift ? batch[0]!.data : padded(batch, longest, features, shift);
    const lengths = BigInt64Array.from(batch, (clip) => BigInt(clip.rows));
    const outputs = await session.run({
      features: { type: "float32", data: x, shape: [batch.length, longest, features] },
      lengths: { type: "int64", data: lengths, shape: [batch.length] },
    });
    const { data, shape } = outputs[session.outputNames[0]!]!;
    if (start === 0) out = new Float32Array(clips.length * shape[1]!);
    out.set(data as Float32Array, start * shape[1]!);
  }
  return out;
}

/** Clips side by side, zeros after each: (clips × longest × features). */
function padded(clips: readonly Matrix[], longest: number, features: number, shift: Float32Array | null): Float32Array {
  const x = new Float32Array(clips.length * longest * features);
  for (const [i, clip] of clips.entries()) {
    const own = x.subarray(i * longest * features, i * longest * features + clip.data.length);
    own.set(clip.data);
    if (shift) for (let k = 0; k < own.length; k++) own[k]! += shift[k % features]!;
  }
  return x;
}
