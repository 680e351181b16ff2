import { createElement as h, useEffect, useRef, useState } from "react";
import { Check, X } from "lucide-react";
import { useWords } from "./i18n.js";

/** What happened, and undo with the seconds left. The region is always there, so that its words are announced. */
export const Toast = ({ message, seconds = 8, onUndo, onClose }) => {
  const { t } = useWords();
  const [left, setLeft] = useState(seconds);
  const resting = useRef(false);
  useEffect(() => {
    if (!message) return;
    setLeft(seconds);
    let rest = seconds;
    const tick = setInterval(() => {
      if (resting.current) return;
      rest -= 1;
      setLeft(rest);
      if (rest > 0) return;
      clearInterval(tick);
      onClose?.();
    }, 1000);
    return () => clearInterval(tick);
  }, [message, seconds]);
  const rest = (yes) => () => {
    resting.current = yes;
  };
  const words = message
    ? h(
        "div",
        { className: "toast", onMouseEnter: rest(true), onMouseLeave: rest(false), onFocus: rest(true), onBlur: rest(false) },
        h(Check, { className: "ic m", "aria-hidden": true }),
        h("span", null, message),
        onUndo
          ? h("button", { type: "button", "aria-label": t("ui.toast.undo"), onClick: () => onUndo() }, t("ui.toast.undo_left", { count: left }))
          : h("button", { type: "button", className: "icbtn", "aria-label": t("ui.close"), onClick: () => onClose?.() }, h(X, { className: "ic m", "aria-hidden": true })),
      )
    : null;
  return h("div", { role: "status", "aria-live": "polite", className: "toasts" }, words);
};
