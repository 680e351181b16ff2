// Hides what it holds when the server no longer vouches for it, or no longer answers.
import { createElement, useEffect, useState } from "react";

const EVERY = 4000;
const PATIENCE = 3000;

const renewed = async (ground) => {
  const answer = await fetch(`/lease${ground ? `?${ground}` : ""}`, {
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE),
  });
  return answer.status === 204;
};

export const Lease = ({ ground = "", gone, children }) => {
  const [held, setHeld] = useState(true);
  useEffect(() => {
    let stopped = false;
    let timer;
    const check = async () => {
      let good = false;
      try {
        good = await renewed(ground);
      } catch {
        good = false; // no network, no answer in time, or sent elsewhere
      }
      if (stopped) return;
      setHeld(good);
      timer = setTimeout(check, EVERY);
    };
    const now = () => {
      clearTimeout(timer);
      check();
    };
    const lost = () => setHeld(false);
    check();
    addEventListener("online", now);
    addEventListener("offline", lost);
    return () => {
      stopped = true;
      clearTimeout(timer);
      removeEventListener("online", now);
      removeEventListener("offline", lost);
    };
  }, [ground]);
  if (held) return children;
  return createElement("p", { className: "note warn inset", role: "status" }, gone);
};
