// Asks the hospital's server for what the page shows while the scripts that will show it are still on their way.
//
// Reflex asks once all its scripts have run. Here its WebSocket opens at once and says, to the letter, what Reflex will
// say; what is answered is held until Reflex says it too. Where it says anything else, nothing that was held is used.
// The scripts of a page with a name in its path are asked for at once too: its document does not know of them.
(() => {
  const made = /*MADE*/ null; // the build puts here what it knows: pages, States, version
  if (!made || document.visibilityState === "hidden" || !document.querySelector('link[rel="modulepreload"]')) return;

  const parts = (path) => path.split("/").filter(Boolean);
  const here = parts(location.pathname);
  const named = (route) => {
    const found = {};
    const fits = route.length === here.length && route.every((part, at) => {
      if (!part.startsWith(":")) return part === here[at];
      found[part.slice(1)] = decodeURIComponent(here[at]);
      return true;
    });
    return fits && found;
  };

  let params, token;
  try {
    for (const [page, scripts] of Object.entries(made.pages)) {
      if (!(params = named(parts(page)))) continue;
      const ahead = (href) => Object.assign(document.createElement("link"), { rel: "modulepreload", href });
      document.head.append(...scripts.map(ahead));
      break;
    }
    token = sessionStorage.getItem("token");
    if (params && !token) {
      token = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      token = token.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.*)$/, "$1-$2-4$3-a$4-$5");
      sessionStorage.setItem("token", token);
    }
  } catch {
    return; // an address that is none, or storage refused: Reflex says what there is to say
  }
  if (!params) return;

  const { pathname, search, hash } = location;
  const query = { ...Object.fromEntries(new URLSearchParams(search)), ...params };
  const router_data = { pathname, asPath: pathname + search + hash, ...(Object.keys(query).length && { query }) };
  const event = { name: made.event, payload: { hashes: made.hashes }, router_data };
  const asked = `40/_event,${JSON.stringify({ event, state_schema: made.schema })}`;
  const address = `${location.origin.replace(/^http/, "ws")}/_event/?token=${token}&EIO=4&transport=websocket`;

  const Native = window.WebSocket;
  const socket = new Native(address, made.protocols);
  const held = [];
  let open = false;
  let taken = false;
  let through = false;
  const pass = (data) => socket.dispatchEvent(Object.assign(new MessageEvent("message", { data }), { passed: true }));

  const ask = () => {
    open = true;
    Native.prototype.send.call(socket, asked);
  };
  socket.addEventListener("open", ask, { once: true });
  socket.addEventListener("message", (event) => {
    if (through || event.passed) return;
    if (taken && event.data[0] !== "4") return; // engine.io's own: its handshake and signs of life
    event.stopImmediatePropagation();
    if (event.data === "2") Native.prototype.send.call(socket, "3");
    else held.push(event.data);
  });
  socket.send = (data) => {
    if (!data.startsWith("40")) return Native.prototype.send.call(socket, data); // engine.io's own signs of life
    delete socket.send;
    if (data !== asked) return socket.close(); // Reflex asks again, on a connection of its own
    queueMicrotask(() => {
      through = true;
      held.forEach(pass);
    });
  };
  const give = () => {
    taken = true;
    clearTimeout(patience);
    window.WebSocket = Native;
    if (!open) return;
    queueMicrotask(() => {
      socket.dispatchEvent(new Event("open"));
      if (held[0]?.[0] === "0") pass(held.shift());
    });
  };
  const patience = setTimeout(() => taken || (socket.close(), (window.WebSocket = Native)), 20000);

  window.WebSocket = function (...wanted) {
    const ours = wanted[0] === address && String(wanted[1]) === String(made.protocols) && socket.readyState <= Native.OPEN;
    if (taken || !ours) return new Native(...wanted);
    give();
    return socket;
  };
  Object.setPrototypeOf(window.WebSocket, Native);
  window.WebSocket.prototype = Native.prototype;
})();
