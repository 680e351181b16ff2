// Values through time, to scale: the band as it was at the time, marks in the shapes of flags, nothing joined that
// is not comparable. The table below it says the same, so that the drawing itself is for the eye alone.
import { createElement as h, Fragment, useLayoutEffect, useRef, useState } from "react";
import { Picker } from "./frame.js";
import { colourOf, Mark, shapeOf } from "./marks.js";
import { useWords } from "./i18n.js";
import { read } from "./dates.js";
import { heights, times, YEAR } from "./scale.js";

const PERIODS = [1, 3, 10];
const GUESS = { wide: 340, em: 13 };

const limit = (text) => (text === "" || Number.isNaN(Number(text)) ? null : Number(text));

// Rows come newest first, as the table shows them; what lies between two marks may part them without being drawn itself
const marksOf = (rows) => {
  const found = [];
  let parted = false;
  for (const row of [...rows].reverse()) {
    parted ||= row.broken !== "";
    const when = row.plotted ? read(row.at) : null;
    if (!when) continue;
    const kind = row.censored ? "censored" : row.kind || "none";
    found.push({ ...row, x: when.at.getTime(), y: Number(row.drawn), shape: kind, from: limit(row.drawn_low), to: limit(row.drawn_high), parted: parted && found.length > 0 });
    parted = false;
  }
  return found;
};

// How wide letters will be, nearly: a Chinese one fills its square
const widthOf = (text, em) => [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 1 : 0.58), 0) * em;

// The drawing is as wide as its place, and its letters are those of the page: a probe tells when either changes
const useSize = () => {
  const box = useRef(null);
  const [size, setSize] = useState(GUESS);
  useLayoutEffect(() => {
    const watching = new ResizeObserver(([{ contentRect }]) => {
      const wide = Math.round(contentRect.width) || GUESS.wide;
      const em = contentRect.height || GUESS.em;
      setSize((last) => (last.wide === wide && last.em === em ? last : { wide, em }));
    });
    // The probe alone, which a new drawing does not change; told at once, when everything is laid out anyway
    watching.observe(box.current.firstChild);
    return () => watching.disconnect();
  }, []);
  return [box, size];
};

const bandsOf = (marks, left, right, x) => {
  const bands = [];
  marks.forEach((mark, index) => {
    if (mark.from === null && mark.to === null) return;
    const between = (a, b) => (x(a.x) + x(b.x)) / 2;
    const start = index ? between(marks[index - 1], mark) : left;
    const end = index < marks.length - 1 ? between(mark, marks[index + 1]) : right;
    const last = bands[bands.length - 1];
    if (last && last.end === start && last.from === mark.from && last.to === mark.to) last.end = end;
    else bands.push({ start, end, from: mark.from, to: mark.to });
  });
  return bands;
};

// Where the method changed, all lines end; two of one moment part them once
const partingsOf = (series) => {
  const found = new Map();
  for (const { marks } of series)
    marks.forEach((mark, index) => {
      if (mark.parted && index) found.set(mark.x, [(marks[index - 1].x + mark.x) / 2, mark]);
    });
  return [...found.values()];
};

const linesOf = (marks, x, y) => {
  const lines = [];
  for (const [index, mark] of marks.entries()) {
    if (!mark.joined || !index) lines.push([]);
    lines[lines.length - 1].push(`${x(mark.x).toFixed(1)},${y(mark.y).toFixed(1)}`);
  }
  return lines.filter((line) => line.length > 1);
};

// Words stand at the side of a line on which they fit; where they fit on neither, the legend says it alone
const sideOf = (at, room, wide) => {
  if (at + room <= wide) return { anchor: "start", off: 0.5 };
  return at - room >= 0 ? { anchor: "end", off: -0.5 } : null;
};

const Drawing = ({ series, from, to, size, words }) => {
  const { wide, em } = size;
  const { t, pick, month, fullDay } = words;
  const marks = series.flatMap((each) => each.marks);
  const limits = marks.flatMap((mark) => [mark.from, mark.to]).filter((each) => each !== null);
  const scale = heights([...marks.map((mark) => mark.y), ...limits], em > 16 ? 4 : 6);
  const partings = partingsOf(series);
  const top = em * (partings.length === 1 ? 2.2 : 0.8);
  const left = em * (Math.max(...scale.ticks.map((tick) => tick.length)) * 0.62 + 0.6);
  const right = Math.max(left + em * 4, wide - em * 0.9); // while the page is being laid out there may be no room at all
  const high = Math.round(Math.min(340, Math.max(210, wide * 0.62)) + top);
  const foot = high - em * 2;
  const margin = em * 0.7;
  const x = (at) => left + margin + ((at - from) / (to - from || 1)) * (right - left - 2 * margin);
  const y = (value) => foot - ((value - scale.least) / (scale.greatest - scale.least)) * (foot - top);
  const ticks = times(from, to, Math.max(2, Math.floor((right - left) / (em * (to - from < 2 * YEAR ? 7 : 4)))), words);
  const lasts = series.map((each) => each.marks[each.marks.length - 1]);
  const said = partings.length === 1 ? t("ui.plot.parted", { month: month(partings[0][1].at) }) : "";
  const beside = said ? sideOf(x(partings[0][0]), widthOf(said, em) + em, wide) : null;
  const usual = Math.min(em * 0.72, Math.max(em * 0.44, (0.85 * (right - left)) / Math.max(...series.map((each) => each.marks.length)))); // many marks are small
  const sent = (each) => `${pick(each.value)} ${pick(each.unit)}`.trim();
  const mark = (each, big) => {
    const wideness = big ? em : usual;
    const place = { x: x(each.x) - wideness / 2, y: y(each.y) - wideness / 2, width: wideness, height: wideness };
    return h(
      "a",
      { key: `${each.id}-${each.x}-${each.y}`, href: each.href, tabindex: -1 },
      h("title", null, `${fullDay(each.at)} ${sent(each)}`),
      h("circle", { className: "hit", cx: x(each.x), cy: y(each.y), r: em * 0.9 }),
      each.shape === "censored" || each.shape === "none" ? h("circle", { className: "hole", cx: x(each.x), cy: y(each.y), r: wideness * 0.4 }) : null,
      h("svg", { ...place, className: colourOf(each.shape), fill: "currentColor", viewBox: "0 0 12 12", overflow: "visible" }, h("g", { className: "halo" }, shapeOf(each.shape)), shapeOf(each.shape)),
    );
  };
  const named = (each) => {
    const end = x(each.x) > (left + right) / 2;
    return h("text", { key: `${each.id}-${each.x}`, className: "val told", x: x(each.x) + em * (end ? -0.8 : 0.8), y: y(each.y) + em * 0.35, textAnchor: end ? "end" : "start" }, each.converted ? sent(each) : pick(each.value));
  };
  return h(
    "svg",
    { className: "plot", width: wide, height: high, viewBox: `0 0 ${wide} ${high}`, "aria-hidden": true },
    series.flatMap((each) => bandsOf(each.marks, left, right, x)).map(({ start, end, from: low, to: above }) => {
      const [upper, lower] = [above === null ? top : y(above), low === null ? foot : y(low)];
      const edge = (value) => (value === null ? null : h("line", { className: "bandedge", x1: start, x2: end, y1: y(value), y2: y(value) }));
      return h(Fragment, { key: `${start}-${low}-${above}` }, h("rect", { className: "band", x: start, y: upper, width: end - start, height: Math.max(0, lower - upper) }), edge(low), edge(above));
    }),
    scale.ticks.map((tick) =>
      h(Fragment, { key: tick }, h("line", { className: "grid", x1: left, x2: right, y1: y(Number(tick)), y2: y(Number(tick)) }), h("text", { x: left - em * 0.5, y: y(Number(tick)) + em * 0.35, textAnchor: "end" }, tick)),
    ),
    h("line", { className: "axis", x1: left, x2: right, y1: foot, y2: foot }),
    ticks.map(([at, name]) => {
      const half = widthOf(name, em) / 2;
      const middle = Math.min(wide - half, Math.max(half, x(at)));
      return h(Fragment, { key: at }, h("line", { className: "axis", x1: x(at), x2: x(at), y1: foot, y2: foot + 4 }), h("text", { x: middle, y: foot + em * 1.4, textAnchor: "middle" }, name));
    }),
    partings.map(([at, each]) => h("line", { key: `${each.id}-${at}`, className: "brk", x1: x(at), x2: x(at), y1: partings.length === 1 ? em * 0.2 : top, y2: foot })),
    beside ? h("text", { className: "said", x: x(partings[0][0]) + em * beside.off, y: em * 1.1, textAnchor: beside.anchor }, said) : null,
    series.flatMap((each) => linesOf(each.marks, x, y)).map((line) => h("polyline", { key: line[0], className: "line", points: line.join(" ") })),
    marks.map((each) => mark(each, lasts.includes(each))),
    marks.filter((each) => each.censored).map(named),
  );
};

const Legend = ({ series, t }) => {
  const marks = series.flatMap((each) => each.marks);
  const shapes = new Map();
  for (const { shape, word, censored } of marks) {
    const said = shape !== "censored" ? word || "ui.plot.unflagged" : censored.startsWith(">") ? "ui.plot.above" : "ui.plot.below";
    shapes.set(said, shape);
  }
  const limits = [...new Set(marks.map(({ drawn_low: low, drawn_high: high }) => JSON.stringify([low, high])).filter((each) => each !== '["",""]'))];
  const [low, high] = limits.length === 1 ? JSON.parse(limits[0]) : ["", ""];
  const range = low && high ? `${low}–${high}` : high ? `≤ ${high}` : low ? `≥ ${low}` : "";
  return h(
    "div",
    { className: "legend" },
    series.length > 1 ? h("span", { className: "lines" }, t("ui.plot.lines", { upper: series[0].name, lower: series[1].name })) : null,
    [...shapes].map(([said, shape]) => h("span", { key: said }, h(Mark, { kind: shape }), t(said))),
    limits.length ? h("span", null, h("i", { className: "swatch" }), range ? t("ui.result.reference", { range }) : t("ui.plot.ranges")) : null,
    partingsOf(series).length ? h("span", null, h("i", { className: "dashes" }), t("ui.plot.dashed")) : null,
  );
};

/** rows: [{id, href, at, value, unit, drawn, drawn_low, drawn_high, converted, censored, kind, word, plotted, joined, broken}], newest first; beside: rows of a second line, names: of both. */
export const Plot = ({ rows = [], name = "", beside = [], names = [] }) => {
  const words = useWords();
  const { t } = words;
  const [box, size] = useSize();
  const whole = [rows, beside].map((each, index) => ({ name: names[index] ?? "", marks: marksOf(each) }));
  const at = whole.flatMap((each) => each.marks.map((mark) => mark.x));
  const [first, last] = at.length ? [Math.min(...at), Math.max(...at)] : [0, 0];
  const spans = PERIODS.filter((years) => last - first > years * YEAR);
  const [chosen, setChosen] = useState("");
  const period = chosen || (spans.includes(10) ? "10" : "all");
  const from = period === "all" ? first : last - Number(period) * YEAR;
  const series = whole.map((each) => ({ ...each, marks: each.marks.filter((mark) => mark.x >= from) })).filter((each) => each.marks.length);
  const options = [...spans.map((years) => ({ value: String(years), label: t("ui.plot.years", { count: years }) })), { value: "all", label: t("ui.plot.all") }];
  return h(
    "div",
    { className: "plotted" },
    spans.length ? h(Picker, { label: t("ui.plot.period"), value: period, options, onPick: setChosen }) : null,
    h("p", { className: "sr" }, t("ui.plot.told", { name })),
    h("div", { className: "plot-box", ref: box }, h("i", { className: "plot-em" }), series.length ? h(Drawing, { series, from, to: last, size, words }) : null),
    h(Legend, { series, t }),
  );
};
