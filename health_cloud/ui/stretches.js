// A long list in parts: the next is asked for as its edge nears; what is far away keeps its height and nothing else.
import { cloneElement, createElement as h, memo, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useLocation } from "react-router";
import { useWords } from "./i18n.js";
import { keepPlace, led, memories, placeKnown, takePlace } from "./place.js";

const AHEAD = "1500px 0px";
const HERE = "0px"; // nobody has moved yet: what lies below is asked for by whoever goes there
const TOP = 8;
const REST = 150; // so long after the last movement one is said to stand somewhere
const PATIENCE = 3000;
const ANSWER = 10000;
const HANDS = ["wheel", "touchmove", "keydown"];

const told = new WeakMap();
const observers = {};
const watch = (element, tell, rootMargin = AHEAD) => {
  const observer = (observers[rootMargin] ??= new IntersectionObserver(
    (entries) => entries.forEach((entry) => told.get(entry.target)?.(entry.isIntersecting)),
    { rootMargin },
  ));
  told.set(element, tell);
  observer.observe(element);
  return () => {
    observer.unobserve(element);
    told.delete(element);
  };
};

const moveBy = (distance) => Math.abs(distance) >= 1 && window.scrollBy({ top: distance, behavior: "instant" });
const hidden = (element) => !element?.offsetParent;
const lineAt = (root, line) => root?.querySelector(`[data-line="${CSS.escape(line)}"]`);
const topOf = (element) => element.getBoundingClientRect().top;
const heightOf = (element) => element.getBoundingClientRect().height; // rounded ones add up

/** The lines that are seen, from the top; the one that has the focus says so. */
const standing = (root) => {
  const seen = [];
  for (const element of root?.querySelectorAll("[data-line]") ?? []) {
    const { top, bottom } = element.getBoundingClientRect();
    if (top > window.innerHeight) break;
    if (bottom > 0) seen.push({ line: element.dataset.line, top, focus: element.contains(document.activeElement) });
  }
  return seen;
};

/** A line that leads nowhere takes the focus itself. */
const focusOn = (line, how) => {
  if (!line) return;
  const end = line.querySelector("a, button") ?? line;
  if (end === line) line.tabIndex = -1;
  end.focus(how);
};

const current = (key) => (window.history.state?.key ?? "default") === key;

// Not by the router: to it this would be another page, to be loaded
const sayInAddress = (said) => {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(said)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  if (url.href !== window.location.href) window.history.replaceState(window.history.state, "", url);
};

/** Notes which line stands where, and puts it there again; `where` says in the address what has to be there for that. */
const usePlace = (root, ready, where) => {
  const { key, pathname } = useLocation();
  const path = pathname.replace(/\/$/, "");
  const [settled, setSettled] = useState("");
  const mark = useRef({ key, at: null });
  if (mark.current.key !== key) mark.current = { key, at: null };

  useEffect(() => {
    if (settled === key) return;
    mark.current.at ??= takePlace(key, path);
    if (!ready) return;
    const { at } = mark.current;
    const since = Date.now();
    let frame;
    let still = 0;
    const leave = () => {
      HANDS.forEach((name) => removeEventListener(name, stop));
      cancelAnimationFrame(frame);
    };
    const stop = () => {
      leave();
      setSettled(key);
    };
    const go = () => {
      const line = at && lineAt(root.current, at.line);
      const off = line ? topOf(line) - at.top : 0;
      moveBy(off);
      still = line && Math.abs(off) < 1 ? still + 1 : 0;
      if (!at || still > 2 || Date.now() - since > PATIENCE) stop();
      else frame = requestAnimationFrame(go);
    };
    HANDS.forEach((name) => addEventListener(name, stop, { passive: true })); // whoever scrolls knows where to
    go();
    return leave;
  }, [key, ready, settled]);

  useEffect(() => {
    if (settled !== key || !ready) return;
    let rest;
    const stand = (line) => {
      if (!current(key) || hidden(root.current)) return;
      const top = window.scrollY <= TOP && !where().from;
      const seen = line ? { line: line.dataset.line, top: topOf(line) } : !top && standing(root.current)[0];
      mark.current.at = seen ? { line: seen.line, top: seen.top } : null;
      sayInAddress(seen ? where(seen.line) : { ...where(), from: "", shown: "" });
      keepPlace(key, path, mark.current.at);
    };
    const scrolled = () => {
      clearTimeout(rest);
      rest = setTimeout(stand, REST);
    };
    const clicked = (event) => {
      const link = event.target.closest?.("a[href]");
      if (!link) return;
      const inside = root.current?.contains(link);
      stand(inside ? link.closest("[data-line]") : undefined);
      if (inside) led(new URL(link.href).pathname.replace(/\/$/, ""), path);
    };
    const leaves = () => stand();
    // something else was shown in its place: that begins at its top, and coming back is to where one was
    let away = false;
    const sized = new ResizeObserver(() => {
      if (!root.current || hidden(root.current) === away) return;
      away = !away;
      clearTimeout(rest);
      window.scrollTo({ top: 0, behavior: "instant" });
      if (!away) setSettled("");
    });
    stand();
    sized.observe(root.current);
    addEventListener("scroll", scrolled, { passive: true });
    addEventListener("pagehide", leaves);
    document.addEventListener("click", clicked, true);
    return () => {
      clearTimeout(rest);
      sized.disconnect();
      removeEventListener("scroll", scrolled);
      removeEventListener("pagehide", leaves);
      document.removeEventListener("click", clicked, true);
    };
  }, [key, path, ready, settled]);
  return [settled === key, mark];
};

const Piece = memo(
  ({ list, className, rows, lineOf, late }) => {
    const box = useRef(null);
    const height = useRef(late);
    const [here, setHere] = useState(!late);
    useEffect(
      () =>
        watch(box.current, (nears) => {
          if (!nears && (hidden(box.current) || box.current.contains(document.activeElement))) return;
          if (!nears && box.current.firstChild) height.current = heightOf(box.current);
          setHere(nears);
        }),
      [],
    );
    useLayoutEffect(() => {
      if (!here) {
        box.current.style.height = `${height.current}px`;
        return;
      }
      box.current.style.height = "";
      // turned or enlarged meanwhile: what is read stays where it is
      if (height.current && topOf(box.current) < 0) moveBy(heightOf(box.current) - height.current);
      height.current = 0;
    }, [here]);
    const lines = here ? rows.map((row) => cloneElement(lineOf(row), { key: row.id, "data-line": row.id })) : null;
    return h(list, { ref: box, className }, lines);
  },
  (one, other) => one.rows === other.rows && one.language === other.language,
);

const numberOf = (parts) => parts.reduce((sum, { groups }) => groups.reduce((n, { rows }) => n + rows.length, sum), 0);

/**
 * What is shown after a part came: below, above, or in place of everything where it begins another turn.
 * Of what came below, nothing is drawn before it nears, unless it was asked for by hand: then its first line is gone to.
 */
const taken = (memory, { turn, part, groups, start }, byHand) => {
  const own = { part, groups, start, now: Infinity };
  if (memory?.turn !== turn) return { turn, parts: [own] };
  const { parts } = memory;
  if (part === parts[0].part - 1) return { turn, parts: [own, ...parts] };
  if (part === parts.at(-1).part + 1) return { turn, parts: [...parts, { ...own, now: byHand ? Infinity : 0 }] };
  return memory;
};

/** The parts around a line: what has to be there for standing at it again. */
const around = (parts, line) => {
  const at = parts.findIndex(({ groups }) => groups.some(({ rows }) => rows.some((row) => row.id === line)));
  return parts.slice(Math.max(0, at - 1), Math.max(0, at) + 2);
};

const HEAD = 200; // about so much of a phone stands above a list
const screenful = (tall) => Math.max(1, Math.ceil((window.innerHeight - HEAD) / tall));
const halves = new WeakMap(); // what was cut once stays the same: a piece is drawn anew where its rows are others
const cut = (rows, at) => {
  if (!halves.has(rows)) halves.set(rows, [rows.slice(0, at), rows.slice(at)]);
  return halves.get(rows);
};

/** The sections with their pieces; of each part only so many rows are drawn at once as it says: `now`. */
const sectionsOf = (parts, named, above, below) => {
  const sections = [];
  for (const { part, groups, now } of parts) {
    let left = now;
    for (const group of groups) {
      const { [named]: key, rows } = group;
      if (sections.at(-1)?.key !== key) sections.push({ key, group, pieces: [], count: 0 });
      const { pieces } = sections.at(-1);
      const whole = left >= rows.length || left <= 0;
      const [first, rest] = whole ? [rows, []] : cut(rows, left);
      pieces.push({ key: part, rows: first, late: left <= 0 });
      if (rest.length) pieces.push({ key: `${part} on`, rows: rest, late: true });
      left -= rows.length;
      sections.at(-1).count += rows.length;
    }
  }
  // more of it may lie beyond the edge
  if (above && sections.length) sections[0].count = 0;
  if (below && sections.length) sections.at(-1).count = 0;
  return sections;
};

const NOTHING = { turn: "", parts: [] };
const left = new Set(); // turns of lists that were left: shown until they come anew, and not gone on from

const Stretch = (props) => {
  const { at, turn, part, named, older, newer, stale, held, brief, tall } = props;
  const { list, className, headOf, lineOf, path, children } = props;
  const { key } = useLocation();
  const { t, language } = useWords();
  const root = useRef(null);
  const above = useRef(null);
  const below = useRef(null);
  const memory = useRef((!brief && memories.get(path)) || NOTHING);
  const before = useRef([]);
  const listed = useRef("");
  const asked = useRef("");
  const byHand = useRef(false);
  const [said, setSaid] = useState("");
  const [moved, setMoved] = useState(false);
  const place = useRef({ current: { at: null } });

  const mine = Boolean(turn) && at.split(/[?#]/)[0] === path;
  const anew = mine && !left.has(turn);
  const shown = !turn ? NOTHING : anew ? taken(memory.current, props, byHand.current) : memory.current;
  if (shown !== memory.current) {
    const other = memory.current.key && memory.current.key !== key;
    const another = listed.current && listed.current !== at; // at the same address: one begins at its first line
    const { at: sought } = place.current.current;
    before.current = other ? (sought ? [sought] : []) : another ? [] : standing(root.current);
    before.current.another = another && !other;
    before.current.firm = other || (shown.turn === memory.current.turn && shown.parts[0] !== memory.current.parts[0]);
    // where nobody stands anywhere yet, a screenful first: the rest is drawn once that has been painted
    const begins = shown.parts.length === 1 && !before.current.length && !sought && !placeKnown(key, path);
    if (begins && anew && !document.documentElement.dataset.density) shown.parts[0].now = screenful(tall);
    memory.current = shown;
    shown.key = key;
    listed.current = turn && at;
  }
  const { parts } = shown;

  const where = (line) => {
    const near = around(memory.current.parts, line);
    const from = near[0]?.start ?? "";
    const own = memory.current.key === key && listed.current; // else another list comes
    return { ...(own && Object.fromEntries(new URL(own, window.location).searchParams)), from, shown: from || near.length > 1 ? String(numberOf(near)) : "" };
  };
  const [settled, mark] = usePlace(root, parts.length > 0, where);
  place.current = mark;

  // What is read stays where it is, whatever came above it
  useLayoutEffect(() => {
    const seen = before.current;
    before.current = [];
    if (seen.another && root.current) moveBy(Math.min(0, topOf(root.current)));
    // nothing was here before: where it is scrolled to need not be asked, which would lay everything out at once
    if (seen.length && (seen.firm || window.scrollY > TOP)) {
      const stayed = seen.find(({ line }) => lineAt(root.current, line));
      if (stayed) moveBy(topOf(lineAt(root.current, stayed.line)) - stayed.top);
    }
    const lost = seen.find(({ focus }) => focus);
    if (lost && document.activeElement === document.body) {
      focusOn(lineAt(root.current, lost.line), { preventScroll: true });
    }
  }, [shown]);

  useEffect(() => {
    const came = part > 0 ? parts.at(-1) : parts[0];
    if (asked.current && part && came?.part === part) {
      const count = numberOf([came]);
      if (count) setSaid(t(`ui.list.came_${asked.current}`, { count, all: numberOf(parts) }));
      const first = byHand.current && asked.current === "older" && came.groups[0]?.rows[0]?.id;
      if (first) focusOn(lineAt(root.current, first));
    }
    asked.current = "";
    byHand.current = false;
  }, [turn, part, held]);

  useEffect(() => {
    if (!stale || !anew) return;
    const { from, shown: count } = where(standing(root.current)[0]?.line);
    props.onRenew?.(from, Number(count));
  }, [stale]);

  // Hidden and shown again, with nobody reading it anew
  useEffect(() => {
    if (anew || !mine) return;
    const said = new URLSearchParams(window.location.search);
    const renew = () => props.onRenew?.(said.get("from") ?? "", Number(said.get("shown")));
    const wait = setTimeout(renew, brief ? 0 : PATIENCE);
    return () => clearTimeout(wait);
  }, [anew, mine]);

  const ask = (edge) => {
    if ((asked.current && !held) || !anew) return;
    asked.current = edge;
    setTimeout(() => {
      if (asked.current === edge) asked.current = "";
    }, ANSWER);
    (edge === "older" ? props.onOlder : props.onNewer)?.();
  };
  useEffect(() => {
    if (held || !settled || !anew) return; // whoever wants to goes on by the button
    const stops = [
      ["newer", newer, above],
      ["older", older, below],
    ].map(([edge, there, { current: box }]) => there && box && watch(box, (nears) => nears && ask(edge), moved ? AHEAD : HERE));
    return () => stops.forEach((stop) => stop && stop());
  }, [turn, part, older, newer, held, settled, moved]);
  useEffect(() => {
    const scrolled = () => setMoved(true);
    addEventListener("scroll", scrolled, { passive: true, once: true });
    return () => removeEventListener("scroll", scrolled);
  }, []);

  useEffect(
    () => () => {
      const { turn: last, parts: kept } = memory.current;
      left.add(last);
      const line = place.current.current.at?.line;
      if (kept.length && !brief) memories.set(path, { turn: last, parts: around(kept, line) });
      else memories.delete(path);
    },
    [],
  );

  const more = (edge, there, box) =>
    h(
      "div",
      { ref: box, className: there ? "older" : undefined },
      there
        ? h(
            "button",
            {
              type: "button",
              className: "btn plain",
              onClick: (event) => {
                byHand.current = event.detail === 0;
                ask(edge);
              },
            },
            t(`ui.list.show_${edge}`),
          )
        : null,
      there && held ? h("p", { className: "t-small ink-2", role: "alert" }, t(held)) : null,
    );
  if (!parts.length) return children ?? null;
  return h(
    "div",
    { ref: root, className: "stretches" },
    more("newer", newer, above),
    sectionsOf(parts, named, newer, older).map(({ key: name, group, pieces, count }) =>
      h(
        "section",
        { key: name },
        headOf(group, count),
        // of each turn's own: one that was let go of in the turn before would show nothing yet
        pieces.map(({ key: of, rows, late }) =>
          h(Piece, { key: `${shown.turn} ${of}`, list, className, language, rows, lineOf, late: late ? rows.length * tall : 0 }),
        ),
      ),
    ),
    more("older", older, below),
    h("div", { className: "sr", role: "status" }, said),
  );
};

/** One list at a time: another address is another list. */
export const Stretches = (props) => {
  const path = useLocation().pathname.replace(/\/$/, "");
  return h(Stretch, { ...props, path, key: path });
};
