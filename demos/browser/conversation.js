/**
 * What the server says, put where it belongs: sound to the speaker, words and times to the screen.
 *
 *     transcript agent -> audio ... -> mark     a clause: its words, its sound, its end
 *     clear                                     the caller spoke up: silence, now
 *     transcript agent -> audio ... -> mark     and if it was only a nod, the reply goes on
 *     trace                                     where the time of the turn went
 */

import { Spoken } from "./spoken.js";

/**
 * @typedef {object} Reply the one that is being spoken
 * @property {number} id ours, to recognise its first sound by
 * @property {Spoken} spoken
 * @property {import("./transcript.js").Entry} entry
 * @property {number | null} heard seconds from the caller's last loud sample to its first sound
 * @property {import("./waterfall.js").Timing | null} timing
 *
 * @typedef {object} Parts
 * @property {import("./speaker.js").Speaker} speaker
 * @property {number} rate of the audio context, in Hz
 * @property {import("./transcript.js").Transcript} transcript
 * @property {import("./waterfall.js").Waterfall} waterfall
 * @property {(mark: string) => void} played tell the server
 * @property {() => void} timed a turn's times have become known
 */

/** Longer than this is not the answer to what the microphone heard last. */
const LONGEST_WAIT = 30;

export class Conversation {
  /** @param {Parts} parts */
  constructor({ speaker, rate, transcript, waterfall, played, timed }) {
    this._speaker = speaker;
    this._rate = rate;
    this._transcript = transcript;
    this._waterfall = waterfall;
    this._timed = timed;
    this._replies = 0;
    /** @type {Reply | null} */
    this._reply = null;
    /** Where the microphone was last loud, on the context's clock; -1 before it was. */
    this.voiced = -1;
    /** How often the server has stopped us. */
    this.clears = 0;
    speaker.onplayed = played;
    speaker.onprogress = () => this._progress();
    speaker.onsound = (id, frame) => this._sound(id, frame);
  }

  /** @param {ArrayBuffer} pcm */
  audio(pcm) {
    this._speaker.play(pcm);
  }

  /** @param {import("./call.js").Message} message */
  take(message) {
    switch (message.type) {
      case "transcript":
        this._words(message);
        break;
      case "mark":
        this._reply?.spoken.end(this._speaker.given);
        this._speaker.mark(message.mark);
        break;
      case "clear":
        this.clears++;
        this._speaker.clear();
        this._transcript.pause();
        this._reply = null;
        break;
      case "trace":
        this._trace(message.turn, message.marks);
        break;
      default: // a newer server's
    }
  }

  /** The call is over, or the line: stop what is being said, here and on the screen. */
  silence() {
    this._speaker.clear();
    this._transcript.stop();
    this._reply = null;
  }

  /** @param {Extract<import("./call.js").Message, {type: "transcript"}>} message */
  _words({ role, text, final, settled }) {
    if (role === "user") {
      this._transcript.user(text, settled, final);
    } else if (final) {
      this._transcript.agentFinal(text);
      this._reply = null;
    } else {
      this._clause(text);
    }
  }

  /** @param {string} text of the reply so far */
  _clause(text) {
    const given = this._speaker.given;
    const entry = this._transcript.agent(text);
    if (this._reply === null) {
      const id = ++this._replies;
      const spoken = new Spoken(given, entry.sure.textContent ?? "");
      this._reply = { id, spoken, entry, heard: null, timing: null };
      this._speaker.watch(id);
    }
    this._reply.spoken.begin(text, given);
  }

  _progress() {
    if (this._reply === null) return;
    const { position, given } = this._speaker;
    this._transcript.heard(this._reply.spoken.heard(position, given));
  }

  /**
   * @param {number} id
   * @param {number} frame
   */
  _sound(id, frame) {
    if (this._reply?.id !== id || this.voiced < 0) return;
    const seconds = (frame - this.voiced) / this._rate + this._speaker.latency;
    if (seconds <= 0 || seconds > LONGEST_WAIT) return;
    this._reply.heard = seconds;
    this._join();
  }

  /**
   * @param {number} turn
   * @param {Record<string, number>} marks
   */
  _trace(turn, marks) {
    const timing = { turn, marks, heard: null };
    if (this._reply !== null) this._reply.timing = timing;
    this._waterfall.add(timing);
    this._join();
    this._timed();
  }

  /** The two measures of one turn arrive in any order. */
  _join() {
    const reply = this._reply;
    if (reply === null || reply.timing === null || reply.heard === null) return;
    reply.timing.heard = reply.heard;
    this._waterfall.refresh();
    this._timed();
  }
}
