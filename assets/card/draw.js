// Draws an emergency card: the same on the phone without a network as in the preview, on the screen as on paper.
const LOCALE = { zh: "zh-CN", en: "en-GB" };

const pick = (words, language) => (language === "en" ? words?.en || words?.zh : words?.zh || words?.en) || "";

const made = (name, kind, ...inside) => {
  const element = document.createElement(name);
  if (kind) element.className = kind;
  element.append(...inside.filter((each) => each !== null && each !== ""));
  return element;
};

/** Says a day as people do; what has no day stays as partial as it is. */
export const day = (iso, language) => {
  const [, year, month, date, rest] = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(.*))?)?/.exec(iso ?? "") ?? [];
  if (!year) return "";
  const utc = /(?:Z|[+-]00:?00)$/.test(rest ?? "");
  const at = utc ? new Date(iso) : new Date(Date.UTC(+year, (month ?? 1) - 1, date ?? 1));
  const shape = { year: "numeric", month: month ? (language === "zh" ? "long" : "short") : undefined, day: date ? "numeric" : undefined };
  const zone = utc ? {} : { timeZone: "UTC" };
  return new Intl.DateTimeFormat(LOCALE[language], { ...shape, ...zone }).format(at).replaceAll(" ", "\u00a0");
};

const parts = (texts) => texts.filter(Boolean).join(" · ");

const line = (each, language) =>
  made(
    "li",
    "",
    made("b", "", pick(each.title, language)),
    made("span", "ecard-told", parts((each.told ?? []).map((one) => pick(one, language)))),
    made("span", "ecard-where", parts([pick(each.where, language), day(each.at, language)])),
  );

const part = (each, say, language) => {
  const box = made("section", `ecard-part ${each.name}`, made("h3", "", pick(each.title, language)));
  if (each.lines.length) box.append(made("ul", "", ...each.lines.map((one) => line(one, language))));
  else if (!each.hidden) box.append(made("p", "ecard-none", say("none")));
  if (each.hidden) box.append(made("p", "ecard-none", say("hidden", each.hidden)));
  if (each.more > 0) box.append(made("p", "ecard-none", say("more", each.more)));
  return box;
};

const contact = ({ name, phone }, say) => {
  const number = phone.replace(/[^\d+]/g, "");
  const call = number ? made("a", "", phone) : phone;
  if (number) call.href = `tel:${number}`;
  return made("section", "ecard-part contact", made("h3", "", say("contact")), made("p", "", made("b", "", name), " ", call), made("p", "ecard-where", say("typed")));
};

const fact = (name, value) => (value ? made("div", "", made("dt", "", name), made("dd", "", value)) : null);

/** card: as kept, with `own` (contact, language) as typed; until: the end of its life, empty in the preview. */
export const drawn = (card, language, until = "") => {
  const say = (name, value = "") => pick(card.labels[name], language).replace(/\{\{\w+\}\}/, value);
  const own = card.own ?? {};
  const facts = made(
    "dl",
    "",
    fact(say("born"), day(card.born, language)),
    fact(say("language"), own.language ? `${own.language} (${say("typed")})` : ""),
  );
  const heading = pick(card.person, language);
  const left = (card.left ?? []).map((name) => say(name));
  const other = language === "en" ? "zh" : "en";
  const box = made(
    "article",
    "ecard",
    made(
      "header",
      "",
      made("p", "ecard-kind", made("span", "", pick(card.labels.title, language)), made("span", "ecard-other", pick(card.labels.title, other))),
      heading ? made("h2", "", heading) : null,
      facts.childElementCount ? facts : null,
      heading || card.born ? made("p", "ecard-where", say("registered")) : null,
    ),
    ...card.parts.map((each) => part(each, say, language)),
    own.contact?.name || own.contact?.phone ? contact(own.contact, say) : null,
    made(
      "footer",
      "",
      made("p", "ecard-of", say("as_of", day(card.at, language))),
      left.length ? made("p", "", say("left", left.join(language === "zh" ? "、" : ", "))) : null,
      card.older ? made("p", "", say("older")) : null,
      made("p", "", say("rule")),
      until ? made("p", "not-printed", say("until", day(until, language))) : null,
    ),
  );
  box.lang = language === "zh" ? "zh-CN" : "en";
  box.querySelector(".ecard-other").lang = other === "zh" ? "zh-CN" : "en";
  return box;
};

export const OFFERED = ["name", "birth", "blood", "allergies", "medicines", "problems"];

/** What a line is known by when its owner chooses it. */
export const named = ({ title }) => `${title.zh}|${title.en}`;

/**
 * Leaves of a card what was chosen, and says that there is more: who reads it must not take that for nothing.
 * Of problems it keeps `on`, null for all there are; of those that were left off not even the names.
 */
export const chosen = (card, { names, on, own }) => {
  const stands = (part, one) => part.name !== "problems" || !on || on.includes(named(one));
  const parts = card.parts
    .filter((part) => names.includes(part.name))
    .map((part) => {
      const lines = part.lines.filter((one) => stands(part, one));
      return { ...part, lines, hidden: part.lines.length - lines.length };
    });
  return {
    ...card,
    person: names.includes("name") ? card.person : { zh: "", en: "" },
    born: names.includes("birth") ? card.born : "",
    parts,
    left: OFFERED.filter((name) => !names.includes(name)),
    on: parts.find(({ name }) => name === "problems")?.lines.map(named) ?? null,
    own,
  };
};

/** Gives what was chosen for a card, as `chosen` takes it. */
export const choiceOf = ({ left, on, own }) => ({ names: OFFERED.filter((name) => !left.includes(name)), on, own });

const told = ({ person, born, parts }) => JSON.stringify([person.zh, person.en, born, parts]);

/** Tells whether the records say something else by now than what stands on the card. */
export const isOld = (facts, card) => told(chosen(facts, choiceOf(card))) !== told(card);

/** Prints: "page" on A4, "wallet" as wide as a bank card, to fold. */
export const print = (size) => {
  const root = document.documentElement;
  root.dataset.print = size;
  addEventListener("afterprint", () => delete root.dataset.print, { once: true });
  globalThis.print();
};
