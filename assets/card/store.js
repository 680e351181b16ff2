// The emergency card on this phone: sealed by AES-GCM under a key that the browser keeps and gives to no script.
// Sealed text and key lie together in one database of IndexedDB; taking the card away deletes that database.
const BASE = "emergency-card";
const STORE = "card";
const ONLY = "kept";
const FORM = 1;
const DAYS = 30;
const PATIENCE = 3000;
const HOUR = 3600_000;
const DAY = 24 * HOUR;
const ASK = "/emergency-card/holds";
const GONE = 410;
const HELD = 204;

const able = () => "indexedDB" in globalThis && Boolean(globalThis.crypto?.subtle);

// Without `make` a base that is not there stays so: looking leaves nothing behind
const opened = (make) =>
  new Promise((done, fail) => {
    const asked = indexedDB.open(BASE, 1);
    asked.onupgradeneeded = () => {
      if (make) asked.result.createObjectStore(STORE);
      else asked.transaction.abort();
    };
    asked.onsuccess = () => {
      asked.result.onversionchange = () => asked.result.close();
      done(asked.result);
    };
    asked.onerror = (event) => {
      event.preventDefault();
      if (make) fail(asked.error);
      else done(null);
    };
  });

// Gives what is kept to `change`; what that returns is kept instead, undefined changes nothing
const within = async (change, make = false) => {
  const base = await opened(make);
  if (!base) return null;
  try {
    return await new Promise((done, fail) => {
      const turn = base.transaction(STORE, "readwrite");
      const store = turn.objectStore(STORE);
      const asked = store.get(ONLY);
      let found = null;
      asked.onsuccess = () => {
        found = asked.result ?? null;
        const next = change(found);
        if (next !== undefined) store.put(next, ONLY);
      };
      turn.oncomplete = () => done(found);
      turn.onerror = turn.onabort = () => fail(turn.error);
    });
  } finally {
    base.close();
  }
};

const look = () => within(() => undefined);

const days = (at) => new Date(at + DAYS * DAY).toISOString();
const bound = (until) => new TextEncoder().encode(`${BASE} ${FORM} ${until}`);

// The end of its life is sealed with it: whoever moves it only makes the card unreadable
const sealed = async (key, whole, until) => {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(JSON.stringify(whole));
  const closed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound(until) }, key, text);
  return { key, iv, closed, until, doubted: false };
};

const unsealed = async ({ key, iv, closed, until }) => {
  const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: bound(until) }, key, closed);
  return JSON.parse(new TextDecoder().decode(text));
};

/** Keeps a card and what the server is asked with whether it may stay. Each card has a key of its own. */
export const keep = async (card, token) => {
  if (!able()) throw new Error("this browser cannot seal");
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const made = await sealed(key, { card, token }, days(Date.now()));
  await within(() => ({ ...made, compared: Date.now(), changed: false }), true);
  navigator.storage?.persist?.().catch(() => {}); // asks the browser not to clear it by itself; it may refuse
  tell();
};

/** Takes the card away with its key. */
export const forget = async () => {
  if (!("indexedDB" in globalThis)) return;
  await new Promise((done) => {
    const asked = indexedDB.deleteDatabase(BASE);
    asked.onsuccess = asked.onerror = asked.onblocked = () => done();
  });
  tell();
};

/** Tells whether a card is kept, without opening it. */
export const isKept = async () => {
  try {
    return able() && Boolean(await look());
  } catch {
    return false;
  }
};

/** Opens the card: {card, until}, {doubted: true} while somebody may have signed in since, or null. */
export const open = async () => {
  if (!able()) return null;
  const found = await look().catch(() => null);
  if (!found) return null;
  if (!(Date.parse(found.until) > Date.now())) {
    await forget(); // without a word from the hospital for so long nobody knows whether it may be here
    return null;
  }
  if (found.doubted) return { doubted: true };
  try {
    return { card: (await unsealed(found)).card, until: found.until };
  } catch {
    await forget(); // not what was sealed here
    return null;
  }
};

let leaving = false;

/** Somebody signs in: until the next page hears from the server that it is still the owner, the card does not open. */
export const doubt = async () => {
  leaving = true; // what this page would still hear is about whoever was here before
  if (!able()) return;
  await within((found) => (found ? { ...found, doubted: true } : undefined)).catch(() => {});
};

/** Asks the server: "held" gives the card thirty more days, "gone" takes it away, "away" leaves it as it is. */
export const ask = async () => {
  if (!able()) return "none";
  if (leaving) return "away";
  const found = await look().catch(() => null);
  if (!found) return "none";
  let whole;
  try {
    whole = await unsealed(found);
  } catch {
    await forget();
    return "gone";
  }
  let status = 0;
  try {
    const headers = { "X-Emergency-Card": whole.token };
    const answer = await fetch(ASK, { headers, cache: "no-store", redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
    status = answer.status;
  } catch {
    // no network
  }
  if (status === GONE) {
    await forget();
    return "gone";
  }
  if (status !== HELD) return "away";
  if (!found.doubted && Date.parse(found.until) > Date.now() + DAYS * DAY - HOUR) return "held"; // said a moment ago
  const next = { ...found, ...(await sealed(found.key, whole, days(Date.now()))) };
  const same = (now) => now && now.iv.toString() === found.iv.toString() && now.doubted === found.doubted;
  await within((now) => (same(now) ? next : undefined)); // taken away or made anew meanwhile: so it stays
  return "held";
};

/** Gives the card when it is time to compare it with the records again: once a day. */
export const due = async () => {
  const found = await look();
  return found && !(Date.now() - found.compared < DAY) ? (await unsealed(found)).card : null;
};

/** Keeps whether the records say something else by now; `later` so many days nothing is compared. */
export const compared = (changed, later = 0) =>
  within((found) => (found ? { ...found, changed, compared: Date.now() + later * DAY } : undefined));

/** Tells what the last comparison found. */
export const isChanged = async () => Boolean((await look())?.changed);

// Pages of this tab that show it are told
const listeners = new Set();
const tell = () => listeners.forEach((each) => each());
export const listen = (each) => {
  listeners.add(each);
  return () => listeners.delete(each);
};
