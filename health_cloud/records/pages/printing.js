// What a record needs to go on paper: the browser's own dialogue, and the moment at which it was printed.
import { createElement as h, useEffect, useState } from "react";
import { flushSync } from "react-dom";
import { Printer } from "lucide-react";
import { useWords } from "$/public/external/health_cloud/ui/scripts/i18n.js";

const PATIENCE = 4000;

// Pictures further down have not been loaded yet; paper does not scroll
const pictures = () =>
  Promise.all(
    [...document.querySelectorAll("main img")].map((each) => {
      each.loading = "eager";
      return each.decode().catch(() => {});
    }),
  );

export const Print = ({ label }) => {
  const onClick = async () => {
    await Promise.race([pictures(), new Promise((done) => setTimeout(done, PATIENCE))]);
    window.print();
  };
  return h("button", { type: "button", className: "btn plain sm", onClick }, h(Printer, { className: "ic s", "aria-hidden": true }), label);
};

/** Says when it was printed, by the reader's clock, also when the browser's own menu was used. */
export const PrintedOn = () => {
  const { fullDay, time } = useWords();
  const [at, setAt] = useState("");
  useEffect(() => {
    const now = () => setAt(new Date().toISOString());
    const before = () => flushSync(now);
    now();
    addEventListener("beforeprint", before);
    return () => removeEventListener("beforeprint", before);
  }, []);
  return at ? `${fullDay(at)} ${time(at)}` : null;
};
