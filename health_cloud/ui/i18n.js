// Language in the browser: the words of one language come with the page, those of the other when they are wanted.
// Switched without a server of ours having to know, remembered on this device.
import { useEffect, useMemo } from "react";
import i18next from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
import { texts as zh } from "$/public/catalogues-zh.js";
import { formats } from "./dates.js";

// The pages are prerendered in Chinese: hydration must start from the same words, `settle` changes them right after.
const PRERENDERED = "zh";
const REMEMBERED = "hc-language";
const ELSEWHERE = { en: () => import("$/public/catalogues-en.js") };

// A text that none of the open page's own is: the server said it. It comes with the texts of the other pages
let more;
const fetchMore = () => {
  more ??= import("$/public/catalogues-later.js").then(
    () => i18next.changeLanguage(i18next.language),
    () => (more = undefined), // no network: asked for again the next time
  );
  return "";
};

i18next.use(initReactI18next).init({
  lng: PRERENDERED,
  fallbackLng: PRERENDERED,
  resources: { zh: { translation: zh } },
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false },
  initAsync: false,
  showSupportNotice: false,
  parseMissingKeyHandler: fetchMore,
});

/** Takes texts in that come with the pages which show them. */
export const learn = (languages) => {
  for (const [language, texts] of Object.entries(languages)) i18next.addResources(language, "translation", texts);
};

const remembered = () => {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null; // storage refused: the choice lasts as long as the page
  }
};

export const wanted = () => {
  const chosen = remembered();
  if (chosen === "zh" || chosen === "en") return chosen;
  const tongues = navigator.languages?.length ? navigator.languages : [navigator.language || "zh"];
  const known = tongues.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag === "zh" || tag === "en");
  return known ?? "en";
};

const coming = {};
const fetched = (language) => {
  coming[language] ??= ELSEWHERE[language]().then(
    ({ texts }) => learn({ [language]: texts }),
    () => delete coming[language], // no network: asked for again at the next choice, and until then as it is
  );
  return coming[language];
};

let asked = "";
const show = async (language) => {
  asked = language;
  if (ELSEWHERE[language]) await fetched(language);
  if (asked === language) turn(!ELSEWHERE[language] || coming[language] ? language : PRERENDERED);
};

const turn = (language) => {
  if (i18next.language !== language) i18next.changeLanguage(language);
  const root = document.documentElement;
  root.lang = language === "zh" ? "zh-CN" : "en";
  root.removeAttribute("data-waiting");
};

if (typeof window !== "undefined" && ELSEWHERE[wanted()]) fetched(wanted()); // while the page is still being made

let settled = false;
const settle = () => {
  if (settled) return;
  settled = true;
  show(wanted());
  addEventListener("storage", (event) => event.key === REMEMBERED && show(wanted()));
};

export const chooseLanguage = (language) => {
  try {
    localStorage.setItem(REMEMBERED, language);
  } catch {
    /* see remembered() */
  }
  show(language);
};

export const chosenLanguage = () => (typeof window === "undefined" ? "" : (remembered() ?? ""));

const pick = (words, language) => {
  if (!words) return "";
  if (typeof words === "string") return words;
  return language === "en" ? words.en || words.zh || "" : words.zh || words.en || "";
};

/** Everything that depends on the language: `t`, `pick` and the date and number formats. */
export const useWords = () => {
  const { t, i18n } = useTranslation();
  const language = i18n.language;
  useEffect(settle, []);
  return useMemo(
    () => ({
      language,
      t: (key, params) => (key ? t(key, params ?? {}) : ""),
      pick: (words) => pick(words, language),
      ...formats(language, t),
    }),
    [language, t],
  );
};
