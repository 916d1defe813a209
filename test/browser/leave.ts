/** Leaves on the window what the work comes to, where `resultOf` of site.ts looks for it. */
export function leave(work: Promise<unknown>): void {
  const page = window as unknown as { result?: unknown; failure?: string };
  work.then(
    (result) => (page.result = result),
    (error: unknown) => (page.failure = error instanceof Error ? String(error.stack) : String(error)),
  );
}
