// The moving parts of the page frame: focus on arrival, one live region, preferences of this device.
import { createElement as h, useEffect, useRef, useState } from "react";
import { useLocation } from "react-router";
import { chooseLanguage, chosenLanguage, useWords } from "./i18n.js";
import { forgetLists } from "./place.js";

let lastPath = null;

// After a change of route the reader stands at the new page's heading, not at the old link
export const Arrival = () => {
  const { pathname } = useLocation();
  useEffect(() => {
    const first = lastPath === null;
    const same = lastPath === pathname;
    lastPath = pathname;
    forgetLists(pathname);
    if (first || same) return;
    const go = () => {
      const heading = document.querySelector("main h1, .appbar h1, h1");
      if (!heading) return false;
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
      return true;
    };
    if (go()) return;
    // The heading may come with the data
    const watch = new MutationObserver(() => go() && watch.disconnect());
    watch.observe(document.body, { childList: true, subtree: true });
    const stop = setTimeout(() => watch.disconnect(), 3000);
    return () => {
      clearTimeout(stop);
      watch.disconnect();
    };
  }, [pathname]);
  return null;
};

/** Says a change aloud; the words stay until the next change. */
export const Announce = ({ message }) => h("div", { className: "sr", role: "status", "aria-live": "polite" }, message || "");

const move = (event, count, index, go) => {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  const to = event.key === "Home" ? 0 : event.key === "End" ? count - 1 : step ? (index + step + count) % count : null;
  if (to === null) return;
  event.preventDefault();
  go(to);
};

/** Segments (one of a few, a radio group) or tabs, with the arrow keys. options: [{value, label, count}] */
export const Picker = ({ kind = "seg", label, value, options = [], onPick, disabled }) => {
  const box = useRef(null);
  const tabs = kind === "tabs";
  const at = Math.max(0, options.findIndex((option) => option.value === value));
  const go = (index) => {
    onPick?.(options[index].value);
    box.current?.children[index]?.focus();
  };
  return h(
    "div",
    { className: tabs ? "tabs" : "seg", role: tabs ? "tablist" : "radiogroup", "aria-label": label, ref: box },
    options.map((option, index) =>
      h(
        "button",
        {
          key: option.value,
          type: "button",
          role: tabs ? "tab" : "radio",
          [tabs ? "aria-selected" : "aria-checked"]: option.value === value,
          tabIndex: index === at ? 0 : -1,
          disabled: disabled || undefined,
          onClick: () => onPick?.(option.value),
          onKeyDown: (event) => move(event, options.length, index, go),
        },
        option.label,
        option.count ? h("span", { className: "count" }, option.count) : null,
      ),
    ),
  );
};

const store = (key, value) => {
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch {
    /* storage refused: the choice lasts as long as the page */
  }
};
const remembered = (key) => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};

const PREFERENCES = {
  language: {
    read: (words) => chosenLanguage() || words.language,
    write: chooseLanguage,
  },
  theme: {
    read: () => remembered("hc-theme") || "auto",
    write: (value) => {
      store("hc-theme", value === "auto" ? "" : value);
      if (value === "auto") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = value;
      dispatchEvent(new Event("hc-theme"));
    },
  },
  text: {
    read: () => document.documentElement.dataset.text || "normal",
    write: (value) => {
      store("hc-text", value);
      document.documentElement.dataset.text = value;
      dispatchEvent(new Event("hc-text"));
    },
  },
};

/** A choice that belongs to this device and never reaches the server. */
export const Preference = ({ name, label, options }) => {
  const words = useWords();
  const preference = PREFERENCES[name];
  const [value, setValue] = useState("");
  useEffect(() => setValue(preference.read(words)), [words.language]);
  const onPick = (next) => {
    preference.write(next);
    setValue(next);
  };
  return h(Picker, { label, value, options, onPick });
};
