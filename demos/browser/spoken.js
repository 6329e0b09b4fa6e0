/**
 * How much of a reply has been heard by now.
 *
 *     given:  |-- clause 0 --|---- clause 1 ---...    its text comes before its audio,
 *     heard:  |==================|                    its mark after it
 *
 * The server sends a reply faster than it is played; its words should appear at the voice's pace.
 * Pure: positions are seconds of audio, and come in.
 */

/** Seconds that a character takes to say, for a clause whose end is not known yet. */
const PER_CHARACTER = 0.06;

export class Spoken {
  /**
   * @param {number} from where its audio begins
   * @param {string} [before] what was heard of it before it fell silent for a nod, and goes on now
   */
  constructor(from, before = "") {
    this.from = from;
    this.text = before;
    this._before = before.length;
    /** @type {{start: number, end: number, from: number, to: number | null}[]} */
    this._clauses = [];
  }

  /**
   * @param {string} text the whole reply so far; what is new of it is the next clause, and what is
   *   not in it any more broke off in the voice
   * @param {number} at where the clause's audio begins
   */
  begin(text, at) {
    const start = common(this.text, text);
    this._before = Math.min(this._before, start);
    for (const clause of this._clauses) {
      clause.start = Math.min(clause.start, start);
      clause.end = Math.min(clause.end, start);
    }
    this._clauses.push({ start, end: text.length, from: at, to: null });
    this.text = text;
  }

  /** @param {number} at where the latest clause's audio ends */
  end(at) {
    const last = this._clauses.at(-1);
    if (last) last.to ??= at;
  }

  /**
   * @param {number} position what has been played
   * @param {number} given what is there to be played
   * @returns {number} how many characters of the text have been heard, in whole words
   */
  heard(position, given) {
    let heard = this._before;
    for (const { start, end, from, to } of this._clauses) {
      const expected = to ?? Math.max(given, from + PER_CHARACTER * (end - start));
      if (position >= expected && to !== null) {
        heard = end;
      } else if (position > from) {
        heard = start + Math.floor(((position - from) / (expected - from)) * (end - start));
      }
    }
    return wholeWords(this.text, heard);
  }
}

/**
 * How many characters two texts begin with alike.
 * @param {string} one
 * @param {string} other
 */
function common(one, other) {
  let count = 0;
  while (count < one.length && one[count] === other[count]) count++;
  return count;
}

/**
 * @param {string} text
 * @param {number} count
 */
function wholeWords(text, count) {
  if (count >= text.length) return text.length;
  return Math.max(0, text.lastIndexOf(" ", count));
}
