// Runs before the first paint: theme, text size, density and language as this device remembers them.
(() => {
  const root = document.documentElement;
  const kept = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };
  const theme = kept("hc-theme");
  if (theme === "light" || theme === "dark") {
    root.dataset.theme = theme;
    root.style.colorScheme = theme; // until the style sheets are there; Reflex's own script knows the device's alone
  }
  // Whoever reads with large letters everywhere gets the layout of large text, in just the size that their browser says
  const own = parseFloat(getComputedStyle(root).fontSize) / 16;
  const size = (text) => {
    root.dataset.text = text === "large" || (!text && own >= 1.4) ? "large" : "normal";
    root.style.fontSize = root.dataset.text === "large" && own >= 1.4 ? `${(16 * own) / 1.5}px` : "";
  };
  size(kept("hc-text"));

  const desk = matchMedia("(min-width: 1024px) and (pointer: fine)");
  const density = () => {
    if (desk.matches && root.dataset.text !== "large") root.dataset.density = "desk";
    else delete root.dataset.density;
  };
  density();
  desk.addEventListener("change", density);
  addEventListener("hc-text", () => {
    size(kept("hc-text") || root.dataset.text);
    density();
  });

  // The frame of the browser takes the colour of the paper. Not in the page's own head: React would put a second there
  const found = document.querySelector('meta[name="theme-color"]');
  const colour = found ?? document.head.appendChild(Object.assign(document.createElement("meta"), { name: "theme-color" }));
  const paint = () => {
    const paper = getComputedStyle(root).getPropertyValue("--paper").trim();
    if (paper) colour.content = paper;
  };
  addEventListener("load", paint);
  addEventListener("hc-theme", paint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);

  const known = (tag) => (/^zh/i.test(tag) ? "zh" : /^en/i.test(tag) ? "en" : "");
  const tongues = navigator.languages && navigator.languages.length ? navigator.languages : [navigator.language || "zh"];
  const language = known(kept("hc-language") || "") || tongues.map(known).find(Boolean) || "en";
  root.lang = language === "zh" ? "zh-CN" : "en";
  if (language !== "zh") {
    // The page comes prerendered in Chinese: wait for the words instead of flashing the wrong ones
    root.dataset.waiting = "";
    setTimeout(() => delete root.dataset.waiting, 4000);
    const words = /*WORDS*/ ""; // the build puts their file here: asked for now, not when the first script has run
    const ahead = { rel: "preload", as: "script", crossOrigin: "anonymous", href: words };
    if (words) document.head.append(Object.assign(document.createElement("link"), ahead));
  }

  // What is pressed before the page's scripts listen is pressed again as they do. Until then no form is sent by the
  // browser itself, which would put what was typed into the address; one that has an address to go to may be
  let pressed = null;
  const hold = (event) => {
    const sent = event.type === "submit";
    const button = sent ? event.submitter : event.target.closest?.("button");
    if ((sent ? event.target : button?.form)?.hasAttribute("action")) return;
    if (sent) event.preventDefault();
    pressed = button ?? pressed;
  };
  const presses = ["click", "submit"];
  presses.forEach((each) => addEventListener(each, hold, true));
  addEventListener("hc-alive", () => {
    presses.forEach((each) => removeEventListener(each, hold, true));
    if (pressed?.isConnected && !pressed.disabled) pressed.click();
  }, { once: true });

  // What the app is called on the phone's home screen is in the language it is installed in
  const manifest = document.createElement("link");
  manifest.rel = "manifest";
  manifest.href = language === "zh" ? "/manifest.webmanifest" : "/manifest.en.webmanifest";
  document.head.append(manifest);

  // The first date is the dearest, because its names are looked up: while the other scripts are on their way
  requestAnimationFrame(() => setTimeout(() => new Intl.DateTimeFormat(root.lang, { weekday: "long" }).format()));

  // A page that was left is not shown again from memory: by then its reader may have signed out, and another may look
  addEventListener("pagehide", (event) => event.persisted && (root.dataset.left = ""));
  addEventListener("pageshow", (event) => event.persisted && location.reload());
})();
