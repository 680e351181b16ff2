// Keeps the application's shell (page frame, scripts, styles) so that the app opens without a network and says so.
// It never keeps an answer of a route: no record, no document, nothing personal.
const BUILD = /*BUILD*/null ?? { version: "none", files: [] };
const CACHE = `shell-${BUILD.version}`;
const FILES = new Set(BUILD.files);
const OURS = /^\/(assets|styles|icons)\//;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll(BUILD.files.map((file) => new Request(file, { cache: "reload" })))),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});

// Vary differs between the precache and the page's own requests: without ignoreVary every script misses
const kept = (request) => caches.match(request, { cacheName: CACHE, ignoreVary: true, ignoreSearch: true });

const page = async (request, path) => {
  try {
    return await fetch(request);
  } catch {
    return (path === "/" && (await kept("/"))) || (await kept("/offline.html")) || Response.error();
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (!/^\/(documents|auth|lease)(\/|$)/.test(url.pathname)) event.respondWith(page(request, url.pathname));
    return;
  }
  if (FILES.has(url.pathname) && (OURS.test(url.pathname) || url.pathname === "/boot.js")) {
    event.respondWith(kept(request).then((found) => found ?? fetch(request)));
  }
});
