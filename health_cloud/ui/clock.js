// Counts down in the browser alone: no server is asked for the time.
import { createElement as h, useEffect, useState } from "react";
import { Timer } from "lucide-react";
import { leftWords } from "./dates.js";
import { useWords } from "./i18n.js";

const HOUR = 3600_000;
const placed = (name, value) => (element) => {
  element?.style.setProperty(name, value);
};

export const Clock = ({ until, since, tail, onEnd }) => {
  const { t } = useWords();
  // Nothing is shown before the browser's own clock is known
  const [now, setNow] = useState(null);
  const end = Date.parse(until);
  useEffect(() => {
    if (Number.isNaN(end)) return undefined;
    let timer;
    const tick = () => {
      const at = Date.now();
      setNow(at);
      const left = end - at;
      if (left <= 0) {
        onEnd?.();
        return;
      }
      // To the second in the last hour; before it, at the next change of a minute
      timer = setTimeout(tick, left <= HOUR ? left % 1000 || 1000 : Math.min(left - HOUR, left % 60_000 || 60_000));
    };
    tick();
    return () => clearTimeout(timer);
  }, [until]);

  if (now === null || Number.isNaN(end)) return h("span", { className: "clock" }, "\u00a0");
  const left = end - now;
  const start = Date.parse(since);
  // What is short from the beginning is not "ending soon" in its first minute
  const soon = left < (Number.isNaN(start) ? HOUR : Math.min(HOUR, (end - start) / 4));
  const over = left <= 0;
  const [before, after] = t(over ? "ui.clock.over" : soon ? "ui.clock.soon" : "ui.clock.left", { left: "\u0000" }).split("\u0000");
  const share = Math.max(0, Math.min(100, (left / (end - start)) * 100));
  return h(
    "span",
    { className: "clock-box" },
    h(
      "span",
      { className: soon ? "clock soon" : "clock", role: "timer" },
      h(Timer, { className: "ic s", "aria-hidden": true }),
      h("span", null, before, over ? null : h("b", null, leftWords(left, t)), after, over ? null : tail),
    ),
    Number.isNaN(start) ? null : h("span", { className: soon ? "left soon" : "left", ref: placed("--left", share), "aria-hidden": true }, h("i")),
  );
};
