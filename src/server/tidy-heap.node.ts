import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Milliseconds from one collection to the next. */
const EVERY_MS = 10_000;

/**
 * Collects this thread's garbage every ten seconds while `busy`: a pause of about 10 ms. Left alone, V8 lets the old
 * generation of a thread of live sound grow for many minutes before it looks, and the process with it.
 */
export function keepTidy(busy: () => boolean): void {
  let collect: (() => void) | undefined;
  setInterval(() => {
    if (!busy()) return;
    collect ??= collector();
    collect();
  }, EVERY_MS).unref();
}

/** V8's collector, which only contexts know that are made after the flag. */
function collector(): () => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}
