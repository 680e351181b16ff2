// The shell's own part in the browser: says when there is no connection, offers a newer version, keeps the service worker.
import { createElement as h, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Link, useLocation, useNavigation } from "react-router";

const EVERY = 10000;
const SOON = 3000;
const PATIENCE = 3000;

// What this tab knows of the hospital's server; it outlives the pages, which come and go
let known = { online: true, answering: true, newer: false, missing: false, card: false };
const ATFIRST = known;
const listeners = new Set();
const learn = (news) => {
  if (Object.entries(news).every(([name, value]) => known[name] === value)) return;
  known = { ...known, ...news };
  listeners.forEach((tell) => tell());
};
const listen = (tell) => {
  listeners.add(tell);
  return () => listeners.delete(tell);
};

// A card for emergencies that somebody keeps here may stay as long as the server says so; without one nothing is asked
const CARD = "emergency-card";
const card = async () => {
  const bases = (await globalThis.indexedDB?.databases?.().catch(() => [])) ?? [];
  const kept = bases.some(({ name }) => name === CARD);
  learn({ card: kept && (await (await import("$/public/card/renew.js")).look()) });
};

let timer;
let looking = false;
let leaving = false;

const installed = async () => ("serviceWorker" in navigator ? navigator.serviceWorker.getRegistration() : undefined);

// A cut network is silent for as long as the socket's own patience; a page that says nothing must not be
const look = async () => {
  if (looking) return;
  looking = true;
  clearTimeout(timer);
  try {
    const answer = await fetch("/build.json", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (!answer.ok) throw new Error(answer.status);
    const { version } = await answer.json();
    const newer = version !== (window.__reactRouterManifest?.version ?? version);
    if (newer && !known.newer) installed().then((worker) => worker?.update());
    learn({ answering: true, newer });
    card().catch(() => {}); // the next look asks again
  } catch {
    learn({ answering: false });
  }
  looking = false;
  next();
};

const next = () => {
  clearTimeout(timer);
  if (document.visibilityState === "visible") timer = setTimeout(look, known.answering ? EVERY : SOON);
};

// The router reloads by itself when a script of a page is gone, Reflex when the server's State has changed: both would
// take what is being typed. It is offered instead; where the browser cannot hold a reload back, it comes.
const hold = (event) => {
  if (event.navigationType !== "reload" || event.userInitiated || !event.cancelable) return;
  if (leaving || "left" in document.documentElement.dataset) return;
  event.preventDefault();
  learn({ missing: true });
  look();
};

const LONG_AGO_ENOUGH = String(Number.MAX_SAFE_INTEGER);

let started = false;
const start = () => {
  if (started) return;
  started = true;
  dispatchEvent(new Event("hc-alive")); // the page listens: boot.js gives back what was pressed before
  const online = () => {
    learn({ online: navigator.onLine });
    look();
  };
  addEventListener("online", online);
  addEventListener("offline", online);
  addEventListener("hc-lost", () => {
    learn({ answering: false });
    next();
  });
  document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? look() : next()));
  window.navigation?.addEventListener("navigate", hold);
  try {
    sessionStorage.setItem("reflex_last_reloaded_on_error", LONG_AGO_ENOUGH); // as if it had just reloaded: so it asks
  } catch {
    /* storage refused */
  }
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).catch(() => {}); // the app works without
  }
  online();
};

// The new worker takes over first, so that the reloaded page and its scripts are of one version
const reload = async (target) => {
  leaving = true;
  const worker = await installed();
  const fresh = worker?.waiting;
  if (fresh) {
    const taken = new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done));
    fresh.postMessage("take over");
    await Promise.race([taken, new Promise((done) => setTimeout(done, 2000))]);
  }
  if (target) location.assign(target);
  else location.reload();
};

/** errors: failed attempts of the socket; own: whether a patient is here for themselves; the rest are words. */
export const Connection = ({ errors = 0, own = false, offline, lost, updateWords, missing, again, cardWords, cardLink }) => {
  const now = useSyncExternalStore(listen, () => known, () => ATFIRST);
  const { location: towards } = useNavigation();
  const target = useRef("");
  const [waited, setWaited] = useState(false);
  useEffect(start, []);
  useEffect(() => {
    target.current = towards ? `${towards.pathname}${towards.search}` : "";
    if (!towards) learn({ missing: false }); // arrived somewhere
  }, [towards]);
  useEffect(() => {
    if (errors === 0) {
      setWaited(false);
      return undefined;
    }
    const wait = setTimeout(() => setWaited(true), 1000); // a blink needs no word
    return () => clearTimeout(wait);
  }, [errors]);
  useEffect(() => {
    if (!waited) return undefined;
    return () => void look(); // connected again, perhaps to another build
  }, [waited]);
  const words = !now.online ? offline : !now.answering || waited ? lost : "";
  const offer = words ? "" : now.newer ? updateWords : now.missing ? missing : "";
  const { pathname } = useLocation();
  const card = own && now.card && !words && !offer && pathname !== `/${CARD}`;
  return h("div", { role: "status", className: "connection" },
    words ? h("p", { className: "note warn" }, words) : null,
    offer
      ? h("div", { className: "note info" },
          h("span", null, offer),
          h("button", { type: "button", className: "link act", onClick: () => reload(target.current) }, again))
      : null,
    card
      ? h("div", { className: "note info" }, h("span", null, cardWords), h(Link, { className: "link act", to: `/${CARD}` }, cardLink))
      : null);
};
