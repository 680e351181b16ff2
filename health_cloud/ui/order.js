// The order in which results are read: as the hospital printed them, or what is abnormal first. A choice of this device.
import { createElement as h, useSyncExternalStore } from "react";
import { Picker } from "./frame.js";
import { useWords } from "./i18n.js";

const KEY = "hc-order";
const GIVEN = "given";
const ABNORMAL = "abnormal";
let here = GIVEN; // where storage is refused the choice lasts as long as the page

const read = () => {
  try {
    return localStorage.getItem(KEY) === ABNORMAL ? ABNORMAL : GIVEN;
  } catch {
    return here;
  }
};

const choose = (order) => {
  here = order;
  try {
    if (order === ABNORMAL) localStorage.setItem(KEY, order);
    else localStorage.removeItem(KEY);
  } catch {
    /* see above */
  }
  dispatchEvent(new Event(KEY));
};

const follow = (changed) => {
  addEventListener(KEY, changed);
  addEventListener("storage", changed);
  return () => {
    removeEventListener(KEY, changed);
    removeEventListener("storage", changed);
  };
};

const rank = ({ kind }) => (kind === "critical" ? 0 : kind === "" || kind === "normal" ? 2 : 1);

/** Lines in an order; what is equally abnormal stays as on the report, and headings go, for every line names its panel. */
export const arranged = (lines, order) =>
  order === ABNORMAL ? lines.filter((line) => !line.heading).sort((one, other) => rank(one) - rank(other)) : lines;

/** Where the first line stands whose test is explained. */
export const explained = (lines) => lines.findIndex((line) => line.meaning.title !== "");

/** What a page asks: the order, and lines in it. */
export const useOrder = () => {
  const order = useSyncExternalStore(follow, read, () => GIVEN);
  return { abnormal: order === ABNORMAL, arranged: (lines) => arranged(lines, order), explained: (lines) => explained(arranged(lines, order)) };
};

export const OrderSwitch = () => {
  const { t } = useWords();
  const order = useSyncExternalStore(follow, read, () => GIVEN);
  const options = [GIVEN, ABNORMAL].map((value) => ({ value, label: t(`ui.order.${value}`) }));
  return h(Picker, { label: t("ui.order.label"), value: order, options, onPick: choose });
};
