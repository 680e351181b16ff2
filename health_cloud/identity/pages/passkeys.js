// Passkeys in the browser: a question from the server, the device's answer to it, and what went wrong in one word.
import { createElement as h, useEffect, useRef, useState, useSyncExternalStore } from "react";

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const named = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

/** Why passkeys cannot work here at all; empty where they can. An address in digits is no name to bind a key to. */
const hindrance = () => {
  if (!window.isSecureContext || /^[\d.]+$|:/.test(window.location.hostname)) return "place";
  return window.PublicKeyCredential && navigator.credentials ? "" : "unsupported";
};

const make = async (asked) => {
  const made = await navigator.credentials.create({
    publicKey: {
      ...asked,
      challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: named(asked.excludeCredentials),
    },
  });
  return {
    clientDataJSON: text(made.response.clientDataJSON),
    attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
    of: made,
  };
};

const sign = async (asked) => {
  const given = await navigator.credentials.get({
    publicKey: { ...asked, challenge: bytes(asked.challenge), allowCredentials: named(asked.allowCredentials) },
  });
  return {
    clientDataJSON: text(given.response.clientDataJSON),
    authenticatorData: text(given.response.authenticatorData),
    signature: text(given.response.signature),
    userHandle: given.response.userHandle ? text(given.response.userHandle) : null,
    of: given,
  };
};

const answered = async (options) => {
  const asked = JSON.parse(options);
  const { of, ...response } = await (asked.user ? make(asked) : sign(asked));
  return JSON.stringify({ id: of.id, rawId: text(of.rawId), type: of.type, response });
};

const WORDS = {
  NotAllowedError: "cancelled",
  AbortError: "cancelled",
  TimeoutError: "cancelled",
  InvalidStateError: "known",
  SecurityError: "place",
  NotSupportedError: "unsupported",
  ConstraintError: "unsupported",
};

/**
 * A button that has the server ask and the device answer. The question comes as `options` some time after the press,
 * maybe after a proof in between; of several buttons on a page only the one that was pressed takes it up.
 */
export const PasskeyButton = ({ label, look = "plain", options, onAsk, onAnswer, onProblem, field }) => {
  const pressed = useRef(false);
  const kept = useRef(null);
  const [running, setRunning] = useState(false);
  useEffect(() => {
    if (!options || !pressed.current) return;
    pressed.current = false;
    setRunning(true);
    answered(options)
      .then((answer) => {
        if (!field) return onAnswer(answer);
        kept.current.value = answer;
        kept.current.form.requestSubmit();
        kept.current.value = "";
      })
      .catch((error) => onProblem(WORDS[error?.name] ?? "failed"))
      .finally(() => setRunning(false));
  }, [options]);
  const onClick = () => {
    const why = hindrance();
    if (why) return onProblem(why);
    pressed.current = true;
    onAsk();
  };
  return h(
    "div",
    { className: "passkey" },
    field ? h("input", { type: "hidden", name: field, ref: kept }) : null,
    h("button", { type: "button", className: `btn ${look} wide`, disabled: running, "aria-busy": running, onClick }, label),
  );
};

const never = () => () => {};

/** Shows what it holds where passkeys can work, or, with `unless`, where they cannot. */
export const Able = ({ unless = false, children }) => {
  const able = useSyncExternalStore(never, () => !hindrance(), () => null);
  return able !== null && able !== unless ? children : null;
};
