// Caches only the dashboard's HTML page and its assets, so that the page opens while the server is unreachable and can
// report the problem. API responses are never cached. Shows notifications that the server sends with Web Push.
const SHELL = "tembo-shell-1";
const PATIENCE_MS = 60_000;
const AGAIN_MS = 2_000;
/** Matches paths outside the dashboard's pages. The server has the same list (server/src/http/dashboard/dashboard.ts). */
const NOT_PAGES = /^\/(v1|api|git|docs|help|assets|webhooks|mcp)(\/|$)|^\/openapi\.(json|yaml)$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (!NOT_PAGES.test(url.pathname)) event.respondWith(freshOrKept(request));
  } else if (url.pathname.startsWith("/assets/")) event.respondWith(keptOrFresh(request));
});

self.addEventListener("push", (event) => {
  const { title, body, path, tag } = event.data.json();
  const options = { body, tag, icon: "/icon.svg", data: { path } };
  event.waitUntil(self.registration.showNotification(title, options));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openPage(event.notification.data?.path ?? "/"));
});

/** Focuses the tab that shows the page, or opens the page. Accepts only paths of this site. */
async function openPage(path) {
  const url = new URL(path, self.location.origin);
  if (url.origin !== self.location.origin) return;
  const tabs = await self.clients.matchAll({ type: "window" });
  const tab = tabs.find((candidate) => new URL(candidate.url).pathname === url.pathname);
  await (tab ? tab.focus() : self.clients.openWindow(url.href));
}

async function freshOrKept(request) {
  const cache = await caches.open(SHELL);
  try {
    const response = await fetch(request);
    if (isDashboard(response)) await cache.put("/", response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match("/");
    if (kept) return kept;
    throw error;
  }
}

/** Returns true for the dashboard's page. The server's other pages must not be stored. */
function isDashboard({ ok, headers }) {
  const has = (name, text) => (headers.get(name) ?? "").includes(text);
  return ok && has("content-type", "text/html") && !has("cache-control", "no-store");
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
