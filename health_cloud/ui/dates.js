// Dates and numbers as people say them. Input is ISO text with the precision it has; a partial date never shifts by zone.
const LOCALE = { zh: "zh-CN", en: "en-GB" };
const SHAPE = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?$/;
const HOUR = 3600_000;
const DAY = 24 * HOUR;

// Gives the wall clock to show as a UTC date, with its precision, or null.
export const read = (iso) => {
  const found = SHAPE.exec(String(iso ?? "").trim());
  if (!found) return null;
  const [, year, month, day, hour, minute, zone] = found;
  if (!month) return { at: new Date(Date.UTC(+year, 0, 1)), precision: "year" };
  if (!day) return { at: new Date(Date.UTC(+year, month - 1, 1)), precision: "month" };
  if (!hour) return { at: new Date(Date.UTC(+year, month - 1, +day)), precision: "day" };
  // A UTC instant is shown on the reader's clock; a time with a zone of its own, or none, on the clock it was written by.
  if (zone && /^(Z|[+-]00:?00)$/.test(zone)) return { at: local(new Date(iso)), precision: "time" };
  return { at: new Date(Date.UTC(+year, month - 1, +day, +hour, +minute)), precision: "time" };
};

const local = (date) =>
  new Date(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate(), date.getHours(), date.getMinutes()));

const kept = new Map();
const format = (language, options, at) => {
  const key = language + JSON.stringify(options);
  if (!kept.has(key)) kept.set(key, new Intl.DateTimeFormat(LOCALE[language] ?? language, { ...options, timeZone: "UTC" }));
  return kept.get(key).format(at);
};

const two = (n) => String(n).padStart(2, "0");
const clockTime = (at, language) =>
  `${language === "zh" ? at.getUTCHours() : two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
const midnight = (at) => Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate());

export const formats = (language, t) => {
  const thisYear = (at) => at.getUTCFullYear() === new Date().getFullYear();
  // A day stays on one line
  const firm = (text) => text.replaceAll(" ", "\u00a0");
  const month = (iso) => {
    const when = read(iso);
    if (!when) return iso ?? "";
    if (when.precision === "year") return year(iso);
    return format(language, { year: "numeric", month: "long" }, when.at);
  };
  const year = (iso) => {
    const when = read(iso);
    return when ? format(language, { year: "numeric" }, when.at) : (iso ?? "");
  };
  const day = (iso) => {
    const when = read(iso);
    if (!when) return iso ?? "";
    if (when.precision === "year") return year(iso);
    if (when.precision === "month") return month(iso);
    const name = language === "zh" ? "long" : "short";
    const options = { month: name, day: "numeric" };
    if (!thisYear(when.at)) options.year = "numeric";
    return firm(format(language, options, when.at));
  };
  const fullDay = (iso) => {
    const when = read(iso);
    if (!when || when.precision === "year" || when.precision === "month") return day(iso);
    return firm(format(language, { year: "numeric", month: language === "zh" ? "long" : "short", day: "numeric" }, when.at));
  };
  const time = (iso) => {
    const when = read(iso);
    return when?.precision === "time" ? clockTime(when.at, language) : "";
  };
  const moment = (iso) => [day(iso), time(iso)].filter(Boolean).join(language === "zh" ? " " : ", ");
  const nearDay = (iso) => {
    const when = read(iso);
    if (!when || when.precision === "year" || when.precision === "month") return day(iso);
    const days = (midnight(local(new Date())) - midnight(when.at)) / DAY;
    if (days === 0) return t("ui.date.today");
    if (days === 1) return t("ui.date.yesterday");
    if (days === -1) return t("ui.date.tomorrow");
    return day(iso);
  };
  const nearMoment = (iso) => [nearDay(iso), time(iso)].filter(Boolean).join(" ");
  const visit = (iso) => [nearWeekday(iso), time(iso)].filter(Boolean).join(language === "zh" ? " " : ", ");
  const weekday = (iso, length = "short") => {
    const when = read(iso);
    if (!when || when.precision === "year" || when.precision === "month") return "";
    return format(language, { weekday: length }, when.at);
  };
  const dayOfMonth = (iso) => {
    const when = read(iso);
    if (!when || when.precision === "year" || when.precision === "month") return "–";
    return String(when.at.getUTCDate());
  };
  // "今天 周四", "4月16日 周四"; "Today", "Thu 16 Apr": the weekday stands before the day in English
  const nearWeekday = (iso) => {
    const near = nearDay(iso);
    if (language === "zh") return [near, weekday(iso)].filter(Boolean).join(" ");
    return near === day(iso) ? [weekday(iso), near].filter(Boolean).join(" ") : `${near}, ${weekday(iso)} ${day(iso)}`;
  };
  // "Thursday 16 April", "4月16日 星期四": the day in full letters, for the head of a page
  const longDay = (iso) => {
    const when = read(iso);
    if (!when || when.precision === "year" || when.precision === "month") return day(iso);
    if (language === "zh") return `${day(iso)} ${weekday(iso, "long")}`;
    const options = { month: "long", day: "numeric" };
    if (!thisYear(when.at)) options.year = "numeric";
    return `${weekday(iso, "long")} ${format(language, options, when.at)}`;
  };
  const number = (value, options) => {
    if (value === null || value === undefined || value === "") return "";
    return new Intl.NumberFormat(LOCALE[language] ?? language, options ?? {}).format(value);
  };
  return { year, month, day, fullDay, time, moment, nearDay, nearMoment, weekday, nearWeekday, visit, longDay, dayOfMonth, number };
};

/** Time left as people say it: days and hours, hours and minutes, under an hour to the second. */
export const leftWords = (ms, t) => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const days = Math.floor(seconds / 86400);
  const hours = Math.floor((seconds % 86400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (seconds < 3600) return `${hours}:${two(minutes)}:${two(seconds % 60)}`;
  if (days > 0) return [t("ui.clock.days", { count: days }), hours ? t("ui.clock.hours", { count: hours }) : ""].filter(Boolean).join(" ");
  return [t("ui.clock.hours", { count: hours }), minutes ? t("ui.clock.minutes", { count: minutes }) : ""].filter(Boolean).join(" ");
};
