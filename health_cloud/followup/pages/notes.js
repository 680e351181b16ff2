// The physician's note in the browser: what is typed goes to the server a moment later and again until it is kept; it
// outlives a lost connection and a page that is built anew; two windows never overwrite each other unseen.
import { createElement as h, useEffect, useRef, useState } from "react";

const SOON = 900;
const AGAIN = 4000;

const newName = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};

// By this name the server knows that what it holds came from this very window, though its word may have been lost
const WRITER = newName();
let turns = 0;

// By visit: what is typed and not known to be kept (`typed`), what was sent of it, and the version it stands on
const held = new Map();
const draftOf = (visit) => {
  if (!held.has(visit)) held.set(visit, { typed: null, sent: null, turn: -1, base: 0, tries: 0 });
  return held.get(visit);
};

const trimmed = (told) => Object.fromEntries(Object.entries(told).map(([name, value]) => [name, value.trim()]));
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const isWithin = (typed, values) => Object.entries(typed).every(([name, value]) => value.trim() === (values[name] ?? ""));

/**
 * visit: which one; values: fields by name as the server has them, in its `version`; acked: the save that was kept;
 * conflict: another window has kept something else; refused: it was not taken as it is; mine, theirs: count up when what
 * is typed is wanted in place of the server's words, or these in place of that; open: it can be written; the rest are
 * words.
 */
export const NoteDraft = (props) => {
  const { visit, values, version, acked, conflict, refused, mine, theirs, open, title, saved, saving, unsaved } = props;
  const box = useRef(null);
  const timer = useRef(0);
  const now = useRef(props);
  now.current = props;
  const chosen = useRef({ mine, theirs });
  const [, setTurn] = useState(0);
  const redraw = () => setTurn((turn) => turn + 1);

  const fields = () => [...(box.current?.querySelectorAll("textarea[name], input[name], select[name]") ?? [])];
  const read = () => Object.fromEntries(fields().map((field) => [field.name, field.value]));
  const grow = () => {
    for (const area of box.current?.querySelectorAll("textarea") ?? []) {
      area.rows = 2;
      area.style.height = "auto";
      if (area.scrollHeight) area.style.height = `${area.scrollHeight + 2}px`;
    }
  };
  // a space at the end that the server does not keep is not taken from under somebody's hands
  const fill = (told) => {
    for (const field of fields()) {
      const value = told[field.name] ?? "";
      if (field.value.trim() !== value.trim()) field.value = value;
    }
    grow();
  };
  const send = () => {
    clearTimeout(timer.current);
    timer.current = 0;
    const draft = draftOf(visit);
    if (!draft.typed || !now.current.open || now.current.conflict) return;
    turns += 1;
    Object.assign(draft, { turn: turns, sent: draft.typed, tries: draft.tries + 1 });
    now.current.onSave(visit, trimmed(draft.typed), draft.base, WRITER, draft.turn);
    redraw();
  };
  const soon = (wait) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(send, wait);
  };
  const drop = () => Object.assign(draftOf(visit), { typed: null, tries: 0, base: now.current.version });

  // what the server has, unless something is typed that it does not have
  useEffect(() => {
    const { typed } = draftOf(visit);
    if (typed && !isWithin(typed, values)) {
      fill(typed);
      if (!timer.current && !refused) soon(0); // kept, or told at once that another window has kept something else
      return;
    }
    drop();
    fill(values);
    redraw();
  }, [visit, version, JSON.stringify(values), open]);
  useEffect(() => {
    const draft = draftOf(visit);
    if (!draft.typed || !acked || acked !== draft.turn) return;
    Object.assign(draft, { base: version, tries: 0 });
    if (same(draft.typed, draft.sent)) draft.typed = null;
    else soon(SOON);
    redraw();
  }, [acked, version]);
  useEffect(() => {
    const before = chosen.current;
    chosen.current = { mine, theirs };
    if (theirs > before.theirs) {
      drop();
      fill(values);
      redraw();
    } else if (mine > before.mine && draftOf(visit).typed) {
      draftOf(visit).base = version;
      soon(0);
    }
  }, [mine, theirs]);
  useEffect(() => {
    const each = setInterval(() => {
      if (draftOf(visit).typed && !timer.current && !now.current.refused) send();
    }, AGAIN);
    const leaving = (event) => draftOf(visit).typed && event.preventDefault();
    addEventListener("beforeunload", leaving);
    return () => {
      clearInterval(each);
      removeEventListener("beforeunload", leaving);
      if (timer.current) send();
    };
  }, [visit]);

  useEffect(() => {
    const onBlur = () => timer.current && send();
    const node = box.current;
    node?.addEventListener("focusout", onBlur);
    return () => node?.removeEventListener("focusout", onBlur);
  }, [visit]);

  const onInput = ({ target }) => {
    if (!target.name || !open) return;
    draftOf(visit).typed = read();
    grow();
    soon(SOON);
    redraw();
  };
  const { typed, tries } = draftOf(visit);
  const said = typed ? (conflict || refused || tries > 1 ? unsaved : saving) : saved;
  return h(
    "div",
    { ref: box, className: "note-draft", onInput, "data-kept": typed ? "no" : "yes" },
    h(
      "div",
      { className: "pane-head" },
      h("h2", null, title),
      open ? h("span", { className: "note-state", role: "status" }, said) : null,
    ),
    props.children,
  );
};
