// Switches web push on and off for this browser; the message itself is shown by the service worker.
import { createElement as h, useEffect, useState } from "react";

const able = () => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

const bytes = (text) => {
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
};

const worker = () =>
  Promise.race([
    navigator.serviceWorker.ready,
    new Promise((_, fail) => setTimeout(() => fail(new Error("no worker")), 8000)),
  ]);

/** publicKey: the installation's; here: whether the server sends to this browser. */
export const PushSwitch = ({ publicKey, here, onWords, offWords, failed, refused, missing, onGiven, onEnded }) => {
  const [can, setCan] = useState(true);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  useEffect(() => setCan(able()), []);
  const on = async () => {
    if ((await Notification.requestPermission()) !== "granted") return setProblem(refused);
    const registration = await worker();
    const old = await registration.pushManager.getSubscription();
    if (old) await old.unsubscribe(); // it may belong to another key, or to somebody else who used this browser
    const made = await registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: bytes(publicKey),
    });
    const { endpoint, keys } = made.toJSON();
    onGiven({ endpoint, keys });
  };
  const off = async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    await (await registration?.pushManager.getSubscription())?.unsubscribe();
    onEnded();
  };
  const onClick = async () => {
    setBusy(true);
    setProblem("");
    try {
      await (here ? off() : on());
    } catch {
      setProblem(failed);
    }
    setBusy(false);
  };
  if (!can) return h("p", { className: "t-small ink-2" }, missing);
  return h(
    "div",
    null,
    h("button", { type: "button", className: "btn plain wide", disabled: busy, onClick }, here ? offWords : onWords),
    h("p", { role: "alert", className: "t-small" }, problem),
  );
};
