// Greets by the reader's own clock; what the server has prerendered says nothing of the hour.
import { createElement as h, Fragment, useEffect, useState } from "react";
import { useWords } from "$/public/external/health_cloud/ui/scripts/i18n.js";

const part = (hour) =>
  hour < 5 ? "evening" : hour < 11 ? "morning" : hour < 13 ? "noon" : hour < 18 ? "afternoon" : "evening";

const useNow = () => {
  const [now, setNow] = useState(null);
  useEffect(() => {
    setNow(new Date());
    const timer = setInterval(() => setNow(new Date()), 60_000);
    return () => clearInterval(timer);
  }, []);
  return now;
};

export const Greeting = ({ name, texts }) => {
  const now = useNow();
  return h("span", { className: "nowrap-name" }, !name ? "\u00a0" : texts[now ? part(now.getHours()) : "hello"]);
};

const two = (number) => String(number).padStart(2, "0");

export const Today = () => {
  const now = useNow();
  const { longDay } = useWords();
  if (!now) return h(Fragment, null, "\u00a0");
  const iso = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return h("span", { className: "today" }, longDay(iso));
};
