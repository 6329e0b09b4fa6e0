/**
 * Samples that wait to be played: written ahead of time, read in time, thrown away at once. Pure.
 */

export class Ring {
  /** @param {number} capacity samples to begin with; it doubles when it must */
  constructor(capacity) {
    this._samples = new Float32Array(capacity);
    this._start = 0;
    /** How many samples wait. */
    this.length = 0;
  }

  /** @param {Float32Array} samples */
  write(samples) {
    while (this.length + samples.length > this._samples.length) this._grow();
    const capacity = this._samples.length;
    const end = (this._start + this.length) % capacity;
    const first = Math.min(samples.length, capacity - end);
    this._samples.set(samples.subarray(0, first), end);
    this._samples.set(samples.subarray(first), 0);
    this.length += samples.length;
  }

  /**
   * Fill `out` with what waits, and with silence where nothing does.
   * @param {Float32Array} out
   * @returns {number} how many samples were there
   */
  read(out) {
    const count = Math.min(out.length, this.length);
    const first = Math.min(count, this._samples.length - this._start);
    out.set(this._samples.subarray(this._start, this._start + first));
    out.set(this._samples.subarray(0, count - first), first);
    out.fill(0, count);
    this._start = (this._start + count) % this._samples.length;
    this.length -= count;
    return count;
  }

  /** Throw away all that waits. */
  clear() {
    this._start = 0;
    this.length = 0;
  }

  _grow() {
    const larger = new Float32Array(this._samples.length * 2);
    const waiting = this.length;
    this.read(larger.subarray(0, waiting));
    this._samples = larger;
    this._start = 0;
    this.length = waiting;
  }
}
