// One original as its hospital made it: zoom, where one is in it, and what to do where it cannot be shown.
import { createElement as h, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Download, Maximize2, ZoomIn, ZoomOut } from "lucide-react";
import { useWords } from "$/public/external/health_cloud/ui/scripts/i18n.js";
import { Pdf, reasonOf } from "./original_pdf.js";
import { Scan } from "./original_scan.js";

const STEPS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];
const SIGN = { className: "ic", "aria-hidden": true };

const button = (Icon, label, onClick, disabled) =>
  h("button", { type: "button", className: "icbtn", "aria-label": label, title: label, onClick, disabled: disabled || undefined }, h(Icon, SIGN));

// What lies in the middle of the screen stays there while everything around it grows
const useMiddle = (box, zoom) => {
  const held = useRef(null);
  const hold = () => {
    const { top, left, width, height } = box.current.firstChild.getBoundingClientRect();
    const frame = box.current.getBoundingClientRect();
    held.current = top > 120 ? null : { y: (innerHeight / 2 - top) / height, x: (frame.left + frame.width / 2 - left) / width };
  };
  useLayoutEffect(() => {
    if (!held.current) return;
    const { top, left, width, height } = box.current.firstChild.getBoundingClientRect();
    const frame = box.current.getBoundingClientRect();
    window.scrollBy(0, top + held.current.y * height - innerHeight / 2);
    box.current.scrollLeft += left + held.current.x * width - (frame.left + frame.width / 2);
    held.current = null;
  }, [zoom]);
  return hold;
};

const Failed = ({ why, file, onRetry, t }) =>
  h(
    "div",
    { className: "blank", role: "alert" },
    h("h2", { className: "t-heading" }, t(`records.original.${why}`)),
    h("p", null, t(`records.original.${why}_text`)),
    why === "away" ? h("button", { type: "button", className: "btn plain", onClick: onRetry }, t("ui.retry")) : null,
    why === "gone" ? null : h("a", { className: "btn plain", href: file, download: "" }, h(Download, SIGN), t("records.original.keep")),
  );

const Picture = ({ source, name, onReady, onFail }) =>
  h("div", { className: "leaf", "data-theme": "light" }, h("img", { src: source, alt: name, onLoad: onReady, onError: () => onFail("broken") }));

// Decoded as the server says: a hospital's text need not be UTF-8
const Text = ({ source, onReady, onFail }) => {
  const [text, setText] = useState(null);
  useEffect(() => {
    let left = false;
    const load = async () => {
      const answer = await fetch(source);
      if (!answer.ok) throw new Error(String(answer.status));
      const charset = /charset=([\w-]+)/i.exec(answer.headers.get("content-type") ?? "")?.[1] ?? "utf-8";
      const words = new TextDecoder(charset).decode(await answer.arrayBuffer());
      if (!left) setText(words);
      if (!left) onReady();
    };
    load().catch((problem) => left || onFail(reasonOf(problem)));
    return () => void (left = true);
  }, [source]);
  return h("pre", { className: "leaf leaf-text", "data-theme": "light" }, text);
};

// No script, no form, no way out: what is inside has no power over us, and the answer's own policy says so too
const Frame = ({ source, name, words, onReady }) =>
  h("div", { className: "leaf leaf-frame", "data-theme": "light" }, h("iframe", { src: `${source}?language=${words.language}`, title: name, sandbox: "", referrerPolicy: "no-referrer", onLoad: onReady }));

const LOOKS = { pdf: Pdf, image: Picture, pages: Scan, text: Text, frame: Frame };

/** look: "pdf", "image", "pages", "text", "frame" or "other"; leaves: sizes of a scan's pages; problem: why it cannot be shown. */
export const Original = ({ look = "", source = "", file = "", name = "", leaves = [], problem = "" }) => {
  const words = useWords();
  const { t } = words;
  const box = useRef(null);
  const [zoom, setZoom] = useState(1);
  const [place, setPlace] = useState({ page: 1, count: look === "pdf" ? 0 : leaves.length || 1 });
  const [ready, setReady] = useState(false);
  const [failed, setFailed] = useState(problem);
  const [turn, setTurn] = useState(0);
  const hold = useMiddle(box, zoom);
  const Look = LOOKS[look];
  const to = (value) => {
    hold();
    setZoom(value);
  };
  const near = STEPS.indexOf(zoom);
  const retry = () => {
    setFailed("");
    setReady(false);
    setTurn(turn + 1);
  };
  if (!Look) return h("div", { className: "viewer" }, h(Failed, { why: "other", file, t }));
  if (failed) return h("div", { className: "viewer" }, h(Failed, { why: failed, file, onRetry: retry, t }));
  const told = place.count ? t("records.original.place", place) : "";
  return h(
    "div",
    { className: "viewer" },
    h(
      "div",
      { className: "viewer-bar", role: "group", "aria-label": t("records.original.tools") },
      h("p", { className: "viewer-place" }, h("span", { "aria-hidden": true }, place.count ? `${place.page} / ${place.count}` : ""), h("span", { className: "sr" }, told)),
      button(ZoomOut, t("records.original.smaller"), () => to(STEPS[near - 1]), near === 0),
      h("button", { type: "button", className: "viewer-fit", "aria-label": t("records.original.fit", { percent: Math.round(zoom * 100) }), onClick: () => to(1) }, h(Maximize2, SIGN), `${Math.round(zoom * 100)}%`),
      button(ZoomIn, t("records.original.larger"), () => to(STEPS[near + 1]), near === STEPS.length - 1),
      h("a", { className: "icbtn", href: file, download: "", "aria-label": t("records.original.keep"), title: t("records.original.keep") }, h(Download, SIGN)),
    ),
    h("p", { className: ready ? "sr" : "viewer-wait", role: "status" }, ready ? told : t("records.original.opening")),
    h(
      "div",
      { className: "viewer-pad", ref: box, tabIndex: 0, role: "region", "aria-label": name },
      h("div", { className: "leaves", style: { "--zoom": zoom } }, h(Look, { key: turn, source, name, zoom, leaves, words, onReady: () => setReady(true), onPlace: setPlace, onFail: setFailed })),
    ),
  );
};
