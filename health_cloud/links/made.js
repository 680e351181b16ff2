// A link just made. The server sends it once and keeps nothing of it; here it stays until the page is left.
import { createElement as h, useEffect, useState } from "react";
import { Copy } from "$/public/external/health_cloud/identity/pages/moving/moving.js";
import { useWords } from "$/public/external/health_cloud/ui/scripts/i18n.js";

const Picture = ({ made, label }) =>
  h(
    "svg",
    { viewBox: `0 0 ${made.size} ${made.size}`, role: "img", "aria-label": label, className: "qr links-qr" },
    h("path", { d: made.picture, className: "qr-dark" }),
  );

/** Shows the form until there is a link, and then the link in its place. */
export const Made = ({ made, children }) => {
  const { t, moment } = useWords();
  const [kept, setKept] = useState(null);
  useEffect(() => {
    if (!made?.link) return;
    setKept(made);
    window.scrollTo({ top: 0 });
  }, [made?.link]);
  if (!kept) return children;
  return h(
    "div",
    { className: "pad stack links-made" },
    h("p", { role: "status", className: "strong" }, t("links.done")),
    h(Picture, { made: kept, label: t("links.qr") }),
    h("p", { className: "t-small ink-2" }, t("links.scan")),
    kept.passcode
      ? h(
          "div",
          { className: "links-passcode" },
          h("p", { className: "ink-2" }, t("links.passcode")),
          h("p", { className: "secret", "data-passcode": kept.passcode }, kept.passcode.replace(/(\d{3})(\d{3})/, "$1 $2")),
          h("p", { className: "t-small ink-2" }, t("links.passcode_text")),
        )
      : null,
    h("p", null, t("links.until", { at: moment(kept.until_at) })),
    h("p", { className: "t-small ink-2" }, t("links.once")),
    h(Copy, { text: kept.link, label: t("links.copy"), done: t("links.copied"), what: "" }),
    h("details", { className: "links-code" }, h("summary", null, t("links.code")), h("p", { className: "t-small" }, t("links.code_text")), h("code", { "data-code": "" }, kept.code)),
    h("a", { className: "btn plain wide", href: kept.link, target: "_blank", rel: "noreferrer" }, t("links.look")),
    h("a", { className: "btn primary wide", href: "/access/links" }, t("links.own")),
  );
};
