// The page that opens a health link for whoever holds it: everything happens in this browser.
import { drawn, named } from "./draw.js";
import { linkIn, shown, Trouble } from "./shl.js";

const root = document.documentElement;
const at = (id) => document.getElementById(id);
const [form, label, problem, message, records] = ["ask", "label", "problem", "message", "records"].map(at);

const SAID = {
  none: ["这个网址里没有可以打开的记录。请重新扫一次二维码。", "This address holds no records to open. Please scan the code again."],
  broken: ["这个二维码读不出来。请重新扫一次，或请对方再做一个。", "This code cannot be read. Scan it again, or ask for a new one."],
  gone: ["打不开了：可能已经到期，或者对方已经结束。请对方再做一个。", "It does not open: it may have run out or been ended. Ask for a new one."],
  wrong: ["密码不对。", "The passcode is wrong."],
  last: ["密码不对，这个二维码已经失效。请对方再做一个。", "The passcode is wrong, and the code has stopped working. Ask for a new one."],
  left: ["密码不对，还可以试 {{left}} 次。", "The passcode is wrong. Tries left: {{left}}."],
  busy: ["打开得太频繁了，请过一分钟再试。", "Too many tries just now. Wait a minute and try again."],
  away: ["连不上 {{host}}。请检查网络再试。", "{{host}} cannot be reached. Check the network and try again."],
  foreign: [
    "这些记录在 {{host}}。本医院还没有允许这个页面连接那里，所以打不开。请医院信息中心把它加到允许的名单里，或者用别的软件打开。",
    "These records lie at {{host}}. This hospital has not allowed this page to connect there, so they do not open. Ask the hospital's information centre to allow it, or use other software.",
  ],
  sealed: ["内容解不开：二维码可能不完整。请重新扫一次。", "The content does not open: the code may be incomplete. Scan it again."],
  empty: ["里面没有可以显示的记录。", "It holds no records that can be shown."],
  who: ["请写上您是谁。", "Please say who you are."],
  code: ["请输入密码。", "Please enter the passcode."],
  loading: ["正在打开…", "Opening…"],
};

let link = null;
let found = null;
let now = null; // [where, name, more]: what is being said

const language = () => (root.lang === "en" ? "en" : "zh");
const say = (name, more = {}) =>
  SAID[name][language() === "en" ? 1 : 0].replace(/\{\{(\w+)\}\}/g, (_, key) => String(more[key] ?? ""));

const tell = (where, name, more) => {
  now = where ? [where, name, more] : null;
  problem.textContent = where === problem ? say(name, more) : "";
  message.textContent = where === message ? say(name, more) : "";
  message.hidden = where !== message;
};

// The page brings its few words in both languages; those of the other one are hidden
const speak = (wanted) => {
  root.lang = wanted === "en" ? "en" : "zh-CN";
  for (const each of document.querySelectorAll("[data-language]")) each.hidden = each.dataset.language !== wanted;
  const title = document.querySelector(`h1 [data-language="${wanted}"]`).textContent;
  document.title = title;
  if (now) tell(...now);
  if (found) records.replaceChildren(drawn(found, wanted));
};

const begin = () => {
  found = null;
  records.replaceChildren();
  tell(null);
  try {
    link = linkIn(decodeURIComponent(location.hash.slice(1)));
  } catch {
    link = null;
    form.hidden = true;
    return tell(message, "broken");
  }
  form.hidden = !link || link.over;
  if (!link) return tell(message, "none");
  if (link.over) return tell(message, "gone");
  label.textContent = link.label;
  label.hidden = !link.label;
  at("guarded").hidden = !link.guarded;
};

const wrong = ({ message: name, more }) => {
  if (name === "wrong") {
    const left = more.left;
    if (left === 0) {
      form.hidden = true;
      return tell(message, "last");
    }
    tell(problem, left > 0 ? "left" : "wrong", more);
    at("passcode").select();
    return at("passcode").focus();
  }
  if (["gone", "sealed", "foreign"].includes(name)) {
    form.hidden = true;
    return tell(message, name, more);
  }
  return tell(problem, name, more);
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const [recipient, passcode] = ["recipient", "passcode"].map((id) => at(id).value.trim());
  if (!recipient) {
    tell(problem, "who");
    return at("recipient").focus();
  }
  if (link.guarded && !passcode) {
    tell(problem, "code");
    return at("passcode").focus();
  }
  at("open").disabled = true;
  tell(message, "loading");
  try {
    found = named(await shown(link, recipient, passcode));
    form.hidden = true;
    tell(found.length ? null : message, "empty");
    records.replaceChildren(drawn(found, language()));
    records.querySelector("h2")?.focus();
  } catch (trouble) {
    wrong(trouble instanceof Trouble ? trouble : new Trouble("sealed"));
  } finally {
    at("open").disabled = false;
  }
});

at("english").addEventListener("click", () => speak(language() === "en" ? "zh" : "en"));
addEventListener("hashchange", begin);
delete root.dataset.waiting; // no words are to come: they are here
speak(language());
begin();
document.body.dataset.ready = "";
