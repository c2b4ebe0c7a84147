// Keeps the page of a site visit, with its style and scripts, for when the network is away. It touches nothing else.

const KEPT_PAGES = "visit-pages";
const A_VISIT = /^\/assignments\/[^/]+\/visit$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  const ours = method === "GET" && origin === location.origin;
  if (ours && (A_VISIT.test(pathname) || pathname.startsWith("/static/"))) event.respondWith(freshElseKept(event.request));
});

async function freshElseKept(request) {
  const kept = await caches.open(KEPT_PAGES);
  try {
    const answer = await fetch(request);
    if (answer.ok && (await kept.match(request, { ignoreVary: true }))) await kept.put(request, answer.clone());
    return answer;
  } catch (error) {
    const page = await kept.match(request, { ignoreVary: true });
    if (page) return page;
    throw error;
  }
}
