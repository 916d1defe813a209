/**
 * Keeps the page for use without a network: all files of one build, under a name of their own, and what is kept is never
 * asked for again. A new build gets a new store and takes over when no window shows the old one any more.
 *
 * `VERSION` and `FILES` (relative to this file) are put before this text by build/offline.ts.
 */
const PREFIX = "speech-emotion ";
const STORE = PREFIX + VERSION;

self.addEventListener("install", (event) => {
  const keep = async () => {
    const store = await caches.open(STORE);
    // Hashed names never change their content: what the first visit has fetched comes from the browser's own cache.
    await store.addAll(
      FILES.map((file) => new Request(file, { cache: file.startsWith("assets/") ? "default" : "no-cache" })),
    );
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const names = await caches.keys();
    await Promise.all(
      names.filter((name) => name.startsWith(PREFIX) && name !== STORE).map((name) => caches.delete(name)),
    );
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const scope = new URL(self.registration.scope);
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  const file = url.pathname.slice(scope.pathname.length) || "index.html";
  // Other addresses below the page, such as an API, are no business of this worker.
  if (!FILES.includes(file)) return;
  const answer = async () => {
    const store = await caches.open(STORE);
    return (await store.match(new URL(file, scope).href)) ?? fetch(request);
  };
  event.respondWith(answer());
});
