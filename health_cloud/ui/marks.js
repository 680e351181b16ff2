// A flag is a shape and a word; the same shape marks lists, range bars, sparklines and plots.
import { createElement as h } from "react";

const filled = (d) => h("path", { d });
const SHAPES = {
  normal: h("circle", { cx: 6, cy: 6, r: 4 }),
  high: filled("M6 1.2 11.2 10.4H.8Z"),
  low: filled("M6 10.8 .8 1.6h10.4Z"),
  critical: filled("M6 .2 11.8 6 6 11.8.2 6Z"),
  abnormal: h("rect", { x: 1.6, y: 1.6, width: 8.8, height: 8.8, rx: 0.6 }),
  censored: h("path", { d: "M6 2 10.4 10H1.6Z", fill: "none", stroke: "currentColor", strokeWidth: 1.6, strokeLinejoin: "round" }),
  intermediate: [
    h("circle", { key: "ring", cx: 6, cy: 6, r: 4.4, fill: "none", stroke: "currentColor", strokeWidth: 1.4 }),
    h("path", { key: "half", d: "M6 1.6a4.4 4.4 0 0 1 0 8.8Z" }),
  ],
  resistant: h("path", { d: "M2.2 2.2 9.8 9.8M9.8 2.2 2.2 9.8", stroke: "currentColor", strokeWidth: 2.2, strokeLinecap: "round" }),
  none: h("circle", { cx: 6, cy: 6, r: 3.6, fill: "none", stroke: "currentColor", strokeWidth: 1.4 }),
};
SHAPES.susceptible = SHAPES.normal;

const COLOUR = {
  normal: "is-normal", high: "is-high", low: "is-low", critical: "is-crit", abnormal: "is-abn", censored: "is-high",
  intermediate: "is-half", resistant: "is-cross", susceptible: "is-normal", none: "is-none",
};
const FLAG = {
  normal: "flag normal", high: "flag high", low: "flag low", critical: "flag crit", abnormal: "flag abn",
  censored: "flag high", intermediate: "flag high", resistant: "flag is-crit", susceptible: "flag normal", none: "flag normal",
};

// A kind we do not know is shown like "nothing said", never like normal
export const shapeOf = (kind) => SHAPES[kind] ?? SHAPES.none;
export const colourOf = (kind) => COLOUR[kind] ?? COLOUR.none;

export const Mark = ({ kind }) =>
  h("svg", { className: `mk ${colourOf(kind)}`, viewBox: "0 0 12 12", fill: "currentColor", "aria-hidden": true, overflow: "visible" }, shapeOf(kind));

export const Flag = ({ kind, children }) => h("span", { className: FLAG[kind] ?? FLAG.none }, h(Mark, { kind }), children);
