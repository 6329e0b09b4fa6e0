/**
 * One call over our own protocol: opened, kept open, closed.
 *
 *     connecting -ready-> open -bye-> over
 *          ^               |socket drops
 *          +---- waiting <-+   longer after each failure
 *
 * The server keeps nothing of a call whose socket dropped: what is opened again is a new call.
 */

/**
 * @typedef {{type: "ready", call: string, sample_rate: number}
 *   | {type: "transcript", role: "user" | "agent", text: string, final: boolean, settled: number}
 *   | {type: "mark", mark: string}
 *   | {type: "clear"}
 *   | {type: "trace", turn: number, marks: Record<string, number>, counts: Record<string, number>}
 *   | {type: "error", code: string, message: string}
 *   | {type: "bye", reason: string}} Message what the server says
 *
 * @typedef {{name: "connecting", attempt: number}
 *   | {name: "open", again: boolean}
 *   | {name: "waiting", attempt: number, seconds: number, problem: Problem}
 *   | {name: "over", problem: Problem | null, reason: string}} State
 *
 * @typedef {{code: string, message: string}} Problem the server's, or `dropped` / `unreachable`
 *
 * @typedef {object} Hooks
 * @property {(state: State) => void} state
 * @property {(message: Message) => void} message all but ready, error and bye
 * @property {(pcm: ArrayBuffer) => void} audio
 */

/** Trying again would not help against these. */
const HOPELESS = new Set(["unauthorized", "origin", "protocol"]);
const FIRST_WAIT = 0.5;
const LONGEST_WAIT = 10;
const MOST_ATTEMPTS = 12;
/** Seconds in which a socket must become a call. */
const PATIENCE = 10;
/** Seconds that a call must have lasted for its end to be a new misfortune, not the old one again. */
const STEADY_AFTER = 5;
/** Bytes that wait in the socket for a network that takes none: 2 s of audio. */
const MOST_WAITING = 64000;
/** Seconds of that after which the line is dead, whatever the socket says. */
const DEAD_AFTER = 5;

/**
 * Seconds to wait before the n-th attempt to call again: doubled each time, and never in step with
 * all the others whose server has just come back.
 * @param {number} attempt from 1
 * @param {number} chance from 0 to 1
 */
export function backOff(attempt, chance) {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1)) * (0.8 + 0.4 * chance);
}

export class Call {
  /**
   * @param {string} url
   * @param {Record<string, unknown>} hello
   * @param {Hooks} hooks
   */
  constructor(url, hello, hooks) {
    this._url = url;
    this._hello = hello;
    this._hooks = hooks;
    /** @type {WebSocket | null} */
    this._socket = null;
    this._ready = false;
    this._wasOpen = false;
    this._attempt = 0;
    /** @type {Problem | null} what the server complained of last, if it said nothing since */
    this._problem = null;
    /** @type {string | null} */
    this._bye = null;
    this._timer = 0;
    /** When the call was answered, and when the socket began to take nothing, in ms. */
    this._answeredAt = 0;
    this._stalledAt = 0;
  }

  /** Call, and call again whenever the line drops. */
  open() {
    this._hooks.state({ name: "connecting", attempt: this._attempt });
    this._problem = this._bye = null;
    this._ready = false;
    this._stalledAt = 0;
    const socket = new WebSocket(this._url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => socket.send(JSON.stringify({ type: "hello", ...this._hello }));
    socket.onmessage = (event) => this._take(event.data);
    socket.onclose = () => this._closed();
    this._socket = socket;
    this._timer = setTimeout(() => this._drop(), 1000 * PATIENCE);
  }

  /** Do not wait any longer: try again now. */
  retry() {
    if (this._socket !== null) return;
    clearTimeout(this._timer);
    this.open();
  }

  /** @param {ArrayBuffer} pcm one frame of the caller's voice */
  send(pcm) {
    const socket = this._socket;
    if (!this._ready || socket === null || socket.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount < MOST_WAITING) {
      this._stalledAt = 0;
      socket.send(pcm);
      return;
    }
    // Old audio would only make the agent late: better that it misses some.
    this._stalledAt ||= performance.now();
    if (performance.now() - this._stalledAt > 1000 * DEAD_AFTER) this._drop();
  }

  /** @param {string} mark all before it has been heard */
  played(mark) {
    if (this._ready) this._socket?.send(JSON.stringify({ type: "played", mark }));
  }

  /** Say goodbye and close. */
  hangUp() {
    clearTimeout(this._timer);
    const socket = this._socket;
    this._socket = null;
    if (socket !== null) {
      socket.onmessage = socket.onclose = null;
      if (this._ready) socket.send(JSON.stringify({ type: "bye" }));
      socket.close(1000);
    }
    this._ready = false;
    this._hooks.state({ name: "over", problem: null, reason: "you hung up" });
  }

  /** @param {string | ArrayBuffer} data */
  _take(data) {
    if (typeof data !== "string") {
      this._hooks.audio(data);
      return;
    }
    /** @type {Message} */
    const message = JSON.parse(data);
    switch (message.type) {
      case "ready":
        this._answered();
        break;
      case "error":
        this._problem = { code: message.code, message: message.message };
        break;
      case "bye":
        this._bye = message.reason;
        break;
      default:
        this._problem = null; // the call has gone on
        this._hooks.message(message);
    }
  }

  _answered() {
    clearTimeout(this._timer);
    this._ready = true;
    this._answeredAt = performance.now();
    this._hooks.state({ name: "open", again: this._wasOpen });
    this._wasOpen = true;
  }

  /** The socket is of no use any more, whether it knows or not. */
  _drop() {
    const socket = this._socket;
    if (socket === null) return;
    socket.onmessage = socket.onclose = null;
    socket.close();
    this._closed();
  }

  _closed() {
    clearTimeout(this._timer);
    const wasReady = this._ready;
    this._socket = null;
    this._ready = false;
    if (this._problem === null && this._bye !== null) {
      this._hooks.state({ name: "over", problem: null, reason: this._bye });
      return;
    }
    const problem = this._problem ?? {
      code: wasReady || this._wasOpen ? "dropped" : "unreachable",
      message: "",
    };
    const lasted = performance.now() - this._answeredAt;
    if (wasReady && lasted > 1000 * STEADY_AFTER) this._attempt = 0;
    this._attempt++;
    if (HOPELESS.has(problem.code) || this._attempt > MOST_ATTEMPTS) {
      this._hooks.state({ name: "over", problem, reason: problem.message });
      return;
    }
    const seconds = backOff(this._attempt, Math.random());
    this._hooks.state({ name: "waiting", attempt: this._attempt, seconds, problem });
    this._timer = setTimeout(() => this.open(), 1000 * seconds);
  }
}
