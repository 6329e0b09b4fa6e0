/**
 * The page: its buttons and what they do, its notices and when they are shown.
 */

import { openAudio, RATE } from "./audio.js";
import { Call } from "./call.js";
import { Conversation } from "./conversation.js";
import {
  explainCall,
  explainEnd,
  explainInsecure,
  explainLost,
  explainMicrophone,
  explainOld,
} from "./explain.js";
import { showFigures } from "./figures.js";
import { Transcript } from "./transcript.js";
import { Waterfall } from "./waterfall.js";

/** @param {string} id */
const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const button = /** @type {HTMLButtonElement} */ (at("call"));
const mute = /** @type {HTMLButtonElement} */ (at("mute"));
const retry = /** @type {HTMLButtonElement} */ (at("retry"));
const transcript = new Transcript(at("transcript"), at("scroller"), at("news"));
const waterfall = new Waterfall(/** @type {HTMLTableElement} */ (at("waterfall")), at("turns"));
const places = {
  latest: at("latest"),
  summary: at("summary"),
  chart: /** @type {SVGSVGElement} */ (/** @type {unknown} */ (at("chart"))),
};

/** Of the context's clock, in seconds: how lately loud is "speaking". */
const SPEAKING = 0.25;

/** @type {Call | null} */
let call = null;
/** @type {import("./audio.js").Audio | null} */
let audio = null;
/** @type {Conversation | null} */
let conversation = null;
/** @type {WakeLockSentinel | null} a phone must not fall asleep in mid-call: it would hang up */
let awake = null;
let startedAt = 0;
let countdown = 0;

/** What the page is doing, for programs that look. */
export function status() {
  return {
    state: document.body.dataset.state,
    rate: audio?.context.sampleRate ?? null,
    played: audio?.speaker.position ?? 0,
    cleared: audio?.speaker.cleared ?? 0,
    clears: conversation?.clears ?? 0,
    playing: audio?.speaker.playing ?? false,
    turns: waterfall.turns,
  };
}

async function start() {
  if (document.body.dataset.state === "opening") return;
  hideNotice();
  show("opening", "Asking for the microphone");
  try {
    audio = await openAudio({ frame: listen, lost: () => end(explainLost()) });
  } catch (error) {
    end(explainMicrophone(error));
    return;
  }
  transcript.reset();
  waterfall.reset();
  showFigures(places, []);
  setMuted(false);
  const url = new URL("call", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  url.search = url.hash = "";
  const token = new URLSearchParams(location.search).get("token");
  const hello = { sample_rate: RATE, ...(token === null ? {} : { token }) };
  const ours = new Call(url.href, hello, {
    state: follow,
    message: (message) => conversation?.take(message),
    audio: (pcm) => conversation?.audio(pcm),
  });
  call = ours;
  conversation = new Conversation({
    speaker: audio.speaker,
    rate: audio.context.sampleRate,
    transcript,
    waterfall,
    played: (mark) => ours.played(mark),
    timed: () => showFigures(places, waterfall.turns),
  });
  ours.open();
  const lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
  if (call === ours) awake = lock;
  else void lock?.release();
}

/** @param {import("./audio.js").Frame} frame */
function listen({ pcm, level, voiced }) {
  if (conversation === null || audio === null) return;
  call?.send(pcm);
  conversation.voiced = voiced;
  at("level").style.transform = `scaleX(${loudness(level)})`;
  if (document.body.dataset.state !== "open") return;
  const since = audio.context.currentTime - voiced / audio.context.sampleRate;
  const speaker = audio.speaker.playing ? "agent" : voiced >= 0 && since < SPEAKING ? "you" : "";
  if (document.body.dataset.speaker === speaker && at("activity").textContent) return;
  document.body.dataset.speaker = speaker;
  at("activity").textContent = { agent: "The agent speaks", you: "You speak", "": "Listening" }[speaker];
}

/**
 * A level as the ear judges it: silence is 0, a raised voice 1.
 * @param {number} level
 */
function loudness(level) {
  return Math.max(0, Math.min(1, (20 * Math.log10(level + 1e-6) + 56) / 46));
}

/** @param {import("./call.js").State} state */
function follow(state) {
  clearInterval(countdown);
  switch (state.name) {
    case "connecting":
      show("connecting", state.attempt ? "Calling again" : "Calling");
      break;
    case "open":
      hideNotice();
      if (state.again) transcript.divide("Connected again: this is a new call");
      else startedAt = Date.now();
      show("open", "");
      break;
    case "waiting":
      if (document.body.dataset.state === "open") {
        conversation?.silence();
        transcript.divide("The line dropped");
      }
      wait(state);
      break;
    case "over":
      call = null;
      end(state.problem ? explainCall(state.problem) : explainEnd(state.reason), !state.problem);
      break;
  }
}

/** @param {Extract<import("./call.js").State, {name: "waiting"}>} state */
function wait({ attempt, seconds, problem }) {
  // What ended the line, told at the first attempt, stays: that nobody answers now is its consequence.
  if (attempt === 1 || at("notice").hidden) notice(explainCall(problem), "problem");
  show("waiting", "Calling again");
  retry.hidden = false;
  const until = performance.now() + 1000 * seconds;
  const tell = () => {
    const left = Math.max(0, Math.ceil((until - performance.now()) / 1000));
    at("when").textContent = `Calling again in ${left} s (attempt ${attempt}).`;
  };
  tell();
  countdown = setInterval(tell, 250);
}

/**
 * Put everything away.
 * @param {import("./explain.js").Explanation} why
 * @param {boolean} [calm] whether this is how calls should end
 */
function end(why, calm = false) {
  const ours = call;
  call = null;
  ours?.hangUp();
  conversation?.silence();
  audio?.close();
  audio = conversation = null;
  void awake?.release();
  awake = null;
  at("level").style.transform = "scaleX(0)";
  show("over", "");
  notice(why, calm ? "calm" : "problem");
}

/**
 * @param {string} state
 * @param {string} activity
 */
function show(state, activity) {
  document.body.dataset.state = state;
  document.body.dataset.speaker = "";
  at("activity").textContent = activity;
  const inCall = ["connecting", "open", "waiting"].includes(state);
  at("call-label").textContent = inCall ? "Hang up" : state === "over" ? "Call again" : "Call";
  button.setAttribute("aria-busy", String(state === "opening"));
  mute.disabled = !inCall;
  at("state").textContent = STATES[state];
  at("clock").textContent = "";
}

/** @type {Record<string, string>} */
const STATES = {
  idle: "Ready",
  opening: "Starting",
  connecting: "Connecting",
  open: "In call",
  waiting: "Reconnecting",
  over: "Not in a call",
};

/**
 * @param {import("./explain.js").Explanation} explanation
 * @param {"problem" | "calm"} kind
 */
function notice({ title, text }, kind) {
  at("notice").dataset.kind = kind;
  at("notice-title").textContent = title;
  at("notice-text").textContent = text;
  at("when").textContent = "";
  at("notice").hidden = false;
  retry.hidden = true;
}

function hideNotice() {
  at("notice").hidden = true;
}

/** @param {boolean} muted */
function setMuted(muted) {
  audio?.mute(muted);
  mute.setAttribute("aria-pressed", String(muted));
  at("mute-label").textContent = muted ? "Muted" : "Mute";
}

setInterval(() => {
  if (document.body.dataset.state !== "open") return;
  const seconds = Math.floor((Date.now() - startedAt) / 1000);
  at("clock").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}, 500);

button.onclick = () => (call ? call.hangUp() : void start());
mute.onclick = () => setMuted(mute.getAttribute("aria-pressed") !== "true");
retry.onclick = () => call?.retry();
addEventListener("online", () => call?.retry());
addEventListener("pagehide", () => call?.hangUp());

/** Say what stands in the way before anybody presses the button. */
async function checkBrowser() {
  const able = "AudioWorkletNode" in window && navigator.mediaDevices !== undefined;
  if (able) {
    button.disabled = false;
    const name = /** @type {PermissionName} */ ("microphone");
    const permission = await navigator.permissions?.query({ name }).catch(() => null);
    if (permission?.state === "denied" && call === null) {
      notice(explainMicrophone(new DOMException("", "NotAllowedError")), "problem");
    }
  } else {
    notice(window.isSecureContext ? explainOld() : explainInsecure(), "problem");
  }
}

show("idle", "");
showFigures(places, []);
void checkBrowser();
