// Sheets and dialogs on the native <dialog>: it keeps the focus inside, Escape closes it, the focus returns where it was.
import { Children, createElement as h, useEffect, useId, useRef, useState } from "react";
import { X } from "lucide-react";
import { useWords } from "./i18n.js";

const Panel = ({ kind, title, titleClass, onClose, closable, children }) => {
  const { t } = useWords();
  const box = useRef(null);
  const id = useId();
  useEffect(() => {
    const dialog = box.current;
    if (!dialog || dialog.open) return undefined;
    const opener = document.activeElement;
    dialog.showModal();
    dialog.querySelector("[data-first]")?.focus();
    return () => {
      dialog.close();
      if (opener?.isConnected) opener.focus?.();
    };
  }, []);
  const onCancel = (event) => {
    event.preventDefault();
    onClose?.();
  };
  const onClick = (event) => {
    // A press on the scrim lands on the dialog element itself
    const beside = closable && event.target === box.current;
    if (beside || event.target.closest("[data-close]")) onClose?.();
  };
  return h(
    "dialog",
    { ref: box, className: kind === "dialog" ? "over dialog" : "over bottom", "aria-labelledby": id, onCancel, onClick },
    h(
      "div",
      { className: "over-body" },
      kind === "dialog" ? null : h("div", { className: "grab", "aria-hidden": true }),
      h(
        "div",
        { className: "bottom-head" },
        h("h2", { id, className: titleClass ?? "t-heading" }, title),
        closable ? h("button", { type: "button", className: "icbtn", "aria-label": t("ui.close"), onClick: () => onClose?.() }, h(X, { className: "ic", "aria-hidden": true })) : null,
      ),
      children,
    ),
  );
};

/** Opened by a State: nothing of it is in the page while closed. */
export const Overlay = ({ open, kind = "sheet", title, onClose, children }) =>
  open ? h(Panel, { kind, title, onClose, closable: kind !== "dialog" }, children) : null;

/** Opened by its first child, without the server. */
export const Disclosure = ({ title, kind = "sheet", children }) => {
  const [open, setOpen] = useState(false);
  const [trigger, ...content] = Children.toArray(children);
  return h(
    "div",
    { className: "contents" },
    h("div", { className: "contents", onClick: () => setOpen(true) }, trigger),
    open ? h(Panel, { kind, title, closable: kind !== "dialog", onClose: () => setOpen(false) }, content) : null,
  );
};
