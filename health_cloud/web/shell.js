// The shell's own parts in the browser: Connection says when there is none, Worker installs the service worker.
import { createElement, useEffect, useRef, useState } from "react";

export const Connection = ({ errors = 0, offline, lost }) => {
  const [online, setOnline] = useState(true);
  const [waited, setWaited] = useState(false);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    look();
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }, []);
  useEffect(() => {
    if (errors === 0) {
      setWaited(false);
      return undefined;
    }
    const timer = setTimeout(() => setWaited(true), 1000); // a blink needs no word
    return () => clearTimeout(timer);
  }, [errors]);
  const words = !online ? offline : waited ? lost : "";
  return createElement("div", { role: "status", className: "connection" },
    words ? createElement("p", { className: "note warn" }, words) : null);
};

export const Worker = ({ message, label }) => {
  const [waiting, setWaiting] = useState(null);
  const asked = useRef(false);
  useEffect(() => {
    if (!("serviceWorker" in navigator)) return undefined;
    let stopped = false;
    const changed = () => asked.current && location.reload();
    navigator.serviceWorker.addEventListener("controllerchange", changed);
    navigator.serviceWorker
      .register("/sw.js", { updateViaCache: "none" })
      .then((registration) => {
        if (stopped) return;
        const look = () =>
          registration.waiting && navigator.serviceWorker.controller && setWaiting(registration.waiting);
        look();
        registration.addEventListener("updatefound", () =>
          registration.installing?.addEventListener("statechange", look));
      })
      .catch(() => {}); // private mode or an unsafe origin: the app works without
    return () => {
      stopped = true;
      navigator.serviceWorker.removeEventListener("controllerchange", changed);
    };
  }, []);
  if (!waiting) return null;
  const reload = () => {
    asked.current = true;
    waiting.postMessage("take over");
  };
  return createElement("div", { className: "toast", role: "status" },
    createElement("span", null, message),
    createElement("button", { type: "button", className: "btn", onClick: reload }, label));
};
