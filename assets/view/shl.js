// SMART Health Links 1.0: what a link says, how its files are fetched, and how they are opened. The key never leaves
// the browser: it stands behind the # of the address, which no server sees.
const MOST = 32_000_000; // characters of an opened file: what unpacks to more is an attack
const PATIENCE = 30_000;
const RECEIVED = ["application/fhir+json", "application/smart-health-card"];

/** What went wrong, by a name that the page has words for. */
export class Trouble extends Error {
  constructor(name, more = {}) {
    super(name);
    this.more = more;
  }
}

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
const text = (content) => new TextDecoder("utf-8", { fatal: true }).decode(content);

/** Reads a link from an address or from text, with a viewer before it or without; null where there is none. */
export const linkIn = (given) => {
  const found = /shlink:\/([\w-]+)/.exec(given);
  if (!found) return null;
  try {
    const said = JSON.parse(text(bytes(found[1])));
    const flags = typeof said.flag === "string" ? said.flag : "";
    if (!/^[\w-]{43}$/.test(said.key) || (said.v ?? 1) !== 1 || (flags.includes("U") && flags.includes("P"))) throw new Trouble("broken");
    return {
      url: new URL(said.url),
      key: said.key,
      label: typeof said.label === "string" ? said.label.slice(0, 80) : "",
      guarded: flags.includes("P"),
      direct: flags.includes("U"),
      over: Number.isFinite(said.exp) && said.exp * 1000 <= Date.now(),
    };
  } catch {
    throw new Trouble("broken");
  }
};

/** Makes sure that this page may ask a host: the hospital's own, or one that it has named. */
const allowed = async (url) => {
  if (url.origin === location.origin) return;
  const answer = await fetch("/shl/viewer/hosts", { cache: "no-store" });
  const hosts = answer.ok ? (await answer.json()).hosts : [];
  if (!hosts.includes(url.host)) throw new Trouble("foreign", { host: url.host });
};

const asked = async (url, more) => {
  await allowed(url);
  try {
    return await fetch(url, { ...more, cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer", signal: AbortSignal.timeout(PATIENCE) });
  } catch {
    throw new Trouble("away", { host: url.host });
  }
};

const sound = async (answer) => {
  if (answer.ok) return answer;
  if (answer.status === 401) throw new Trouble("wrong", { left: (await answer.json().catch(() => ({}))).remainingAttempts });
  if (answer.status === 429) throw new Trouble("busy");
  throw new Trouble("gone");
};

/** Opens one file: compact JWE, `dir` with A256GCM, maybe squeezed. */
const opened = async (jwe, key) => {
  const parts = jwe.trim().split(".");
  const head = JSON.parse(text(bytes(parts[0])));
  if (parts.length !== 5 || parts[1] || head.alg !== "dir" || head.enc !== "A256GCM" || (head.zip && head.zip !== "DEF")) throw new Trouble("sealed");
  const secret = await crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, ["decrypt"]);
  const sealed = new Uint8Array([...[parts[3], parts[4]].map(bytes)].reduce((whole, part) => whole + part.length, 0));
  const [body, tag] = [bytes(parts[3]), bytes(parts[4])];
  sealed.set(body);
  sealed.set(tag, body.length);
  const how = { name: "AES-GCM", iv: bytes(parts[2]), additionalData: new TextEncoder().encode(parts[0]), tagLength: 128 };
  const plain = new Uint8Array(await crypto.subtle.decrypt(how, secret, sealed));
  return { kind: head.cty, content: text(head.zip ? await unpacked(plain) : plain) };
};

const unpacked = async (content) => {
  const reader = new Blob([content]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const pieces = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > MOST) throw new Trouble("sealed");
    pieces.push(next.value);
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
};

// A health card is signed by whoever issued it; what it holds is shown, and that nobody has checked the signature here
const inCard = async (jws) => {
  const [head, body] = jws.split(".");
  const packed = JSON.parse(text(bytes(head))).zip === "DEF" ? await unpacked(bytes(body)) : bytes(body);
  return JSON.parse(text(packed)).vc?.credentialSubject?.fhirBundle;
};

const resources = async ({ kind, content }) => {
  const said = JSON.parse(content);
  if (kind !== "application/smart-health-card" && !said.verifiableCredential) return [said];
  return Promise.all((said.verifiableCredential ?? []).map(inCard));
};

/** Fetches and opens all that a link shows: FHIR resources. */
export const shown = async (link, recipient, passcode) => {
  const files = link.direct ? [await direct(link, recipient)] : await manifest(link, recipient, passcode);
  try {
    const found = await Promise.all(files.map(async (file) => resources(await opened(file, link.key))));
    return found.flat().filter((each) => each?.resourceType);
  } catch {
    throw new Trouble("sealed");
  }
};

const direct = async (link, recipient) => {
  const url = new URL(link.url);
  url.searchParams.set("recipient", recipient);
  return (await sound(await asked(url, {}))).text();
};

const manifest = async (link, recipient, passcode) => {
  const body = JSON.stringify({ recipient, ...(passcode ? { passcode } : {}), embeddedLengthMax: 100_000 });
  const answer = await sound(await asked(link.url, { method: "POST", headers: { "content-type": "application/json" }, body }));
  const said = await answer.json().catch(() => null);
  if (!Array.isArray(said?.files)) throw new Trouble("sealed");
  const readable = said.files.filter(({ contentType }) => RECEIVED.includes(String(contentType).split(";")[0].trim()));
  return Promise.all(readable.map(async (file) => file.embedded ?? (await sound(await asked(new URL(file.location), {}))).text()));
};
