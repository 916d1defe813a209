import { functionalsCount, measureGraph, type NetworkConfig } from "../model/index.ts";
import { Session, type SessionOptions } from "../runtime/index.ts";
import { assemble } from "./batches.ts";
import type { Clips } from "./clips.ts";

/** Clips in one run. */
const MEASURED = 32;

/** What every clip measures, in their order, each of shape (N): see `measureGraph`. */
export async function measureClips(
  clips: Pick<Clips, "length" | "features">,
  network: NetworkConfig,
  options: SessionOptions = {},
): Promise<Float32Array[]> {
  const session = await Session.create(measureGraph(network), options);
  return measureIn(session, clips, network).finally(() => session.release());
}

async function measureIn(
  session: Session,
  clips: Pick<Clips, "length" | "features">,
  network: NetworkConfig,
): Promise<Float32Array[]> {
  const size = functionalsCount(network);
  const measures: Float32Array[] = [];
  for (let start = 0; start < clips.length; start += MEASURED) {
    const count = Math.min(MEASURED, clips.length - start);
    const indices = Array.from({ length: count }, (_, i) => start + i);
    const { x, lengths } = assemble({ ...clips, label: () => 0 }, indices, network);
    const outputs = await session.run({ features: x, lengths });
    const values = outputs["measures"]!.data as Float32Array;
    measures.push(...indices.map((_, i) => values.slice(i * size, (i + 1) * size)));
  }
  return measures;
}
