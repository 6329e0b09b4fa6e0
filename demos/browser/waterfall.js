/**
 * Where a turn's time went, as a table of bars: one lane for each milestone of the server's trace.
 *
 *     0 = speech ended: the caller's last voiced sample
 *     Endpoint            |==================|            until the turn was ours
 *     Final transcript    |====|                          meanwhile
 *     First token              |===|
 *     ...
 */

/**
 * @typedef {{key: string, label: string, says: string, from: number, to: number}} Lane in seconds
 *   since speech ended
 *
 * @typedef {{turn: number, marks: Record<string, number>, heard: number | null}} Timing
 */

/** What each milestone waits for: its bar begins where the latest of these ends. */
const STAGES = [
  { key: "endpoint", label: "Endpoint", says: "Your silence was long enough to be the end", after: [] },
  { key: "final", label: "Final transcript", says: "All your words were known", after: [] },
  { key: "first_token", label: "First token", says: "The model began to write", after: ["final"] },
  {
    key: "first_sentence",
    label: "First sentence",
    says: "Enough was written to be spoken",
    after: ["first_token", "final"],
  },
  {
    key: "first_audio",
    label: "First audio",
    says: "The voice had begun to speak, unheard",
    after: ["first_sentence", "final"],
  },
  {
    key: "audio_sent",
    label: "Audio sent",
    says: "The reply began to leave: time to first sentence",
    after: ["endpoint", "first_audio"],
  },
];

/** What the server cannot know: told apart from its own lanes. */
const HEARD = {
  key: "heard",
  label: "Heard here",
  says: "From this microphone's last loud sample to this speaker's first",
};

/**
 * @param {Record<string, number>} marks seconds since speech ended, by milestone
 * @returns {Lane[]}
 */
export function lanes(marks) {
  return STAGES.filter(({ key }) => key in marks).map(({ after, ...stage }) => {
    const { key } = stage;
    const known = after.filter((name) => name in marks).map((name) => marks[name]);
    const start = key === "audio_sent" ? Math.max(0, ...known) : (known[0] ?? 0);
    return { ...stage, from: Math.min(start, marks[key]), to: marks[key] };
  });
}

/**
 * A round step that divides `span` into no more than four parts.
 * @param {number} span
 */
export function tick(span) {
  const power = 10 ** Math.floor(Math.log10(span));
  const steps = [0.2, 0.5, 1, 2, 5].map((factor) => factor * power);
  return steps.find((step) => span / step <= 4) ?? 10 * power;
}

export class Waterfall {
  /**
   * @param {HTMLTableElement} table the turn that is shown in full
   * @param {HTMLElement} strips all turns, one button each
   */
  constructor(table, strips) {
    this._table = table;
    this._strips = strips;
    /** @type {Timing[]} */
    this.turns = [];
    /** @type {Timing | null} */
    this._shown = null;
    this.reset();
  }

  /** Forget everything, and say what will be here. */
  reset() {
    this.turns = [];
    this._shown = null;
    this._strips.replaceChildren();
    const body = document.createElement("tbody");
    body.className = "legend";
    body.append(...[...STAGES, HEARD].map(legend));
    this._table.replaceChildren(body);
  }

  /** @param {Timing} timing of the turn that has just been answered */
  add(timing) {
    this.turns.push(timing);
    this._shown = timing;
    this._draw();
  }

  /** Something was learned of a turn that is here already. */
  refresh() {
    this._draw();
  }

  _draw() {
    const focused = this._strips.contains(document.activeElement) ? this._shown : null;
    const longest = Math.max(...this.turns.map(span), 0);
    this._strips.replaceChildren(
      ...this.turns.toReversed().map((timing) => this._strip(timing, longest)),
    );
    if (focused) this._pressed()?.focus();
    if (this._shown) this._drawTable(this._shown);
  }

  _pressed() {
    const pressed = this._strips.querySelector("button[aria-pressed=true]");
    return pressed instanceof HTMLElement ? pressed : null;
  }

  /**
   * @param {Timing} timing
   * @param {number} longest
   */
  _strip(timing, longest) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", String(timing === this._shown));
    const sent = timing.marks.audio_sent;
    const name = element("span", "name", `Turn ${this.turns.indexOf(timing) + 1}`);
    const track = element("span", "track");
    track.append(...lanes(timing.marks).map((lane) => bar(lane, 0, longest)));
    button.append(name, track, element("span", "figure", milliseconds(sent)));
    button.onclick = () => {
      this._shown = timing;
      this._draw();
    };
    item.append(button);
    return item;
  }

  /** @param {Timing} timing */
  _drawTable(timing) {
    const rows = lanes(timing.marks);
    if (timing.heard !== null) rows.push({ ...HEARD, from: 0, to: timing.heard });
    const end = span(timing);
    const earliest = Math.min(0, ...rows.map((lane) => lane.from));
    const step = tick(end - earliest);
    const start = Math.floor(earliest / step) * step; // what is prepared early lies left of 0
    this._table.style.setProperty("--grid", `${(100 * step) / (end - start)}%`);
    const caption = this._table.createCaption();
    caption.textContent = `Turn ${this.turns.indexOf(timing) + 1}, since your speech ended`;
    const body = document.createElement("tbody");
    body.append(...rows.map((lane) => row(lane, start, end)));
    this._table.replaceChildren(caption, scale(step, start, end), body);
  }
}

/** @param {Timing} timing */
function span(timing) {
  return Math.max(timing.marks.audio_sent ?? 0, timing.heard ?? 0, 0.1) * 1.02;
}

/** @param {{key: string, label: string, says: string}} stage */
function legend({ key, label, says }) {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.append(element("span", `swatch ${key}`), label);
  row.append(head, element("td", "", says));
  return row;
}

/**
 * @param {Lane} lane
 * @param {number} start
 * @param {number} end
 */
function row(lane, start, end) {
  const row = document.createElement("tr");
  row.className = lane.key;
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = lane.label;
  head.title = lane.says;
  const track = document.createElement("td");
  track.className = "track";
  track.append(bar(lane, start, end));
  const figure = element("td", "figure", milliseconds(lane.to).replace(" ms", ""));
  row.append(head, track, figure);
  return row;
}

/**
 * @param {Lane} lane
 * @param {number} start
 * @param {number} end
 */
function bar({ key, from, to }, start, end) {
  const bar = element("span", `bar ${key}`);
  bar.style.left = `${(100 * (from - start)) / (end - start)}%`;
  bar.style.width = `${(100 * (to - from)) / (end - start)}%`;
  return bar;
}

/**
 * @param {number} step
 * @param {number} start
 * @param {number} end
 */
function scale(step, start, end) {
  const head = document.createElement("thead");
  const row = document.createElement("tr");
  const track = document.createElement("td");
  track.className = "scale";
  track.setAttribute("aria-hidden", "true");
  for (let at = start; at <= end; at += step) {
    const label = element("span", "", String(Math.round(1000 * at)));
    label.style.left = `${(100 * (at - start)) / (end - start)}%`;
    track.append(label);
  }
  row.append(document.createElement("td"), track, element("td", "figure", "ms"));
  head.append(row);
  return head;
}

/** @param {number} seconds */
export function milliseconds(seconds) {
  return `${Math.round(1000 * seconds).toLocaleString("en")} ms`;
}

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} [text]
 */
function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
