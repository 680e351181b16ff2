// Pages of a scan, each a picture that the server makes when it comes near.
import { createElement as h, useRef, useState } from "react";
import { MIDDLE, useSeen } from "./original_pdf.js";

const Page = ({ source, number, count, leaf, words, onPlace, onReady }) => {
  const box = useRef(null);
  const [broken, setBroken] = useState(false);
  useSeen(box, MIDDLE, (inside) => inside && onPlace({ page: number, count }));
  const label = words.t("records.original.place", { page: number, count });
  const shown = () => {
    box.current?.setAttribute("data-drawn", "true");
    onReady();
  };
  const failed = () => {
    setBroken(true);
    onReady();
  };
  return h(
    "section",
    { ref: box, className: "leaf leaf-page", "data-theme": "light", "aria-label": label, style: { "--ratio": leaf.width / leaf.height } },
    broken
      ? h("p", { className: "leaf-broken" }, words.t("records.original.page_broken"))
      : h("img", { src: `${source}/${number - 1}`, alt: label, loading: "lazy", onLoad: shown, onError: failed }),
  );
};

/** leaves: [{width, height}], one for each page. */
export const Scan = ({ leaves, ...rest }) => leaves.map((leaf, index) => h(Page, { key: index, number: index + 1, count: leaves.length, leaf, ...rest }));
