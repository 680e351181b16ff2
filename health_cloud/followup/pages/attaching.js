// Files of a visit in the browser: each is sent as it is, with its progress, until the server has it or says why not.
import { createElement as h, lazy, Suspense, useEffect, useRef, useState } from "react";
import { FileText, Paperclip, RotateCcw, X } from "lucide-react";
import { useWords } from "$/public/external/health_cloud/ui/scripts/i18n.js";
import { Overlay } from "$/public/external/health_cloud/ui/scripts/overlays.js";

const Original = lazy(() => import("$/public/external/health_cloud/records/pages/original/original.js").then((module) => ({ default: module.Original })));

const LARGEST = 20_000_000;
const TAKEN = "image/jpeg,image/png,application/pdf,.jpg,.jpeg,.png,.pdf";
const SIGN = { className: "ic", "aria-hidden": true };

// What is on its way, by visit; it outlives a page that is built anew
const held = new Map();
const ears = new Map();
const listOf = (visit) => held.get(visit) ?? [];
const become = (visit, next) => {
  held.set(visit, next);
  ears.get(visit)?.forEach((hear) => hear());
};
const change = (visit, key, told) => become(visit, listOf(visit).map((one) => (one.key === key ? { ...one, ...told } : one)));
const drop = (visit, key) => become(visit, listOf(visit).filter((one) => one.key !== key));

const newKey = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};

const toldIn = (request) => {
  try {
    return JSON.parse(request.responseText).problem ?? null;
  } catch {
    return null;
  }
};

// One after the other: a phone's way out is narrow, and the order stays
const next = (visit) => {
  const list = listOf(visit);
  if (list.some((one) => one.state === "sending")) return;
  const one = list.find(({ state }) => state === "waits");
  if (!one) return;
  const request = new XMLHttpRequest();
  change(visit, one.key, { state: "sending", percent: 0, problem: null, request });
  const over = (told) => {
    if (listOf(visit).some(({ key }) => key === one.key)) told ? change(visit, one.key, { ...told, request: null }) : drop(visit, one.key);
    next(visit);
  };
  request.upload.onprogress = ({ loaded, total }) => total && change(visit, one.key, { percent: Math.round((100 * loaded) / total) });
  // What a file is does not change by sending it again
  request.onload = () => over(request.status === 200 ? null : { state: "failed", problem: toldIn(request), sendable: ![400, 403, 413].includes(request.status) });
  request.onerror = () => over({ state: "failed", problem: null });
  request.onabort = () => over(null);
  request.open("POST", `/visit-attachments/${encodeURIComponent(visit)}`);
  request.setRequestHeader("content-type", "application/octet-stream");
  request.setRequestHeader("x-file-key", one.key);
  request.setRequestHeader("x-file-name", encodeURIComponent(one.file.name.slice(-200)));
  request.send(one.file);
};

const Sending = ({ visit, one, t, language }) => {
  const failed = one.state === "failed";
  const why = one.problem ? one.problem[language.startsWith("en") ? "en" : "zh"] : t("followup.attach.failed");
  const stop = () => {
    one.request?.abort();
    drop(visit, one.key);
    next(visit);
  };
  const again = () => {
    change(visit, one.key, { state: "waits", problem: null });
    next(visit);
  };
  return h(
    "li",
    { className: failed ? "sending failed" : "sending" },
    h(
      "div",
      { className: "sending-told" },
      h("b", null, one.file.name),
      failed
        ? h("span", { role: "alert", className: "t-small ink-crit" }, why)
        : one.state === "waits"
          ? h("span", { className: "t-small ink-2" }, t("followup.attach.waits"))
          : h("progress", { max: 100, value: one.percent, "aria-label": t("followup.attach.sending", { name: one.file.name, percent: one.percent }) }),
    ),
    h("button", { type: "button", className: "icbtn", onClick: stop, "aria-label": t("followup.attach.stop", { name: one.file.name }) }, h(X, SIGN)),
    failed && one.sendable ? h("button", { type: "button", className: "btn plain sm", onClick: again }, h(RotateCcw, SIGN), t("followup.attach.again")) : null,
  );
};

/** visit: where it goes; open: whether files are taken now; hint: what is taken. */
export const AttachBox = ({ visit, open, hint }) => {
  const words = useWords();
  const { t } = words;
  const [, setTurn] = useState(0);
  const field = useRef(null);
  useEffect(() => {
    const hear = () => setTurn((turn) => turn + 1);
    ears.set(visit, (ears.get(visit) ?? new Set()).add(hear));
    return () => ears.get(visit)?.delete(hear);
  }, [visit]);
  const list = listOf(visit);
  const choose = ({ target }) => {
    const chosen = [...target.files].map((file) => {
      const large = file.size > LARGEST;
      return { key: newKey(), file, percent: 0, sendable: !large, state: large ? "failed" : "waits", problem: large ? { zh: t("followup.attach.too_large"), en: t("followup.attach.too_large") } : null };
    });
    target.value = "";
    become(visit, [...listOf(visit), ...chosen]);
    next(visit);
  };
  if (!open && !list.length) return null;
  return h(
    "div",
    { className: "attach" },
    list.length ? h("ul", { className: "sendings" }, list.map((one) => h(Sending, { key: one.key, visit, one, t, language: words.language }))) : null,
    open
      ? h(
          "div",
          { className: "attach-act" },
          h("button", { type: "button", className: "btn plain sm", onClick: () => field.current.click() }, h(Paperclip, SIGN), t("followup.attach.add")),
          h("span", { className: "t-micro ink-2" }, hint),
          h("input", { ref: field, type: "file", multiple: true, accept: TAKEN, className: "sr", tabIndex: -1, "aria-hidden": true, onChange: choose }),
        )
      : null,
  );
};

/** One file: a small picture or a sign; a press shows all of it above the page, so that a talk goes on beneath. */
export const FileView = ({ visit, file, kind, name, size }) => {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const source = `/visit-attachments/${visit}/${file}`;
  return h(
    "div",
    { className: "contents" },
    h(
      "button",
      { type: "button", className: `file file-${kind}`, onClick: () => setOpen(true), "aria-label": t("followup.attach.open", { name }) },
      kind === "photo" ? h("img", { src: `${source}/small`, alt: "", loading: "lazy", decoding: "async" }) : h(FileText, SIGN),
      h("span", { className: "file-told" }, h("b", null, name), h("span", { className: "t-micro ink-2" }, size)),
    ),
    h(
      Overlay,
      { open, title: name, onClose: () => setOpen(false) },
      h(
        "div",
        { className: "file-shown" },
        h(Suspense, { fallback: h("p", { className: "viewer-wait", role: "status" }, t("records.original.opening")) }, h(Original, { look: kind === "photo" ? "image" : "pdf", source, file: source, name })),
      ),
    ),
  );
};
