// Keeps what is being typed while a page is built anew under it, as when the connection comes back: the fields vanish
// with the server's State and return empty. In memory, for this page alone; passwords are not kept.
import { useEffect } from "react";
import { useLocation } from "react-router";

const FIELDS = "textarea[name], input[name]";
const NOT_TYPED = ["password", "checkbox", "radio", "hidden", "file", "submit", "button"];
const SETTLES = 10000;

const typed = new Map(); // where a field stands -> what was typed into it, and the field
let returning = false;

const place = (field) => `${field.form?.id ?? ""} ${field.name}`;
// What keeps its own words (`data-kept`) is not filled from here: they may have been sent, signed and corrected since
const isTyped = (field) => field.matches?.(FIELDS) && !NOT_TYPED.includes(field.type) && !field.closest("[data-kept]");

const note = ({ target }) => isTyped(target) && typed.set(place(target), { field: target, value: target.value });

const refill = () => {
  if (!returning) return;
  for (const field of document.querySelectorAll(FIELDS)) {
    const before = typed.get(place(field));
    if (!before || before.field === field || field.value || !isTyped(field)) continue;
    field.value = before.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
};

// What went because somebody sent or closed it is done with; only what vanished by itself returns
const forget = () => {
  if (returning) return;
  for (const [where, { field }] of typed) if (!field.isConnected) typed.delete(where);
};
const sent = ({ target }) => [...target.elements].forEach((field) => typed.delete(place(field)));

let started = false;
const start = () => {
  if (started) return;
  started = true;
  document.addEventListener("input", note, true);
  document.addEventListener("submit", sent, true);
  document.addEventListener("pointerdown", forget, true);
  document.addEventListener("keydown", forget, true);
  new MutationObserver(refill).observe(document.body, { childList: true, subtree: true });
};

/** ready: whether the server's State has arrived; it is not for a moment at each connect. */
export const Drafts = ({ ready }) => {
  const { pathname } = useLocation();
  useEffect(start, []);
  useEffect(() => () => typed.clear(), [pathname]);
  useEffect(() => {
    if (!ready) {
      returning = true;
      return undefined;
    }
    refill();
    const settled = setTimeout(() => {
      returning = false;
    }, SETTLES);
    return () => clearTimeout(settled);
  }, [ready]);
  return null;
};
