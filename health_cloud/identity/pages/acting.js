// For whom one acts: asked of the server by a fetch (a form would say `Origin: null` under our referrer policy), then a fresh page.
import { createElement as h, useState } from "react";

/** Acts for somebody from here on, or for oneself again; every screen begins anew, this one at `then`. */
export const ActFor = ({ relation, label, failed, kind, then }) => {
  const [state, setState] = useState("");
  const onClick = async () => {
    setState("busy");
    try {
      const answer = await fetch(`/auth/act-for?relation=${encodeURIComponent(relation)}`, { method: "POST" });
      if (answer.ok) return window.location.assign(then);
    } catch {
      // no network: nothing has changed, and said so
    }
    setState("failed");
  };
  return h(
    "span",
    { className: "act-for" },
    h("button", { type: "button", className: kind, disabled: state === "busy", onClick }, label),
    h("span", { role: "alert", className: "t-small ink-crit" }, state === "failed" ? failed : ""),
  );
};
