/**
 * The conversation on the screen: who said what, and how sure it is.
 *
 * The caller's words are dark once they are settled, the agent's once they have been heard. A reply
 * that was stopped keeps only what was heard of it; whether it was, or goes on after a nod, is known
 * only by what comes next. Texts of the server are only ever text nodes.
 */

/**
 * @typedef {object} Entry one side's turn
 * @property {"user" | "agent"} role
 * @property {HTMLLIElement} item
 * @property {HTMLElement} sure
 * @property {HTMLElement} unsure
 * @property {HTMLElement} note
 * @property {string} text
 */

/** Pixels above the end of the conversation from which a reader still follows it. */
const NEAR_END = 48;

const STOPPED = "stopped as you spoke";
const BROKEN_OFF = "broken off as the call ended";

const NAMES = { user: "You", agent: "Agent" };

export class Transcript {
  /**
   * @param {HTMLElement} list
   * @param {HTMLElement} scroller what scrolls when the list grows
   * @param {HTMLElement} news a live region: what is final is told to those who do not see
   */
  constructor(list, scroller, news) {
    this._list = list;
    this._scroller = scroller;
    this._news = news;
    /** @type {Entry | null} the caller's turn that may still change */
    this._user = null;
    /** @type {Entry | null} the reply that is being spoken */
    this._agent = null;
    /** @type {Entry | null} the reply that fell silent, until we know whether it goes on */
    this._paused = null;
    this._lastFinal = "";
    this._following = true;
    scroller.addEventListener("scroll", () => {
      const below = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
      this._following = below < NEAR_END;
    });
    new ResizeObserver(() => this._follow()).observe(scroller);
  }

  /** Forget everything. */
  reset() {
    this._list.replaceChildren();
    this._user = this._agent = this._paused = null;
    this._lastFinal = "";
  }

  /**
   * What the caller says.
   * @param {string} text
   * @param {number} settled so many characters (code points) are sure
   * @param {boolean} final
   */
  user(text, settled, final) {
    // A question that is answered again because a cough stopped the answer: it stands there already.
    if (final && this._user === null && text === this._lastFinal) return;
    if (text === "") return;
    if (final) this._drop(); // it was not heard: that would have been told first
    this._user ??= this._add("user");
    const sure = final ? text.length : Array.from(text).slice(0, settled).join("").length;
    this._show(this._user, text, sure);
    if (final) {
      this._lastFinal = text;
      this._announce("user", text);
      this._user = null;
    }
  }

  /**
   * What the agent is about to say.
   * @param {string} text
   * @returns {Entry} its place in the conversation; the same until it is final
   */
  agent(text) {
    if (this._agent === null) {
      // What the caller said into our last reply, and we did not take for a turn, stays as it is.
      this._user = null;
      this._agent = this._paused ?? this._add("agent");
      this._paused = null;
      this._agent.item.classList.add("speaking");
    }
    this._show(this._agent, text, this._agent.sure.textContent?.length ?? 0);
    return this._agent;
  }

  /** @param {number} count so many characters of the reply have been heard */
  heard(count) {
    if (this._agent) this._show(this._agent, this._agent.text, count);
  }

  /** The reply has fallen silent, to go on or not. */
  pause() {
    if (this._agent === null) return;
    this._agent.item.classList.remove("speaking");
    this._paused = this._agent;
    this._agent = null;
  }

  /** Nothing more will come: what has not been heard will not be. */
  stop() {
    const note = this._agent === null ? STOPPED : BROKEN_OFF;
    this.pause();
    this._drop(note);
  }

  /** @param {string} text what was heard of the reply, by the server's account */
  agentFinal(text) {
    const entry = this._agent ?? this._paused ?? this._add("agent");
    if (entry === this._paused) entry.note.textContent = STOPPED;
    this._agent = this._paused = null;
    this._finish(entry, text);
    this._announce("agent", text);
  }

  /**
   * The reply that fell silent does not go on; of what was heard of it we know only by ourselves.
   * @param {string} note why
   */
  _drop(note = STOPPED) {
    const entry = this._paused;
    if (entry === null) return;
    this._paused = null;
    const heard = (entry.sure.textContent ?? "").trim();
    this._finish(entry, heard);
    entry.note.textContent = note;
    if (heard === "") entry.item.remove();
  }

  /** @param {string} text something about the line, not of it */
  divide(text) {
    this._user = this._agent = this._paused = null;
    this._lastFinal = "";
    const item = document.createElement("li");
    item.className = "divider";
    item.textContent = text;
    this._append(item);
  }

  /**
   * @param {Entry} entry
   * @param {string} text
   */
  _finish(entry, text) {
    entry.item.classList.remove("speaking");
    this._show(entry, text, text.length);
  }

  /**
   * @param {"user" | "agent"} role
   * @returns {Entry}
   */
  _add(role) {
    const item = document.createElement("li");
    item.className = `said ${role}`;
    const head = document.createElement("p");
    head.className = "who";
    const name = document.createElement("span");
    name.textContent = NAMES[role];
    const note = document.createElement("span");
    note.className = "note";
    head.append(name, note);
    const words = document.createElement("p");
    words.className = "words";
    const sure = document.createElement("span");
    const unsure = document.createElement("span");
    unsure.className = "unsure";
    words.append(sure, unsure);
    item.append(head, words);
    this._append(item);
    return { role, item, sure, unsure, note, text: "" };
  }

  /** @param {HTMLElement} item */
  _append(item) {
    this._list.append(item);
    this._follow();
  }

  /**
   * @param {Entry} entry
   * @param {string} text
   * @param {number} sure
   */
  _show(entry, text, sure) {
    entry.text = text;
    entry.sure.textContent = text.slice(0, sure);
    entry.unsure.textContent = text.slice(sure);
    this._follow();
  }

  /** Follow the conversation, unless the reader has scrolled back. */
  _follow() {
    if (this._following) this._scroller.scrollTop = this._scroller.scrollHeight;
  }

  /**
   * @param {"user" | "agent"} role
   * @param {string} text
   */
  _announce(role, text) {
    const line = document.createElement("p");
    line.textContent = `${NAMES[role]}: ${text}`;
    this._news.replaceChildren(line);
  }
}
