// One's emergency card in the app: choosing, seeing it as it will look, keeping it on this phone, taking it away.
import { createElement as h, useEffect, useRef, useState } from "react";
import { choiceOf, chosen, day, drawn, isOld, named, OFFERED, print } from "$/public/card/draw.js";
import { ask, compared, forget, isKept, keep, listen, open } from "$/public/card/store.js";
import { useWords } from "$/public/external/health_cloud/ui/scripts/i18n.js";

const BEGUN = OFFERED.filter((name) => name !== "problems"); // a diagnosis is shown to strangers by an act of its own
const NOBODY = { contact: { name: "", phone: "" }, language: "" };
const AWAY = "/card.html";

const Card = ({ card, until = "" }) => {
  const { language } = useWords();
  const box = useRef(null);
  useEffect(() => box.current?.replaceChildren(drawn(card, language, until)), [card, language, until]);
  return h("div", { ref: box });
};

const Choice = ({ label, sub, checked, onChange }) =>
  h(
    "label",
    { className: "choice" },
    h("input", { type: "checkbox", checked, onChange }),
    h("span", null, h("span", { className: "choice-line" }, h("span", null, label)), sub ? h("span", { className: "sub" }, sub) : null),
  );

// No name and no handler of the server: nothing that is typed leaves the browser
const Field = ({ id, label, kind = "text", value, onChange, most }) =>
  h(
    "div",
    { className: "field" },
    h("label", { htmlFor: id }, label),
    h("div", { className: "input" }, h("input", { id, type: kind, value, maxLength: most, autoComplete: "off", onChange: (event) => onChange(event.target.value) })),
  );

const button = (kind, label, onClick, more = {}) => h("button", { type: "button", className: `btn ${kind} wide`, onClick, ...more }, label);

const taken = async (names) => {
  const answer = await fetch(`/emergency-card/keep?parts=${names.join(",")}`, { method: "POST" });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
};

// Each for itself: what a visit was for stands among the diagnoses too, and some are nobody's business
const Problems = ({ facts, on, onTurn }) => {
  const { t, pick } = useWords();
  const lines = facts.parts.find(({ name }) => name === "problems")?.lines ?? [];
  if (lines.length === 0) return null;
  return h(
    "div",
    { className: "not-printed" },
    h("div", { className: "sec" }, h("h2", null, t("card.which"))),
    h(
      "fieldset",
      { className: "sheet choices" },
      h("legend", { className: "sr" }, t("card.which")),
      lines.map((each, place) =>
        h(Choice, { key: place, label: pick(each.title), checked: !on || on.includes(named(each)), onChange: () => onTurn(named(each), lines.map(named)) }),
      ),
    ),
  );
};

const Maker = ({ facts, before, onKept, onLeave }) => {
  const { t } = useWords();
  const [names, setNames] = useState(() => (before ? choiceOf(before).names : BEGUN));
  const [on, setOn] = useState(() => before?.on ?? null);
  const [own, setOwn] = useState(() => before?.own ?? NOBODY);
  const [state, setState] = useState("");
  const [able, setAble] = useState(true);
  useEffect(() => setAble(Boolean(globalThis.crypto?.subtle && "indexedDB" in globalThis)), []);
  const toggle = (name) => setNames(OFFERED.filter((each) => (each === name ? !names.includes(name) : names.includes(each))));
  const turn = (name, all) => setOn(all.filter((each) => (each === name ? on && !on.includes(each) : !on || on.includes(each))));
  const typed = (name) => (value) => setOwn({ ...own, contact: { ...own.contact, [name]: value } });
  const onKeep = async () => {
    setState("busy");
    try {
      const { card, token } = await taken(names);
      await keep(chosen(card, { names, on, own }), token);
      onKept();
    } catch {
      setState("failed");
    }
  };
  return h(
    "div",
    null,
    h(
      "fieldset",
      { className: "sheet choices not-printed" },
      h("legend", { className: "sr" }, t("card.choose")),
      OFFERED.map((name) =>
        h(Choice, {
          key: name,
          label: t("card.on." + name),
          sub: name === "problems" ? t("card.problems_hint") : "",
          checked: names.includes(name),
          onChange: () => toggle(name),
        }),
      ),
    ),
    names.includes("problems") ? h(Problems, { facts, on, onTurn: turn }) : null,
    h("div", { className: "sec not-printed" }, h("h2", null, t("card.typed"))),
    h(
      "div",
      { className: "pad stack not-printed" },
      h("p", { className: "t-small ink-2" }, t("card.typed_hint")),
      h(Field, { id: "card-contact", label: t("card.contact_name"), value: own.contact.name, onChange: typed("name"), most: 40 }),
      h(Field, { id: "card-phone", kind: "tel", label: t("card.contact_phone"), value: own.contact.phone, onChange: typed("phone"), most: 30 }),
      h(Field, { id: "card-language", label: t("card.speaks"), value: own.language, onChange: (value) => setOwn({ ...own, language: value }), most: 40 }),
    ),
    h("div", { className: "sec not-printed" }, h("h2", null, t("card.preview"))),
    h(Card, { card: chosen(facts, { names, on, own }) }),
    h(
      "div",
      { className: "pad stack ecard-acts not-printed" },
      able
        ? button("primary", t("card.keep"), onKeep, { disabled: state === "busy" || names.length === 0 })
        : h("p", { className: "note warn" }, t("card.unable")),
      h("p", { role: "alert", className: "t-small ink-crit" }, names.length === 0 ? t("card.nothing") : state === "failed" ? t("card.failed") : ""),
      able ? null : button("plain", t("card.print_page"), () => print("page")),
      onLeave ? button("quiet", t("card.leave"), onLeave) : null,
    ),
  );
};

const WEEK = 7;

const Kept = ({ facts, kept, times, onChange }) => {
  const { t, language } = useWords();
  const heading = useRef(null);
  useEffect(() => {
    if (times) heading.current?.focus(); // the button that was pressed is gone
  }, [times]);
  const [ready, setReady] = useState(true);
  useEffect(() => {
    globalThis.caches?.match(AWAY).then((found) => setReady(Boolean(found)), () => setReady(false));
  }, []);
  const old = isOld(facts, kept.card);
  useEffect(() => {
    if (old) compared(false, WEEK); // it is said here: other pages need not for a while
  }, [old]);
  return h(
    "div",
    null,
    old
      ? h("div", { className: "note warn inset ecard-note not-printed" }, h("span", null, t("card.changed")), h("button", { type: "button", className: "link act", onClick: onChange }, t("card.renew")))
      : null,
    h("div", { className: "sec not-printed" }, h("h2", { ref: heading, tabIndex: -1 }, t("card.kept"))),
    h(Card, { card: kept.card, until: kept.until }),
    h(
      "div",
      { className: "pad stack ecard-acts not-printed" },
      h("p", { className: "t-small" }, ready ? t("card.how") : t("card.unready")),
      h("p", { className: "t-small ink-2" }, t("card.until", { day: day(kept.until, language) })),
      h("p", { className: "t-small ink-2" }, t("card.paper")),
      h("a", { className: "btn plain wide", href: AWAY }, t("card.see")),
      button("plain", t("card.print_page"), () => print("page")),
      button("plain", t("card.print_wallet"), () => print("wallet")),
      button("plain", t("card.change"), onChange),
      button("danger", t("card.away"), forget),
    ),
  );
};

/** facts: everything that hospitals have for one's card. */
export const Making = ({ facts }) => {
  const { t } = useWords();
  const [kept, setKept] = useState(undefined);
  const [changing, setChanging] = useState(false);
  const [said, setSaid] = useState("");
  const [times, setTimes] = useState(0);
  useEffect(() => {
    let here = true;
    const look = async () => {
      const found = await open();
      if (here) setKept(found);
    };
    ask().then(look, look); // another's card is gone before anything of it could be shown
    const stop = listen(async () => {
      setSaid((await isKept()) ? "card.kept" : "card.gone");
      await look();
    });
    return () => {
      here = false;
      stop();
    };
  }, []);
  const onKept = () => {
    setChanging(false);
    setTimes((before) => before + 1);
  };
  const shown =
    kept === undefined
      ? null
      : kept?.card && !changing
        ? h(Kept, { facts, kept, times, onChange: () => setChanging(true) })
        : h(Maker, { facts, before: kept?.card, onKept, onLeave: kept?.card ? () => setChanging(false) : null });
  return h(
    "div",
    null,
    h("link", { rel: "stylesheet", href: "/styles/card.css", precedence: "default" }),
    h("p", { role: "status", className: said === "card.kept" ? "sr" : "pad t-small not-printed" }, kept?.doubted ? t("card.unsure") : t(said)),
    shown,
  );
};
