// The page that shows the card kept on this phone, with a network or without, signed in or not.
import { drawn, print } from "./draw.js";
import { ask, forget, listen, open } from "./store.js";

const root = document.documentElement;
const place = document.getElementById("card");
const acts = document.getElementById("acts");
const english = document.getElementById("english");
let shown = null;

const language = () => (root.lang === "en" ? "en" : "zh");

// The page brings its few words in both languages; those of the other one are hidden
const speak = (wanted) => {
  root.lang = wanted === "en" ? "en" : "zh-CN";
  for (const each of document.querySelectorAll("[data-language]")) each.hidden = each.dataset.language !== wanted;
  document.title = document.querySelector(`h1 [data-language="${wanted}"]`).textContent;
  english.querySelector("button").lang = wanted === "en" ? "zh-CN" : "en";
  if (shown?.card) place.replaceChildren(drawn(shown.card, wanted, shown.until));
};

const show = async () => {
  shown = await open();
  const state = shown?.card ? "card" : shown?.doubted ? "doubted" : "none";
  for (const each of document.querySelectorAll("[data-state]")) each.hidden = each.dataset.state !== state;
  acts.hidden = state !== "card";
  place.replaceChildren();
  speak(language());
};

english.addEventListener("click", () => speak(language() === "en" ? "zh" : "en"));
document.getElementById("page").addEventListener("click", () => print("page"));
document.getElementById("wallet").addEventListener("click", () => print("wallet"));
document.getElementById("away").addEventListener("click", forget);
listen(show);

delete root.dataset.waiting; // no words are to come: they are here
speak(language());
// The server is asked first: a card that had to go is not shown once more. Without an answer it opens
await ask();
await show();
addEventListener("online", async () => (await ask()) === "held" && show());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && ask());
document.body.dataset.ready = "";
