/**
 * The loudspeaker's side of the audio thread: plays what it is given, in order, until told to stop.
 *
 *     in:  {pcm: ArrayBuffer}      16-bit samples at the wire's rate
 *          {mark, latency}         say when all that came before has been heard
 *          {watch: number}         say when the next audible sample is played
 *          {clear: true}           throw away what has not been played
 *     out: {played: mark}  {sound: number, frame}  {position: seconds, waiting: seconds}
 *          {cleared: seconds}
 *
 * `position` counts what was given, in seconds: played or thrown away, it is behind us.
 */

import { Resampler } from "./resample.js";
import { Ring } from "./ring.js";

/** Softer than this (-40 dB) is the silence around a voice: as voice/audible.py has it. */
const AUDIBLE = 330 / 32768;
/** Samples over which a reply that is cut short fades: less than the ear can follow, but no click. */
const FADE = 64;
/** Blocks between two reports of the position. */
const REPORT_EVERY = 5;

class Playback extends AudioWorkletProcessor {
  /** @param {{processorOptions: {rate: number}}} options */
  constructor({ processorOptions: { rate } }) {
    super();
    this._ring = new Ring(4 * sampleRate);
    this._resampler = new Resampler(rate, sampleRate);
    this._written = 0;
    /** @type {{mark: string, at: number, latency: number}[]} not played yet */
    this._marks = [];
    /** @type {{mark: string, due: number}[]} on their way from here to the ear */
    this._leaving = [];
    /** @type {{id: number, at: number} | null} */
    this._watch = null;
    this._blocks = 0;
    this._idle = true;
    this.port.onmessage = (event) => this._take(event.data);
  }

  get _played() {
    return this._written - this._ring.length;
  }

  /** @param {any} message */
  _take(message) {
    if (message.pcm) {
      const pcm = new Int16Array(message.pcm);
      this._write(this._resampler.feed(Float32Array.from(pcm, (sample) => sample / 32768)));
    } else if (message.mark !== undefined) {
      const latency = Math.round(message.latency * sampleRate);
      this._marks.push({ mark: message.mark, at: this._written, latency });
    } else if (message.watch !== undefined) {
      this._watch = { id: message.watch, at: this._written };
    } else if (message.clear) {
      this._clear();
    }
  }

  /** @param {Float32Array} samples */
  _write(samples) {
    this._ring.write(samples);
    this._written += samples.length;
  }

  _clear() {
    const rest = new Float32Array(Math.min(FADE, this._ring.length));
    this._ring.read(rest);
    for (let i = 0; i < rest.length; i++) rest[i] *= 1 - (i + 1) / rest.length;
    const thrown = this._ring.length;
    this._ring.clear();
    this._write(rest);
    this._written -= rest.length; // it was counted when it came
    this._resampler.reset();
    this._marks = [];
    this._leaving = [];
    this._watch = null;
    this.port.postMessage({ cleared: thrown / sampleRate });
  }

  /**
   * @param {Float32Array[][]} _inputs
   * @param {Float32Array[][]} outputs
   */
  process(_inputs, [[out]]) {
    const from = this._played;
    const count = this._ring.read(out);
    this._listen(out.subarray(0, count), from);
    while (this._marks.length && this._marks[0].at <= this._played) {
      const { mark, latency } = /** @type {typeof this._marks[0]} */ (this._marks.shift());
      this._leaving.push({ mark, due: currentFrame + out.length + latency });
    }
    while (this._leaving.length && this._leaving[0].due <= currentFrame + out.length) {
      this.port.postMessage({ played: this._leaving.shift()?.mark });
    }
    this._report(count === 0);
    return true;
  }

  /**
   * Tell the first audible sample to whoever waits for one.
   * @param {Float32Array} samples
   * @param {number} from
   */
  _listen(samples, from) {
    if (this._watch === null) return;
    const { id, at } = this._watch;
    const first = Math.max(0, at - from);
    const index = samples.findIndex((sample, i) => i >= first && Math.abs(sample) >= AUDIBLE);
    if (index < 0) return;
    this._watch = null;
    this.port.postMessage({ sound: id, frame: currentFrame + index });
  }

  /** @param {boolean} idle */
  _report(idle) {
    this._blocks++;
    if (idle ? this._idle : this._blocks % REPORT_EVERY) return;
    this._idle = idle;
    const position = this._played / sampleRate;
    this.port.postMessage({ position, waiting: this._ring.length / sampleRate });
  }
}

registerProcessor("playback", Playback);
