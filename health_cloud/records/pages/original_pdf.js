// Pages of a PDF, drawn by PDF.js when they come near: two hundred pages are two hundred sizes and three drawings.
import { createElement as h, useEffect, useLayoutEffect, useRef, useState } from "react";

const LARGEST = 16_000_000; // pixels of one drawing: a phone's browser gives no more
const SHARPEST = 3;
const AHEAD = "120% 0px";
/** The line of the screen that tells at which page one is. */
export const MIDDLE = "-45% 0px -54% 0px";

// The library, its worker and its tables come only when a PDF is opened; all of them are files of ours
const library = async () => {
  const [pdfjs, worker] = await Promise.all([import("pdfjs-dist/legacy/build/pdf.min.mjs"), import("pdfjs-dist/legacy/build/pdf.worker.min.mjs?url")]);
  pdfjs.GlobalWorkerOptions.workerSrc = worker.default;
  return pdfjs;
};

const opened = (pdfjs, data) => {
  const tables = `/assets/pdfjs-${pdfjs.version}/`;
  return pdfjs.getDocument({
    data,
    cMapUrl: `${tables}cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${tables}standard_fonts/`,
    iccUrl: `${tables}iccs/`,
    wasmUrl: `${tables}wasm/`,
    useWasm: false, // our content policy lets no code be made at run time
    isEvalSupported: false,
    enableXfa: false,
  });
};

const bytesOf = async (source) => {
  const answer = await fetch(source);
  if (!answer.ok) throw new Error(String(answer.status));
  return new Uint8Array(await answer.arrayBuffer());
};

/** Why an original is not shown: it wants a password, is damaged, is no longer to be seen, or did not come. */
export const reasonOf = (problem) => {
  if (problem?.name === "PasswordException") return "locked";
  if (problem?.name === "InvalidPDFException" || problem?.name === "UnknownErrorException") return "broken";
  return /^(401|403|404)$/.test(problem?.message) ? "gone" : "away";
};

const sizeOf = (page) => {
  const { width, height } = page.getViewport({ scale: 1 });
  return { width, height };
};

/** Tells whenever a box comes into a part of the screen, or leaves it. */
export const useSeen = (box, margin, onSeen) => {
  useEffect(() => {
    const watching = new IntersectionObserver(([entry]) => onSeen(entry.isIntersecting), { rootMargin: margin });
    watching.observe(box.current);
    return () => watching.disconnect();
  }, []);
};

// Draws beside what is shown, and takes its place when it is done
const draw = (pdfjs, page, box, wide) => {
  const whole = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: wide / whole.width });
  const sharp = Math.min(devicePixelRatio || 1, SHARPEST, Math.sqrt(LARGEST / (viewport.width * viewport.height)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(viewport.width * sharp);
  canvas.height = Math.round(viewport.height * sharp);
  const drawing = page.render({ canvas, viewport, transform: sharp === 1 ? null : [canvas.width / viewport.width, 0, 0, canvas.height / viewport.height, 0, 0] });
  const letters = document.createElement("div");
  letters.className = "letters";
  letters.style.setProperty("--total-scale-factor", viewport.scale);
  const layer = new pdfjs.TextLayer({ textContentSource: page.streamTextContent(), container: letters, viewport });
  const done = drawing.promise.then(async () => {
    box.replaceChildren(canvas, letters);
    await layer.render();
  });
  const stop = () => {
    drawing.cancel();
    layer.cancel();
  };
  return { done, stop };
};

const Leaf = ({ pdfjs, pdf, number, count, size, wide, words, onPlace, onReady }) => {
  const box = useRef(null);
  const paper = useRef(null);
  const [near, setNear] = useState(false);
  const [drawn, setDrawn] = useState(false);
  useSeen(box, AHEAD, setNear);
  useSeen(box, MIDDLE, (inside) => inside && onPlace({ page: number, count }));
  useEffect(() => {
    if (near || !drawn) return;
    paper.current.replaceChildren();
    setDrawn(false);
  }, [near]);
  useEffect(() => {
    if (!near || !wide) return undefined;
    let left = false;
    let work = null;
    const show = async () => {
      const page = await pdf.getPage(number);
      if (left) return;
      work = draw(pdfjs, page, paper.current, wide);
      await work.done;
      if (left) return;
      setDrawn(true);
      onReady();
    };
    // A page that cannot be drawn stays blank and says so; the others are there
    show().catch((problem) => !left && problem?.name !== "RenderingCancelledException" && setDrawn("broken"));
    return () => {
      left = true;
      work?.stop();
    };
  }, [near, wide]);
  const label = words.t("records.original.place", { page: number, count });
  return h(
    "section",
    { ref: box, className: "leaf leaf-page", "data-theme": "light", "aria-label": label, "data-drawn": drawn || undefined, style: { "--ratio": size.width / size.height } },
    h("div", { ref: paper, className: "paper" }),
    drawn === "broken" ? h("p", { className: "leaf-broken" }, words.t("records.original.page_broken")) : null,
  );
};

const useWide = (box, zoom, there) => {
  const [wide, setWide] = useState(0);
  useLayoutEffect(() => {
    if (!box.current) return undefined;
    const measure = () => setWide(Math.round(box.current?.clientWidth ?? 0));
    const watching = new ResizeObserver(measure);
    watching.observe(box.current);
    measure();
    return () => watching.disconnect();
  }, [there]);
  return wide;
};

/** Every page in its place and size; only those near are drawn. */
export const Pdf = ({ source, zoom, words, onReady, onPlace, onFail }) => {
  const box = useRef(null);
  const [open, setOpen] = useState(null);
  const wide = useWide(box, zoom, open !== null);
  useEffect(() => {
    let left = false;
    let task = null;
    const load = async () => {
      const [data, pdfjs] = await Promise.all([bytesOf(source), library()]);
      if (left) return;
      task = opened(pdfjs, data);
      const pdf = await task.promise;
      const first = sizeOf(await pdf.getPage(1));
      if (left) return;
      setOpen({ pdfjs, pdf, sizes: Array(pdf.numPages).fill(first) });
      onPlace({ page: 1, count: pdf.numPages });
      const sizes = [first];
      for (let number = 2; number <= pdf.numPages && !left; number += 1) sizes.push(sizeOf(await pdf.getPage(number)));
      if (!left) setOpen({ pdfjs, pdf, sizes });
    };
    load().catch((problem) => left || onFail(reasonOf(problem)));
    return () => {
      left = true;
      task?.destroy();
    };
  }, [source]);
  return h(
    "div",
    { ref: box },
    open?.sizes.map((size, index) => h(Leaf, { key: index, number: index + 1, count: open.sizes.length, size, wide, words, onPlace, onReady, ...open })),
  );
};
