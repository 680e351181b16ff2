// Where one is in a long list: this tab remembers which line stood where, and which list led to the page that is open.
import { createElement as h, useEffect, useState } from "react";
import { Link, useLocation, useNavigate } from "react-router";

const STOOD = "hc-stood"; // which line stood where, for each entry of the history
const LISTS = "hc-lists"; // lists that the page that is open was reached from, with the place in them
const RETURNS = "hc-returns"; // the way back has been taken, and is not there yet
const LED = "hc-led"; // which list led to a page
const KEPT = 30;
const NOBODYS = ["/welcome", "/sign-in"]; // where whoever was signed in is not any more

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
const forget = (name) => {
  try {
    sessionStorage.removeItem(name);
  } catch {
    /* refused: then nothing was written either */
  }
};
const put = (name, key, value) => {
  const { [key]: _before, ...rest } = read(name);
  write(name, { ...rest, [key]: value });
};

/** What each list was given, so that coming back shows it at once; never longer than the way back to it is known. */
export const memories = new Map();

const under = (pathname, path) => `${pathname}/`.startsWith(`${path}/`);
const above = (path, pathname) =>
  under(pathname, path) || Object.entries(read(LED)).some(([to, list]) => list === path && under(pathname, to));

/** Forgets the lists that did not lead to this page: coming there anew begins at the top. Nobody's page forgets all. */
export const forgetLists = (pathname) => {
  const here = pathname.replace(/\/$/, "") || "/";
  if (NOBODYS.includes(here)) {
    memories.clear();
    for (const name of [STOOD, LISTS, RETURNS, LED]) forget(name);
    return;
  }
  write(LISTS, Object.fromEntries(Object.entries(read(LISTS)).filter(([path]) => above(path, here))));
  for (const path of [...memories.keys()]) if (!above(path, here)) memories.delete(path);
};

export const led = (to, path) => put(LED, to, path);
export const keepPlace = (key, pathname, mark) => {
  put(STOOD, key, mark);
  put(LISTS, pathname, { mark, search: window.location.search });
};
export const placeKnown = (key, pathname) => Boolean(read(RETURNS)[pathname] ?? read(STOOD)[key]);
export const takePlace = (key, pathname) => {
  const { [pathname]: returning, ...rest } = read(RETURNS);
  write(RETURNS, rest);
  return returning ?? read(STOOD)[key] ?? null;
};

/** Leads to the page above, or to the list that one came from; to a list with its filter, to where one was in it. */
export const BackLink = ({ href, others = {}, className, children }) => {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [from, setFrom] = useState(href);
  useEffect(() => {
    const list = read(LED)[pathname];
    setFrom(list && others[list] && read(LISTS)[list] ? list : href);
  }, [pathname, href]);
  const go = (event) => {
    const kept = read(LISTS)[from];
    if (!kept || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    put(RETURNS, from, kept.mark);
    navigate(from + kept.search);
  };
  return h(Link, { to: from, className, onClick: go }, from === href ? children : [children[0], others[from]]);
};
