// Keeps the application's shell (scripts, styles, icons, and the page that says that the hospital cannot be reached),
// so that the app opens without a network and says so. It never keeps a page or an answer of a route: nothing personal.
// An emergency card that somebody keeps lies sealed elsewhere (card/store.js); here is only the empty page that opens it.
const BUILD = /*BUILD*/null ?? { version: "none", files: [] };
const CACHE = `shell-${BUILD.version}`;
const FILES = new Set(BUILD.files);
const HASHED = /^\/assets\//;
const AWAY = "/offline.html";
const CARD = "/card.html";
const PATIENCE = 12000;
const OUT_OF_SERVICE = [502, 503, 504]; // a proxy answers, the product does not

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
const kept = (path) => caches.match(path, { cacheName: CACHE, ignoreVary: true });

const late = () => new Promise((_, fail) => setTimeout(() => fail(new Error("late")), PATIENCE));

const page = async (request) => {
  try {
    const answer = await Promise.race([fetch(request), late()]);
    if (!OUT_OF_SERVICE.includes(answer.status)) return answer;
  } catch {
    // no network, or none that answers
  }
  return (await kept(AWAY)) ?? Response.error();
};

// Who opens the card may have no time to wait for a network: its page and all of it are of one version, kept here
const ofCard = async (event) => {
  const from = event.clientId ? await self.clients.get(event.clientId) : null;
  return from ? new URL(from.url).pathname === CARD : false;
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate" && url.pathname === CARD) {
    event.respondWith(kept(CARD).then((found) => found ?? page(request)));
  } else if (request.mode === "navigate") event.respondWith(page(request));
  else if (FILES.has(url.pathname)) {
    // Without a hash in its name a file belongs to the version of the page that asks, so the network comes first
    const asked = async () => {
      if (HASHED.test(url.pathname) || (await ofCard(event))) return kept(url.pathname);
      return fetch(request).catch(() => kept(url.pathname));
    };
    event.respondWith(asked().then((found) => found ?? fetch(request)));
  }
});

// A message of the hospital: it says only that there is news, and leads into the app, nowhere else
self.addEventListener("push", (event) => {
  const { title = "云", body = "", url = "/" } = event.data?.json() ?? {};
  event.waitUntil(
    self.registration.showNotification(title, { body, tag: url, icon: "/icons/192.png", badge: "/icons/192.png", data: { url } }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const target = new URL(event.notification.data?.url ?? "/", location.origin);
  if (target.origin !== location.origin) return;
  const go = async () => {
    const [open] = await self.clients.matchAll({ type: "window" });
    return open ? (await open.focus()).navigate(target.href) : self.clients.openWindow(target.href);
  };
  event.waitUntil(go());
});
