// Stands for Emotion: elements are made by the runtime alone. In a browser the page is what stands in its body: the head
// is the one that the build prerendered, but for the title, which follows the screen.
import { createElement, Fragment, useEffect } from "react";

const Title = ({ children }) => {
  const said = [children].flat().join("");
  useEffect(() => {
    document.title = said;
  }, [said]);
  return null;
};

const Nothing = () => null;

const instead =
  typeof document === "undefined"
    ? {}
    : { html: Fragment, head: Nothing, body: Fragment, meta: Nothing, title: Title };

export const jsx = (type, props, ...children) =>
  Object.hasOwn(instead, type)
    ? createElement(instead[type], null, ...children)
    : createElement(type, props, ...children);
