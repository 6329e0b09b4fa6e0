/**
 * Change the rate of a stream of audio without adding what was not there.
 *
 * A polyphase windowed-sinc filter, exact for every pair of whole rates: 48000 -> 16000 is three to
 * one, 44100 -> 16000 is 441 to 160. Pure; the worklets import it.
 */

/** Zero crossings of the sinc on either side: more is steeper, and hears further ahead. */
const ZEROS = 16;
/** Where the filter begins to fall, as a share of what the lower rate can hold. */
const ROLLOFF = 0.92;

export class Resampler {
  /**
   * @param {number} from samples a second that come in
   * @param {number} to samples a second that go out
   */
  constructor(from, to) {
    const divisor = gcd(from, to);
    this._up = to / divisor;
    this._down = from / divisor;
    const cutoff = Math.min(1, to / from) * ROLLOFF;
    const half = from === to ? 1 : Math.ceil(ZEROS / cutoff);
    this._half = half;
    this._taps = 2 * half;
    this._kernel = from === to ? null : kernel(this._up, half, cutoff);
    this._buffer = new Float32Array(half - 1);
    this._phase = 0;
  }

  /** Forget the past: what comes next is another stream. */
  reset() {
    this._buffer = new Float32Array(this._half - 1);
    this._phase = 0;
  }

  /**
   * @param {Float32Array} input the next samples
   * @returns {Float32Array} all samples that are certain by now
   */
  feed(input) {
    const kernel = this._kernel;
    if (kernel === null) return input;
    const buffer = concat(this._buffer, input);
    const output = new Float32Array(Math.ceil((buffer.length * this._up) / this._down) + 1);
    let count = 0;
    let at = 0;
    while (at + this._taps <= buffer.length) {
      const row = this._phase * this._taps;
      let sum = 0;
      for (let tap = 0; tap < this._taps; tap++) sum += kernel[row + tap] * buffer[at + tap];
      output[count++] = sum;
      this._phase += this._down;
      at += Math.floor(this._phase / this._up);
      this._phase %= this._up;
    }
    this._buffer = buffer.slice(at);
    return output.subarray(0, count);
  }
}

/**
 * One row of taps for each place that an output sample can have between two input samples.
 * @param {number} phases
 * @param {number} half
 * @param {number} cutoff
 */
function kernel(phases, half, cutoff) {
  const taps = 2 * half;
  const rows = new Float32Array(phases * taps);
  for (let phase = 0; phase < phases; phase++) {
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const distance = tap - (half - 1) - phase / phases;
      const value = cutoff * sinc(cutoff * distance) * blackman(distance / half);
      rows[phase * taps + tap] = value;
      sum += value;
    }
    // Every row lets a constant through unchanged; otherwise the phases would hum.
    for (let tap = 0; tap < taps; tap++) rows[phase * taps + tap] /= sum;
  }
  return rows;
}

/** @param {number} x */
function sinc(x) {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** @param {number} x from -1 to 1 */
function blackman(x) {
  if (Math.abs(x) >= 1) return 0;
  return 0.42 + 0.5 * Math.cos(Math.PI * x) + 0.08 * Math.cos(2 * Math.PI * x);
}

/**
 * @param {Float32Array} a
 * @param {Float32Array} b
 */
function concat(a, b) {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/**
 * @param {number} a
 * @param {number} b
 * @returns {number}
 */
function gcd(a, b) {
  return b === 0 ? a : gcd(b, a % b);
}
