// How long the session goes on. A touch is a sign of life, told to the server now and then; asking for the time is none.
import { createElement as h, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useLocation } from "react-router";

const WARN = 120; // seconds before the end
const SOON = 15;
const SLOWEST = 30; // seconds between two signs of life, at most as often as the lock makes needful
const PATIENCE = 5000;
const SIGNS = ["pointerdown", "keydown", "wheel", "touchmove"]; // an open visit is one by itself, as the server counts
const BACK = "hc-back";

// What this tab knows; it outlives the pages
let known = { warn: "", until: 0 };
const NOTHING = known;
const listeners = new Set();
const learn = (news) => {
  known = news;
  listeners.forEach((tell) => tell());
};
const listen = (tell) => {
  listeners.add(tell);
  return () => listeners.delete(tell);
};

let inside = false;
let timer;
let told = 0;
let every = SLOWEST;
let over = Infinity; // when nothing may stand on the screen any more unless the server says otherwise
let aware = false;

const leave = (to) => {
  if (location.pathname === to) return;
  location.replace(to); // a full load: nothing of the page stays in memory
};

const take = ({ signed_in: signedIn, idle, total, lock }) => {
  clearTimeout(timer);
  if (!inside) return;
  if (!signedIn) {
    learn(NOTHING);
    if (!document.documentElement.dataset.leaving) leave("/unlock"); // goes on to signing in where nothing is to unlock
    return;
  }
  const locks = lock < 0 ? Infinity : lock;
  every = Math.min(SLOWEST, Math.max(5, locks / 4));
  const left = Math.min(idle, total);
  over = Date.now() + Math.min(left, locks) * 1000;
  const warn = left <= WARN && left < locks ? (total <= idle ? "total" : "idle") : "";
  if (warn !== "total") aware = false;
  learn(warn && !(warn === "total" && aware) ? { warn, until: Date.now() + left * 1000 } : NOTHING);
  const next = warn ? Math.min(SOON, left + 1) : Math.min(left - WARN, locks + 1);
  timer = setTimeout(ask, Math.min(Math.max(1, next), 3600) * 1000);
};

const speak = async (path, method) => {
  try {
    const answer = await fetch(path, { method, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok) return take(await answer.json());
  } catch {
    // no network: the shell says so
  }
  clearTimeout(timer);
  if (Date.now() >= over) leave("/unlock"); // what was open must not outlast its time for want of an answer
  else timer = setTimeout(ask, SOON * 1000);
  return undefined;
};
const ask = () => speak("/auth/ends", "GET");
const stay = () => {
  told = Date.now();
  return speak("/auth/stay", "POST");
};

const sign = () => {
  if (inside && Date.now() - told >= every * 1000 && Date.now() < over) stay();
};
const seen = () => {
  if (!inside || document.visibilityState !== "visible") return;
  if (Date.now() >= over) document.body.hidden = true; // until the answer, nothing of it is shown
  ask().finally(() => {
    if (Date.now() < over) document.body.hidden = false;
  });
};

let started = false;
const start = () => {
  if (started) return;
  started = true;
  SIGNS.forEach((name) => addEventListener(name, sign, { passive: true, capture: true }));
  document.addEventListener("visibilitychange", seen);
  addEventListener("online", seen);
};

const clockWords = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

const Warning = ({ until, title, text, act, onAct }) => {
  const box = useRef(null);
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const count = () => setLeft(Math.max(0, Math.round((until - Date.now()) / 1000)));
    count();
    const each = setInterval(count, 1000);
    return () => clearInterval(each);
  }, [until]);
  useEffect(() => {
    const opener = document.activeElement;
    box.current.showModal();
    return () => opener?.isConnected && opener.focus?.();
  }, []);
  return h(
    "dialog",
    { ref: box, className: "over dialog", role: "alertdialog", "aria-labelledby": "staying", onCancel: (event) => (event.preventDefault(), onAct()) },
    h(
      "div",
      { className: "over-body" },
      h("div", { className: "bottom-head" }, h("h2", { id: "staying", className: "t-heading" }, title)),
      h("p", null, text, " ", h("b", { "aria-hidden": true }, clockWords(left))),
      h("div", { className: "pair" }, h("button", { type: "button", className: "btn primary", onClick: onAct }, act)),
    ),
  );
};

/** inside: whether somebody is signed in; the rest are words. */
export const Staying = ({ inside: now, title, idle, total, stay: stayWords, aware: awareWords }) => {
  const { warn, until } = useSyncExternalStore(listen, () => known, () => NOTHING);
  const { pathname, search } = useLocation();
  useEffect(start, []);
  useEffect(() => {
    inside = now;
    if (now) {
      try {
        sessionStorage.setItem(BACK, pathname + search);
      } catch {
        /* storage refused: it goes on at the first page */
      }
      ask();
    } else {
      clearTimeout(timer);
      over = Infinity;
      learn(NOTHING);
    }
  }, [now, pathname, search]);
  if (!warn) return null;
  const go = () => {
    if (warn === "total") {
      aware = true;
      learn(NOTHING);
    } else stay();
  };
  return h(Warning, { until, title, text: warn === "total" ? total : idle, act: warn === "total" ? awareWords : stayWords, onAct: go });
};

/** Goes back to where the screen was. */
export const Back = ({ open }) => {
  useEffect(() => {
    if (!open) return;
    let to = "/";
    try {
      to = sessionStorage.getItem(BACK) || "/";
    } catch {
      /* storage refused */
    }
    location.assign(to.startsWith("/") && !to.startsWith("//") ? to : "/");
  }, [open]);
  return null;
};
