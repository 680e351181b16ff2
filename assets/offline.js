// The page that stands in when the hospital cannot be reached: in one language, and gone as soon as it can.
import { isKept } from "./card/store.js";

const EVERY = 4000;
const PATIENCE = 3000;
const root = document.documentElement;
const other = root.lang === "en" ? "zh-CN" : "en";
document.querySelectorAll(`main > [lang="${other}"]`).forEach((part) => part.remove());
document.title = document.querySelector("h1").textContent;
delete root.dataset.waiting; // no words are to come: they are here

isKept().then((yes) => yes && document.querySelectorAll("[data-card]").forEach((each) => (each.hidden = false)));

let timer;
const look = async () => {
  clearTimeout(timer);
  try {
    const answer = await fetch("/build.json", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok) {
      if (location.pathname === "/offline.html") location.replace("/");
      else location.reload();
    }
  } catch {
    // still away
  }
  timer = setTimeout(look, EVERY);
};
timer = setTimeout(look, EVERY);
addEventListener("online", look);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
