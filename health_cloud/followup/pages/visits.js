// A visit in the browser: what is written goes out until the server has it, once; the newest is in sight; J and K go
// through the queue, N to the note.
import { createElement as h, useEffect, useRef, useState } from "react";

const AGAIN = 4000;
const LONGEST = 2000;

// What is being written, and what is on its way, by visit; it outlives a lost connection and a page that is built anew
const held = new Map();
const NOTHING = { text: "", out: [] };

const newKey = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};

/** visit: which one, open or over; done: keys the server has; refused: one that it did not take; the rest are words. */
export const Composer = ({ visit, open, done, refused, label, act, waits, unsent, onSay }) => {
  const [, setTurn] = useState(0);
  const field = useRef(null);
  const mine = () => held.get(visit) ?? NOTHING;
  const become = (next) => {
    held.set(visit, next);
    setTurn((turn) => turn + 1);
  };
  const say = useRef(onSay);
  say.current = onSay;
  const { text, out } = mine();

  useEffect(() => {
    const now = mine();
    const left = now.out.filter(({ key }) => !done.includes(key) && key !== refused);
    if (left.length === now.out.length) return;
    const back = now.out.find(({ key }) => key === refused && !done.includes(key));
    become({ text: back ? [back.text, now.text].filter(Boolean).join("\n") : now.text, out: left });
  }, [done, refused]);
  useEffect(() => {
    if (!out.length || !open) return undefined;
    const each = setInterval(() => mine().out.forEach((one) => say.current(one.key, one.text)), AGAIN);
    return () => clearInterval(each);
  }, [out.length > 0, visit, open]);

  const send = (event) => {
    event?.preventDefault();
    const words = mine().text.trim();
    if (!words) return;
    const one = { key: newKey(), text: words };
    become({ text: "", out: [...mine().out, one] });
    say.current(one.key, one.text);
    field.current?.focus();
  };
  const onKeyDown = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) send(event);
  };
  if (!open) {
    const left = [...out.map((one) => one.text), text.trim()].filter(Boolean).join("\n");
    return left ? h("div", { className: "composer over" }, h("p", { className: "said-at" }, unsent), h("p", { className: "said me waits" }, left)) : null;
  }
  return h(
    "form",
    { className: "composer", onSubmit: send },
    out.map(({ key, text: words }) =>
      h("p", { key, className: "said me waits" }, words, h("span", { className: "said-at" }, waits)),
    ),
    h("textarea", {
      ref: field,
      rows: 2,
      maxLength: LONGEST,
      "aria-label": label,
      placeholder: label,
      value: text,
      onChange: ({ target }) => become({ ...mine(), text: target.value }),
      onKeyDown,
    }),
    h("button", { type: "submit", className: "btn primary", disabled: !text.trim() }, act),
  );
};

/** Keeps the end of its children in sight while they grow, unless the reader has gone back. */
export const Latest = ({ count, label, children }) => {
  const box = useRef(null);
  const atEnd = useRef(true);
  useEffect(() => {
    if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [count]);
  // A search leads to one line by the address; it is shown once it is here, and again when its link is pressed again
  const shown = useRef("");
  const show = () => {
    const { hash } = location;
    const line = hash.startsWith("#said-") ? document.getElementById(hash.slice(1)) : null;
    if (!line || shown.current === hash || !box.current?.contains(line)) return;
    shown.current = hash;
    atEnd.current = false;
    box.current.querySelector("[data-found]")?.removeAttribute("data-found");
    line.setAttribute("data-found", "");
    line.tabIndex = -1;
    line.focus({ preventScroll: true });
    line.scrollIntoView({ block: "center" });
  };
  useEffect(show);
  useEffect(() => {
    const pressed = ({ target }) => {
      if (!target.closest?.(".found a")) return;
      shown.current = "";
      setTimeout(show, 60);
    };
    addEventListener("click", pressed);
    return () => removeEventListener("click", pressed);
  }, []);
  const onScroll = ({ target }) => {
    atEnd.current = target.scrollHeight - target.scrollTop - target.clientHeight < 40;
  };
  return h("div", { ref: box, className: "talk", role: "log", "aria-label": label, tabIndex: 0, onScroll }, children);
};

const typing = ({ target }) => target.closest?.("input, textarea, select, [contenteditable], dialog");

/** J and K go to the next and the one before among the links of the queue; N to the note, where there is one. */
export const QueueKeys = () => {
  useEffect(() => {
    const press = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event)) return;
      if (event.key.toLowerCase() === "n") {
        const field = document.querySelector(".visit-note textarea, .visit-note button");
        field?.scrollIntoView({ block: "nearest" });
        field?.focus();
        if (field) event.preventDefault();
        return;
      }
      const step = { j: 1, k: -1 }[event.key.toLowerCase()];
      if (!step) return;
      const links = [...document.querySelectorAll(".queue a")];
      const now = links.findIndex((link) => link.getAttribute("aria-current") === "page");
      const next = links[now < 0 ? (step > 0 ? 0 : links.length - 1) : now + step];
      if (next) next.click();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  return null;
};
