// Where one is in a long list: the address says how much of it is shown, this tab remembers how far it was scrolled.
import { createElement as h, useEffect, useRef } from "react";
import { Link, useLocation, useNavigate } from "react-router";

const SCROLLED = "hc-scrolled"; // how far each entry of the history was scrolled
const LISTS = "hc-lists"; // lists above the page that is open: where the way back leads
const RETURNS = "hc-returns"; // the way back has been taken, and is not there yet
const PAGE = 50;
const KEPT = 30;
const PATIENCE = 3000;
const HANDS = ["wheel", "touchmove"];

const read = (name) => {
  try {
    return JSON.parse(sessionStorage.getItem(name)) || {};
  } catch {
    return {};
  }
};
const write = (name, value) => {
  try {
    sessionStorage.setItem(name, JSON.stringify(Object.fromEntries(Object.entries(value).slice(-KEPT))));
  } catch {
    /* storage refused: one comes back to the top */
  }
};
const put = (name, key, value) => {
  const { [key]: _before, ...rest } = read(name);
  write(name, { ...rest, [key]: value });
};

/** Forgets the lists that are not above this page: coming there anew begins at the top. */
export const forgetLists = (pathname) => {
  const kept = Object.entries(read(LISTS)).filter(([path]) => `${pathname}/`.startsWith(`${path}/`));
  write(LISTS, Object.fromEntries(kept));
};

const listAt = ({ pathname, search }) => {
  const query = new URLSearchParams(search);
  query.delete("from");
  query.delete("shown");
  return pathname.replace(/\/$/, "") + (query.size ? `?${query}` : "");
};

// Not by the router: to it this would be another page, to be loaded
const sayInAddress = (start, shown) => {
  const url = new URL(window.location.href);
  const say = (name, value) => (value ? url.searchParams.set(name, value) : url.searchParams.delete(name));
  say("from", start);
  say("shown", shown > PAGE ? shown : "");
  if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
};

const takeReturn = (path) => {
  const { [path]: y, ...rest } = read(RETURNS);
  write(RETURNS, rest);
  return y;
};

const current = (key) => (window.history.state?.key ?? "default") === key;

/** Stands on a list; shows nothing. */
export const Place = ({ at, start, shown, ready }) => {
  const { key, pathname } = useLocation();
  const before = useRef({});
  const found = useRef({});
  const now = useRef({});
  const there = () => ready && at === listAt(window.location);

  // What is shown when one arrives may be what was left here earlier: only what comes after it is said
  useEffect(() => {
    const arrived = before.current.key !== key;
    const same = before.current.start === start && before.current.shown === shown;
    before.current = { key, start, shown };
    if (arrived || same || !there()) return;
    sayInAddress(start, shown);
    now.current.search = window.location.search;
  }, [key, at, start, shown, ready]);

  useEffect(() => {
    if (found.current.key === key && found.current.done) return;
    if (found.current.key !== key) {
      found.current = { key, done: false, y: takeReturn(pathname) ?? read(SCROLLED)[key] ?? 0, since: Date.now() };
    }
    const { y, since } = found.current;
    let frame;
    const go = () => {
      if (!there()) return;
      if (y && !found.current.done) window.scrollTo(0, y);
      found.current.done ||= !y || Math.abs(window.scrollY - y) < 2 || Date.now() - since > PATIENCE;
      if (!found.current.done) frame = requestAnimationFrame(go);
    };
    frame = requestAnimationFrame(go);
    return () => cancelAnimationFrame(frame);
  }, [key, at, start, shown, ready]);

  useEffect(() => {
    now.current = { y: found.current.y || 0, search: window.location.search };
    const note = () => {
      if (current(key) && found.current.done) now.current.y = window.scrollY;
    };
    const leave = () => {
      found.current.done = true; // whoever scrolls knows where to
    };
    const keep = () => put(SCROLLED, key, now.current.y);
    addEventListener("scroll", note, { passive: true });
    addEventListener("pagehide", keep);
    HANDS.forEach((name) => addEventListener(name, leave, { passive: true }));
    return () => {
      removeEventListener("scroll", note);
      removeEventListener("pagehide", keep);
      HANDS.forEach((name) => removeEventListener(name, leave));
      keep();
      put(LISTS, pathname, now.current);
    };
  }, [key, pathname]);
  return null;
};

/** Leads to the page above; to a list with its filter, to where one was in it. */
export const BackLink = ({ href, className, children }) => {
  const navigate = useNavigate();
  const go = (event) => {
    const kept = read(LISTS)[href];
    if (!kept || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    put(RETURNS, href, kept.y);
    navigate(href + kept.search);
  };
  return h(Link, { to: href, className, onClick: go }, children);
};
