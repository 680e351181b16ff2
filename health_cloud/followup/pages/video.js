// The picture of a visit: what two browsers need to find each other goes through the server, picture and sound straight
// between the two, encrypted (WebRTC). Nothing is recorded. Perfect negotiation: the patient's side is the polite one.
import { createElement as h, useEffect, useRef, useState } from "react";

const PATIENCE = 20000; // until it is said that no way was found
const GATHERED = 120; // candidates of so long go together
const LONGEST = 15000;
const WANTED = [{ audio: true, video: { facingMode: "user", width: { ideal: 1280 } } }, { audio: true }, { video: true }];
const PROBLEMS = { NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "no_device", OverconstrainedError: "no_device" };

/** Ask for camera and microphone, or what there is of them; throws the name of a text. */
const devices = async () => {
  if (!window.RTCPeerConnection || !navigator.mediaDevices?.getUserMedia) throw "no_rtc";
  let problem = "busy";
  for (const wanted of WANTED) {
    try {
      return await navigator.mediaDevices.getUserMedia(wanted);
    } catch (error) {
      problem = PROBLEMS[error.name] ?? "busy";
      if (problem === "refused") break;
    }
  }
  throw problem;
};
const stop = (stream) => stream?.getTracks().forEach((track) => track.stop());

// Headers let a page of a visit alone use the camera; who came from another page is in that one's document still
const misplaced = () =>
  document.featurePolicy?.allowsFeature("camera") === false &&
  performance.getEntriesByType("navigation")[0]?.name !== location.href.split("#")[0];
const typed = () => document.querySelector(".composer .waits") || document.querySelector(".composer textarea")?.value;

/** Tell whether the page is where it can use them; who is not there goes there first, unless they are writing. */
const usePlace = () => {
  const [placed, setPlaced] = useState(false);
  useEffect(() => {
    if (!misplaced() || typed()) return setPlaced(true);
    const soon = setTimeout(() => location.replace(location.href), 100); // no reload: those are held back (web/shell.js)
    return () => clearTimeout(soon);
  }, []);
  return placed;
};

/** One connection to one tab of the other side. */
class Call {
  constructor({ polite, servers, stream, post, changed, told }) {
    const pc = new RTCPeerConnection(JSON.parse(servers));
    Object.assign(this, { pc, polite, post, changed, out: [], making: false, ignoring: false, theirs: {}, done: false });
    this.remote = new MediaStream();
    this.work = Promise.resolve();
    this.state = "connecting";
    stream.getTracks().forEach((track) => pc.addTrack(track, stream));
    ["audio", "video"].forEach((kind) => {
      if (!stream.getTracks().some((track) => track.kind === kind)) pc.addTransceiver(kind, { direction: "recvonly" });
    });
    this.channel = pc.createDataChannel("says", { negotiated: true, id: 0 });
    this.channel.onopen = told;
    this.channel.onclose = () => this.become("left");
    this.channel.onmessage = ({ data }) => {
      const said = String(data).slice(0, 20);
      this.theirs = { mic: !said.includes("m"), cam: !said.includes("c") };
      changed();
    };
    pc.ontrack = ({ track }) => {
      this.remote.addTrack(track);
      changed();
    };
    pc.onicecandidate = ({ candidate }) => candidate && this.say({ candidate: candidate.toJSON() });
    pc.onnegotiationneeded = () => this.next(async () => {
      try {
        this.making = true;
        await pc.setLocalDescription();
        this.say({ description: pc.localDescription.toJSON() });
      } finally {
        this.making = false;
      }
    });
    pc.onconnectionstatechange = () => {
      const now = pc.connectionState;
      if (now === "connected") this.become("connected");
      if (now === "disconnected") this.become("unstable");
      if (now === "failed") {
        this.become("failed");
        if (!polite) pc.restartIce();
      }
    };
    this.timer = setTimeout(() => this.state === "connecting" && this.become("failed"), PATIENCE);
  }

  become(state) {
    if (this.done || this.state === "left") return;
    this.state = state;
    this.changed();
  }

  next(step) {
    this.work = this.work.then(() => !this.done && step()).catch(() => this.become("failed"));
  }

  say(part) {
    this.out.push(part);
    this.sending ??= setTimeout(() => this.flush(), GATHERED);
  }

  flush() {
    this.sending = undefined;
    while (this.out.length && !this.done) {
      const some = [this.out.shift()];
      while (this.out.length && JSON.stringify([...some, this.out[0]]).length < LONGEST) some.push(this.out.shift());
      this.post(some);
    }
  }

  take({ description, candidate }) {
    this.next(async () => {
      const { pc } = this;
      if (description) {
        const collides = description.type === "offer" && (this.making || pc.signalingState !== "stable");
        this.ignoring = !this.polite && collides;
        if (this.ignoring) return;
        await pc.setRemoteDescription(description);
        if (description.type === "offer") {
          await pc.setLocalDescription();
          this.say({ description: pc.localDescription.toJSON() });
        }
      } else if (candidate) {
        try {
          await pc.addIceCandidate(candidate);
        } catch (error) {
          if (!this.ignoring) throw error;
        }
      }
    });
  }

  tell(text) {
    if (this.channel.readyState === "open") this.channel.send(text);
  }

  close() {
    this.done = true;
    clearTimeout(this.timer);
    clearTimeout(this.sending);
    this.pc.close();
  }
}

/** This side of the picture: its devices, its seat, and the connection to whoever has the other seat. */
class Own {
  constructor(now, changed) {
    Object.assign(this, { now, changed, phase: "off", problem: "", last: 0, connected: false, off: { mic: false, cam: false } });
  }

  async start() {
    if (this.phase !== "off") return;
    if (misplaced()) {
      if (!typed()) return location.replace(location.href);
      return this.become("off", "unsent");
    }
    this.become("asking", "");
    try {
      this.stream = await devices();
    } catch (problem) {
      return this.become("off", typeof problem === "string" ? problem : "busy");
    }
    if (this.gone || !this.now.current.open) return this.end("");
    this.stream.getTracks().forEach((track) => (track.onended = () => this.changed()));
    Object.assign(this, { visit: this.now.current.visit, tab: crypto.randomUUID(), last: 0, seated: false, asked: 0, other: "" });
    this.become("on", "");
    this.follow();
  }

  become(phase, problem) {
    Object.assign(this, { phase, problem });
    this.changed();
  }

  /** Follow what the server says: who has the seats, and what came. */
  follow() {
    const { open, mine, other, held, servers, signals, onJoin, onTaken } = this.now.current;
    if (!this.tab) return;
    if (!open) return this.end("");
    if (this.seated && mine && mine !== this.tab) return this.end("elsewhere");
    if (held !== this.tab) {
      if (Date.now() - this.asked > 3000) {
        this.asked = Date.now();
        onJoin(this.tab);
      }
      return;
    }
    this.seated = true;
    this.asked = 0;
    if (other !== this.other) {
      this.call?.close();
      this.other = other;
      this.call = other ? this.open(servers) : undefined;
      this.reached();
    }
    const fresh = signals.filter(({ number }) => number > this.last);
    if (!fresh.length) return;
    fresh.forEach(({ number, body }) => {
      this.last = number;
      this.read(body);
    });
    onTaken(this.tab, this.last);
  }

  read(body) {
    try {
      const { from, parts } = JSON.parse(body);
      if (from === this.other && Array.isArray(parts)) parts.forEach((part) => part && this.call?.take(part));
    } catch {
      // what the other side sent is none: nothing comes of it
    }
  }

  open(servers) {
    const { tab, other, stream } = this;
    const call = new Call({
      polite: this.now.current.side === "patient",
      servers,
      stream,
      post: (parts) => this.now.current.onSend(tab, other, ascii(JSON.stringify({ from: tab, parts }))),
      changed: () => this.call === call && this.reached(),
      told: () => this.tell(),
    });
    return call;
  }

  reached() {
    const connected = this.call?.state === "connected";
    if (connected !== this.connected) {
      this.connected = connected;
      this.now.current.onSay(this.tab, connected);
    }
    this.changed();
  }

  turn(name) {
    this.off[name] = !this.off[name];
    const kind = name === "mic" ? "audio" : "video";
    this.stream.getTracks().forEach((track) => track.kind === kind && (track.enabled = !this.off[name]));
    this.tell();
    this.changed();
  }

  has(kind) {
    return Boolean(this.stream?.getTracks().some((track) => track.kind === kind && track.readyState === "live"));
  }

  tell() {
    const mic = this.off.mic || !this.has("audio") ? "m" : "";
    const cam = this.off.cam || !this.has("video") ? "c" : "";
    this.call?.tell(`-${mic}${cam}`);
  }

  end(problem) {
    const { tab, visit } = this;
    this.call?.close();
    stop(this.stream);
    Object.assign(this, { call: undefined, stream: undefined, tab: "", other: "", connected: false, off: { mic: false, cam: false } });
    if (tab && problem !== "elsewhere") this.now.current.onLeave(visit, tab);
    this.become("off", problem);
  }
}

const ascii = (text) => text.replace(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);

const Screen = ({ stream, label, own, ...rest }) => {
  const shown = useRef(null);
  useEffect(() => {
    if (shown.current && shown.current.srcObject !== stream) shown.current.srcObject = stream ?? null;
  });
  return h("video", { ref: shown, autoPlay: true, playsInline: true, muted: own, "aria-label": label, ...rest });
};

const Said = ({ children, warn }) =>
  children ? h("p", { className: warn ? "video-say strong warn" : "video-say", role: warn ? "alert" : "status" }, children) : null;

/** visit, side, open, mine, other, held, servers, signals: what the server says; words: texts by name. */
export const Video = (props) => {
  const { visit, open, other, words } = props;
  const now = useRef(props);
  now.current = props;
  const [, setTurn] = useState(0);
  const own = useRef(null);
  own.current ??= new Own(now, () => setTurn((turn) => turn + 1));
  const me = own.current;
  const placed = usePlace();

  useEffect(() => {
    me.gone = false;
    const leave = () => me.end("");
    addEventListener("pagehide", leave);
    return () => {
      removeEventListener("pagehide", leave);
      me.gone = true;
      me.end("");
    };
  }, [visit]);
  useEffect(() => me.follow());

  if (me.phase !== "on") {
    if (!open) return null;
    return h(
      "section",
      { className: "video-box off", "aria-label": words.title },
      h(Said, null, me.phase === "asking" ? words.asking : other ? words.waits : ""),
      h(Said, { warn: true }, words[me.problem]),
      h("p", { className: "t-small ink-2" }, words.text),
      h("button", { type: "button", className: other ? "btn primary" : "btn plain", disabled: !placed || me.phase === "asking", onClick: () => me.start() }, me.problem ? words.again : words.start),
    );
  }
  const state = me.call?.state ?? "alone";
  const theirs = me.call?.theirs ?? {};
  const button = (name, kind) =>
    me.has(kind) &&
    h("button", { type: "button", className: "btn plain sm", "aria-pressed": !me.off[name], onClick: () => me.turn(name) }, words[`${name}_${me.off[name] ? "on" : "off"}`]);
  return h(
    "section",
    { className: `video-box ${state}`, "aria-label": words.title },
    h(
      "div",
      { className: "video-stage" },
      h(Screen, { stream: me.call?.remote, label: words.them, className: "video-them" }),
      me.has("video") && h(Screen, { stream: me.stream, own: true, label: words.me, className: me.off.cam ? "video-me dark" : "video-me" }),
    ),
    h(Said, { warn: state === "failed" }, words[state]),
    state === "connected" && theirs.mic === false && h(Said, null, words.their_mic),
    state === "connected" && theirs.cam === false && h(Said, null, words.their_cam),
    !me.has("video") && h(Said, null, words.no_camera),
    !me.has("audio") && h(Said, null, words.no_microphone),
    h(
      "div",
      { className: "video-acts" },
      button("mic", "audio"),
      button("cam", "video"),
      h("button", { type: "button", className: "btn danger sm", onClick: () => me.end("") }, words.hang_up),
    ),
    h("p", { className: "t-micro ink-3" }, words.unrecorded),
  );
};

/** Tries camera and microphone before a visit: one sees oneself, and how loud one is. */
export const DeviceCheck = ({ words }) => {
  const [stream, setStream] = useState(null);
  const [problem, setProblem] = useState("");
  const level = useRef(null);
  const placed = usePlace();
  useEffect(() => {
    if (!stream) return undefined;
    const sound = stream.getAudioTracks().length ? new AudioContext() : null;
    let each;
    if (sound) {
      const listener = sound.createAnalyser();
      sound.createMediaStreamSource(stream).connect(listener);
      const heard = new Uint8Array(listener.fftSize);
      each = setInterval(() => {
        listener.getByteTimeDomainData(heard);
        const loud = Math.max(...heard.map((value) => Math.abs(value - 128))) / 128;
        if (level.current) level.current.value = Math.min(1, loud * 1.5);
      }, 100);
    }
    return () => {
      clearInterval(each);
      sound?.close();
      stop(stream);
    };
  }, [stream]);
  const start = async () => {
    setProblem("");
    try {
      setStream(await devices());
    } catch (found) {
      setProblem(typeof found === "string" ? found : "busy");
    }
  };
  return h(
    "section",
    { className: "video-box check", "aria-label": words.check_title },
    h("p", null, words.check_text),
    h(Said, { warn: true }, words[problem]),
    stream &&
      h(
        "div",
        { className: "video-stage" },
        stream.getVideoTracks().length ? h(Screen, { stream, own: true, label: words.me, className: "video-them mirrored" }) : h("p", { className: "video-say" }, words.no_camera),
      ),
    stream &&
      (stream.getAudioTracks().length
        ? h("label", { className: "video-level" }, words.level, h("meter", { ref: level, min: 0, max: 1, low: 0.05, optimum: 0.5 }))
        : h("p", { className: "video-say" }, words.no_microphone)),
    h("button", { type: "button", className: "btn plain", disabled: !placed, onClick: stream ? () => setStream(null) : start }, stream ? words.check_done : words.check),
  );
};
