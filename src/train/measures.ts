import { clipsOf, type Example, type Plan } from "../dataset/index.ts";
import { measureClips } from "../fit/index.ts";
import { sessionOptions } from "./settings.ts";

/** What recordings and copies of them measure as a whole, each of shape (N). */
export type Measures = ReadonlyMap<Example, Float32Array>;

/** Clips between two looks at the signal, about a second's. */
const AT_ONCE = 512;

/** What {@link measureExamples} may be told. */
export interface MeasureOptions {
  /** Ends it; nothing is returned then. */
  readonly signal?: AbortSignal;
  /** After every so many. */
  readonly onMeasured?: (done: number, total: number) => void;
}

/**
 * Measures examples as the network of a training does.
 *
 * @returns in the order of the examples; undefined when the signal ended it
 */
export async function measureExamples(
  { config, network }: Plan,
  examples: readonly Example[],
  { signal, onMeasured }: MeasureOptions = {},
): Promise<Measures | undefined> {
  const measures = new Map<Example, Float32Array>();
  for (let start = 0; start < examples.length; start += AT_ONCE) {
    if (signal?.aborted === true) return undefined;
    const some = examples.slice(start, start + AT_ONCE);
    const measured = await measureClips(clipsOf(some), network, sessionOptions(config));
    for (const [i, example] of some.entries()) measures.set(example, measured[i]!);
    onMeasured?.(measures.size, examples.length);
  }
  return measures;
}
