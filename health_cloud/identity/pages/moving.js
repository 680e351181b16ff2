// The moving parts of signing in and verifying: the full page load that sets the cookie, and where the focus goes.
import { createElement as h, useEffect, useState } from "react";

// An emergency card kept here may be somebody else's than who signs in
const cards = () => import("$/public/card/store.js");

/** Fetches the cookie by a full page load as soon as there is a code; the client router cannot. */
export const Enter = ({ code }) => {
  useEffect(() => {
    if (!code) return;
    const go = () => window.location.assign(`/auth/enter?code=${encodeURIComponent(code)}`);
    cards().then(({ doubt }) => doubt()).then(go, go);
  }, [code]);
  return null;
};

/** Moves the focus after a step or an error: to a field by its id, or to the heading; never away from who types already. */
export const Lead = ({ target, turn }) => {
  useEffect(() => {
    if (!turn) return;
    const left = document.activeElement;
    const wait = setTimeout(() => {
      const heading = !target || target === "heading";
      const now = document.activeElement;
      if (now !== left && now?.matches("input, select, textarea")) return;
      const found = heading ? document.querySelector("main h1, h1") : document.getElementById(target);
      if (!found) return;
      if (heading) found.tabIndex = -1;
      found.focus();
      if (heading) window.scrollTo({ top: 0 });
    }, 30);
    return () => clearTimeout(wait);
  }, [target, turn]);
  return null;
};

/** Puts the code of a printed QR (the part of the address after #, which no server sees) into its field; "login:code" fills both. */
export const Printed = ({ target }) => {
  useEffect(() => {
    const parts = decodeURIComponent(window.location.hash.slice(1)).split(":");
    const fill = (id, value) => {
      const field = document.getElementById(id);
      if (value && field && !field.value) field.value = value.slice(0, 60);
    };
    fill(target, parts.pop());
    fill("login", parts.pop());
  }, [target]);
  return null;
};

/** Copies codes, so that they can be kept where the person keeps such things. */
export const Copy = ({ text, label, done, what }) => {
  const [copied, setCopied] = useState(false);
  const onClick = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  return h(
    "button",
    // On a line of what is copied it is a word that says what it takes; alone it is a button
    { type: "button", className: what ? "link act" : "btn plain wide", "aria-label": what && !copied ? `${label}: ${what}` : undefined, onClick },
    h("span", { "aria-live": "polite" }, copied ? done : label),
  );
};

/** Signs out. A form would say `Origin: null` under our referrer policy and be refused; a fetch names its origin. */
export const SignOut = ({ label, failed }) => {
  const [state, setState] = useState("");
  const onClick = async () => {
    setState("busy");
    const mark = document.documentElement.dataset;
    mark.leaving = "yes"; // who asks meanwhile how long the session goes on (staying.js) leads nowhere else
    try {
      const answer = await fetch("/auth/sign-out", { method: "POST", headers: { Accept: "application/json" } });
      if (answer.ok) {
        await cards().then(({ forget }) => forget(), () => {});
        return window.location.assign((await answer.json()).to); // after a single sign-on: the provider
      }
    } catch {
      // no network: still signed in, and said so
    }
    delete mark.leaving;
    setState("failed");
  };
  return h(
    "div",
    null,
    h("button", { type: "button", className: "btn plain wide", disabled: state === "busy", onClick }, label),
    h("p", { role: "alert", className: "t-small" }, state === "failed" ? failed : ""),
  );
};
