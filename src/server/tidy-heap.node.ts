import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Milliseconds from one collection to the next. */
const EVERY_MS = 10_000;

/**
 * Collects this thread's garbage every ten seconds while `busy`: a pause of about 10 ms. Left alone, V8 lets the old
 * generation of a thread of live sound grow for many minutes before it looks, and the process with it.
 */
export function keepTidy(busy: () => boolean): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  setInterval(() => {
    if (busy()) collect();
  }, EVERY_MS).unref();
}
