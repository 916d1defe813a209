import { fetchBytes } from "./http.ts";
import type { SourceLimits } from "./limits.ts";
import { isAddress, pathOf } from "./location.ts";
import { fetchObject } from "./s3.ts";

/**
 * A recording as a thread can take it: a path, or the bytes that an address gave.
 *
 * @param root what relative locations are relative to
 * @throws SourceError and what `fetchObject` throws
 */
export async function openSource(
  location: string,
  {
    root,
    limits,
    signal,
  }: { readonly root?: string | undefined; readonly limits: SourceLimits; readonly signal?: AbortSignal },
): Promise<{ readonly path: string } | { readonly bytes: Uint8Array }> {
  if (/^s3:/i.test(location)) return { bytes: await fetchObject(location, limits, signal) };
  if (!isAddress(location)) return { path: pathOf(location, root) };
  return { bytes: await fetchBytes(location, (stop) => fetch(location, { signal: stop }), limits, signal) };
}
