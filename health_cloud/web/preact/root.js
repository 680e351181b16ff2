// Stands for `react-dom/client` in a browser. The router throws a promise above all boundaries until what the build
// handed it is decoded: the first drawing, of nothing, finds that out, and the page is taken over once it is there.
import { hydrate, render } from "preact/compat";

export const hydrateRoot = async (page, children) => {
  try {
    render(children, document.createDocumentFragment());
  } catch (waiting) {
    if (typeof waiting?.then !== "function") throw waiting;
    await waiting;
  }
  hydrate(children, page.body);
};
