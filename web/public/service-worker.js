// Caches only the dashboard's HTML page and its assets, so that the page opens while the server is unreachable and can
// report the problem. API responses are never cached.
const SHELL = "tembo-shell-1";
const PATIENCE_MS = 60_000;
const AGAIN_MS = 2_000;
/** Matches pages of the server that are not part of the dashboard. */
const OTHER_PAGES = /^\/(?:help|docs|api\/public-api\/docs)(?:\/|$)/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (OTHER_PAGES.test(url.pathname)) return;
  if (request.mode === "navigate") event.respondWith(freshOrKept(request));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(keptOrFresh(request));
});

async function freshOrKept(request) {
  const cache = await caches.open(SHELL);
  try {
    const response = await fetch(request);
    if (response.ok && (response.headers.get("content-type") ?? "").includes("text/html"))
      await cache.put("/", response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match("/");
    if (kept) return kept;
    throw error;
  }
}

async function keptOrFresh(request) {
  const cache = await caches.open(SHELL);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetchPatiently(request);
  if (response.ok) {
    await cache.put(request, response.clone());
    await forgetOld(cache);
  }
  return response;
}

/**
 * Sends a request, and retries it for one minute while the server is unreachable. Stops if the request is aborted. Most
 * browsers do not request a module again after a failed request.
 */
async function fetchPatiently(request) {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await fetch(request);
    } catch (error) {
      if (performance.now() >= end || request.signal.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

/**
 * Keeps the 200 newest entries, about two builds, and deletes older ones. Asset names differ in each build, so new
 * assets do not replace old ones.
 */
async function forgetOld(cache) {
  const keys = await cache.keys();
  for (const key of keys.slice(0, Math.max(0, keys.length - 200))) await cache.delete(key);
}
