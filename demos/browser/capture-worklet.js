/**
 * The microphone's side of the audio thread: what the browser hears, as 20 ms frames of PCM.
 *
 *     128 samples at the context's rate -> 16 kHz -> 320 samples of 16 bits -> port
 *                 `-> when was the caller last loud?
 *
 * Each message: `{pcm: ArrayBuffer, level: 0..1, voiced: frame}`, where `voiced` is the place, on the
 * context's clock, of the last sample that was louder than the room; -1 before there was one.
 */

import { Resampler } from "./resample.js";

/** Quieter than this (-46 dB) is no voice, however still the room is. */
const QUIETEST_VOICE = 0.005;
/** So many times louder than the room is a voice. */
const OVER_ROOM = 3;

class Capture extends AudioWorkletProcessor {
  /** @param {{processorOptions: {rate: number, frame: number}}} options */
  constructor({ processorOptions: { rate, frame } }) {
    super();
    this._resampler = new Resampler(sampleRate, rate);
    this._frame = frame;
    this._pcm = new Int16Array(frame);
    this._filled = 0;
    this._energy = 0;
    this._room = QUIETEST_VOICE / OVER_ROOM;
    this._voiced = -1;
  }

  /** @param {Float32Array[][]} inputs */
  process([[samples]]) {
    if (!samples) return true; // the microphone is not connected yet, or any more
    this._notice(samples);
    for (const sample of this._resampler.feed(samples)) {
      const clipped = Math.max(-1, Math.min(1, sample));
      this._pcm[this._filled++] = Math.round(clipped * 32767);
      this._energy += clipped * clipped;
      if (this._filled === this._frame) this._send();
    }
    return true;
  }

  /**
   * Remember where the caller was last loud.
   * @param {Float32Array} samples
   */
  _notice(samples) {
    const loud = Math.max(QUIETEST_VOICE, OVER_ROOM * this._room);
    let energy = 0;
    let last = -1;
    for (let i = 0; i < samples.length; i++) {
      energy += samples[i] * samples[i];
      if (Math.abs(samples[i]) > loud) last = i;
    }
    if (last >= 0 && Math.sqrt(energy / samples.length) > loud) this._voiced = currentFrame + last;
  }

  _send() {
    const level = Math.sqrt(this._energy / this._frame);
    // The room is learned fast when it is quieter than we thought, slowly when it is louder.
    this._room += (level - this._room) * (level < this._room ? 0.2 : 0.001);
    const pcm = this._pcm.buffer;
    this.port.postMessage({ pcm, level, voiced: this._voiced }, [pcm]);
    this._pcm = new Int16Array(this._frame);
    this._filled = 0;
    this._energy = 0;
  }
}

registerProcessor("capture", Capture);
