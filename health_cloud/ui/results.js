// A value on its reference range, and the values before it. The mark is the flag's own shape.
import { createElement as h, Fragment } from "react";
import { colourOf, shapeOf } from "./marks.js";
import { useWords } from "./i18n.js";

// Custom properties are set on the element: the policy allows no style attribute in the page's HTML
const placed = (properties) => (element) => {
  if (!element) return;
  for (const [name, value] of Object.entries(properties)) element.style.setProperty(name, value);
};

const numeric = (text) => {
  if (text === null || text === undefined || text === "") return null;
  const found = /^\s*[<>≤≥=]*\s*(-?\d+(?:[.,]\d+)?(?:e[+-]?\d+)?)\s*$/i.exec(String(text));
  return found ? Number(found[1].replace(",", ".")) : null;
};

// Two limits put the band at 28 to 62 percent, one limit at 0 to 62 or 38 to 100
const scale = (low, high) => {
  if (low !== null && high !== null && high > low) return { lo: 28, hi: 62, at: (v) => 28 + ((v - low) / (high - low)) * 34 };
  if (low !== null && high !== null) return null;
  if (high !== null && high > 0) return { lo: 0, hi: 62, at: (v) => (v / high) * 62 };
  if (low !== null && low > 0) return { lo: 38, hi: 100, at: (v) => (v / low) * 38 };
  return null;
};

const limits = (low, high, lowText, highText) => {
  if (low !== null && high !== null) return [[28, lowText], [62, highText]];
  return high !== null ? [[62, `≤ ${highText}`]] : [[38, `≥ ${lowText}`]];
};

export const RangeBar = ({ value, unit, low, high, kind, rangeText, previous }) => {
  const { t } = useWords();
  const from = numeric(low);
  const to = numeric(high);
  const at = numeric(value);
  const bar = scale(from, to);
  if (!bar || at === null) {
    const said = rangeText || [low, high].filter((part) => part !== null && part !== undefined && part !== "").join("–");
    return h("span", { className: "rb-none" }, said ? t("ui.result.reference", { range: said }) : t("ui.result.no_range"));
  }
  const place = bar.at(at);
  const off = place > 99 ? "off-hi" : place < 1 && bar.lo > 0 ? "off-lo" : "";
  const v = off === "off-hi" ? 94 : off === "off-lo" ? 6 : Math.max(0, place);
  const before = numeric(previous);
  const ghost = before === null ? null : Math.max(1, Math.min(99, bar.at(before)));
  const range =
    from !== null && to !== null
      ? t("ui.result.range", { low, high })
      : to !== null
        ? t("ui.result.up_to", { high })
        : t("ui.result.from", { low });
  const ticks = limits(from, to, low, high);
  if (ticks.length === 1 && rangeText) ticks[0][1] = rangeText;
  return h(
    "span",
    { className: `rb ${off}`.trim(), role: "img", "aria-label": `${[value, unit].filter(Boolean).join(" ")}, ${range}`, ref: placed({ "--lo": bar.lo, "--hi": bar.hi, "--v": v, "--p": ghost ?? 0 }) },
    h("i", { className: "track" }),
    h("i", { className: "band" }),
    ghost === null ? null : h("i", { className: "ghost" }),
    h("i", { className: `at ${colourOf(kind)}` }, h("svg", { viewBox: "0 0 12 12", fill: "currentColor", "aria-hidden": true }, shapeOf(kind))),
    ticks.map(([left, text]) => h("span", { key: left, className: "lim", ref: placed({ left: `${left}%` }) }, text)),
  );
};

const WIDE = 64;
const HIGH = 26;

/** points: [{at, value, kind, gap}], oldest first, the present one last; `gap` parts the line where the method changed. */
export const Sparkline = ({ points = [], low, high, unit }) => {
  const { t, fullDay } = useWords();
  const known = (points ?? [])
    .map((point) => ({ ...point, y: numeric(point.value), x: Date.parse(point.at) }))
    .filter((point) => point.y !== null);
  if (known.length < 2) return h("span", { className: "spark", "aria-hidden": true });
  const told = known.slice(0, -1).reverse().map((point) => t("ui.result.earlier_value", { value: [point.value, unit].filter(Boolean).join(" "), day: fullDay(point.at) }));
  const timed = known.every((point) => !Number.isNaN(point.x));
  if (!timed) known.forEach((point, index) => (point.x = index));
  const bands = [numeric(low), numeric(high)].filter((limit) => limit !== null);
  const all = [...known.map((point) => point.y), ...bands];
  const least = Math.min(...all);
  const span = Math.max(...all) - least || 1;
  const first = known[0].x;
  const length = known[known.length - 1].x - first || 1;
  const x = (value) => 2 + ((value - first) / length) * (WIDE - 10);
  const y = (value) => HIGH - 4.1 - ((value - least) / span) * (HIGH - 8.2);
  const lines = [[]];
  for (const point of known) {
    const single = point.kind === "censored"; // a censored value is never joined
    if (point.gap || single) lines.push([]);
    lines[lines.length - 1].push(`${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`);
    if (single) lines.push([]);
  }
  const last = known[known.length - 1];
  const drawn = h(
    "svg",
    { className: "spark", viewBox: `0 0 ${WIDE} ${HIGH}`, width: WIDE, height: HIGH, "aria-hidden": true },
    bands.map((limit) => h("line", { key: limit, className: "b", x1: 0, x2: WIDE, y1: y(limit), y2: y(limit) })),
    lines.filter((line) => line.length > 1).map((line) => h("polyline", { key: line[0], className: "l", points: line.join(" ") })),
    h("g", { className: colourOf(last.kind), fill: "currentColor", transform: `translate(${x(last.x) - 4.5} ${y(last.y) - 4.5}) scale(.75)` }, shapeOf(last.kind)),
  );
  return h(Fragment, null, drawn, h("span", { className: "sr" }, `${t("ui.result.earlier")} ${told.join(t("ui.result.earlier_comma"))}`));
};
