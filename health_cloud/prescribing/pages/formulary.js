// Sends a formulary's file as it is, and says what is wrong with it, by line.
import { createElement as h, useRef, useState } from "react";

const English = () => document.documentElement.lang.startsWith("en");
const said = (words) => (English() ? words.en || words.zh : words.zh || words.en);

/** label, choose, none, act, busy, failed: words; lineWord: "line" before its number; onLoaded: the file is here. */
export const FormularyFile = ({ label, hint, choose, none, act, busy, failed, lineWord, onLoaded }) => {
  const field = useRef(null);
  const [chosen, setChosen] = useState(null);
  const [sending, setSending] = useState(false);
  const [wrong, setWrong] = useState(null);

  const send = async (event) => {
    event.preventDefault();
    if (!chosen || sending) return;
    setSending(true);
    setWrong(null);
    try {
      const answer = await fetch("/desk/formulary/file", {
        method: "POST",
        body: chosen,
        headers: { "content-type": "text/csv" },
        credentials: "same-origin",
      });
      const kind = answer.headers.get("content-type") ?? "";
      const told = kind.includes("json") ? await answer.json() : {};
      if (answer.ok) {
        setChosen(null);
        field.current.value = "";
        onLoaded();
      } else {
        setWrong(told.problem ? told : { problem: { zh: failed, en: failed } });
      }
    } catch {
      setWrong({ problem: { zh: failed, en: failed } });
    } finally {
      setSending(false);
    }
  };

  return h(
    "form",
    { className: "form formulary-file", onSubmit: send },
    h(
      "div",
      { className: "field" },
      h("label", { htmlFor: "formulary-file" }, label),
      h("span", { className: "hint", id: "formulary-file-hint" }, hint),
      // the field itself speaks the browser's language, not the reader's
      h(
        "span",
        { className: "file-act" },
        h("button", { type: "button", className: "btn small", tabIndex: -1, "aria-hidden": true, onClick: () => field.current.click() }, choose),
        h("span", { className: chosen ? undefined : "ink-2", role: "status" }, chosen?.name ?? none),
      ),
      h("input", {
        id: "formulary-file",
        className: "sr",
        ref: field,
        type: "file",
        accept: ".csv,text/csv",
        "aria-describedby": "formulary-file-hint",
        onChange: (event) => {
          setChosen(event.target.files[0] ?? null);
          setWrong(null);
        },
      }),
    ),
    h(
      "div",
      { role: "alert" },
      wrong &&
        h(
          "div",
          { className: "note crit inset formulary-wrong" },
          h(
            "div",
            null,
            h("b", null, said(wrong.problem)),
            wrong.lines &&
              h(
                "ol",
                null,
                wrong.lines.map((each, place) =>
                  h("li", { key: place }, `${lineWord} ${each.line} · ${each.column} · ${said(each)}`),
                ),
              ),
          ),
        ),
    ),
    h(
      "button",
      { type: "submit", className: "btn primary", disabled: !chosen || sending, "aria-busy": sending },
      sending ? busy : act,
    ),
  );
};
