// Hides what it holds when the server no longer vouches for it, or no longer answers.
import { createElement, useCallback, useSyncExternalStore } from "react";

const EVERY = 4000;
const PATIENCE = 3000;
const HELD = "held";
const ENDED = "ended";
const AWAY = "away";

const renewed = async (ground) => {
  try {
    const answer = await fetch(`/lease${ground ? `?${ground}` : ""}`, {
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.status === 204) return HELD;
    return answer.status === 401 || answer.status === 403 ? ENDED : AWAY;
  } catch {
    dispatchEvent(new Event("hc-lost")); // no network, or no answer in time: the shell says so
    return AWAY;
  }
};

// All that rests on one ground asks once
const leases = new Map();

const leaseOf = (ground) => {
  const holders = new Set();
  let state = HELD;
  let turn = 0;
  let timer;
  const become = (next) => {
    if (state === next) return;
    state = next;
    holders.forEach((tell) => tell());
  };
  const check = async () => {
    clearTimeout(timer);
    turn += 1;
    const mine = turn;
    const next = await renewed(ground);
    if (mine !== turn) return; // asked again meanwhile, or nobody holds it any more
    become(next);
    timer = setTimeout(check, EVERY);
  };
  const lost = () => become(AWAY);
  const join = (tell) => {
    holders.add(tell);
    if (holders.size === 1) {
      check();
      addEventListener("online", check);
      addEventListener("offline", lost);
    }
    return () => {
      holders.delete(tell);
      if (holders.size > 0) return;
      clearTimeout(timer);
      turn += 1;
      state = HELD;
      removeEventListener("online", check);
      removeEventListener("offline", lost);
    };
  };
  return { join, state: () => state };
};

const lease = (ground) => {
  if (!leases.has(ground)) leases.set(ground, leaseOf(ground));
  return leases.get(ground);
};

/** away, ended: what is said instead of the children. line: inside a line of text, such as a heading. */
export const Lease = ({ ground = "", away, ended, line = false, children }) => {
  const one = lease(ground);
  const state = useSyncExternalStore(useCallback((tell) => one.join(tell), [one]), one.state, () => HELD);
  if (state === HELD) return children;
  const words = state === ENDED ? ended : away;
  return line ? words : createElement("p", { className: "note warn inset", role: "status" }, words);
};
