/**
 * The page's end of the playback worklet: what was given to it, what has been played, what was not.
 */

export class Speaker {
  /**
   * @param {MessagePort} port the worklet's
   * @param {AudioContext} context
   * @param {number} rate of the PCM that will be given, in Hz
   */
  constructor(port, context, rate) {
    this._port = port;
    this._context = context;
    this._rate = rate;
    /** Seconds of audio that were given so far. */
    this.given = 0;
    /** Seconds of it that are behind us: played, or thrown away. */
    this.position = 0;
    /** Seconds of it that were thrown away. */
    this.cleared = 0;
    /** Whether something is being played. */
    this.playing = false;
    /** @type {(mark: string) => void} all before this mark has been heard */
    this.onplayed = () => {};
    /** @type {() => void} the position has changed */
    this.onprogress = () => {};
    /** @type {(id: number, frame: number) => void} the first audible sample of what is watched */
    this.onsound = () => {};
    port.onmessage = (event) => this._take(event.data);
  }

  /** Seconds from the worklet to the ear, as far as the browser knows. */
  get latency() {
    return (this._context.baseLatency || 0) + (this._context.outputLatency || 0);
  }

  /** @param {ArrayBuffer} pcm 16-bit samples, played after all that was given before */
  play(pcm) {
    this.given += pcm.byteLength / 2 / this._rate;
    this.playing = true;
    this._port.postMessage({ pcm }, [pcm]);
  }

  /** @param {string} mark told to `onplayed` once all that was given before has been heard */
  mark(mark) {
    this._port.postMessage({ mark, latency: this.latency });
  }

  /** @param {number} id told to `onsound` with the first audible sample of what is given next */
  watch(id) {
    this._port.postMessage({ watch: id });
  }

  /** Be silent at once. */
  clear() {
    this._port.postMessage({ clear: true });
  }

  /** @param {any} message */
  _take(message) {
    if (message.played !== undefined) {
      this.onplayed(message.played);
    } else if (message.sound !== undefined) {
      this.onsound(message.sound, message.frame);
    } else if (message.cleared !== undefined) {
      this.cleared += message.cleared;
    } else {
      this.position = message.position;
      this.playing = message.waiting > 0;
      this.onprogress();
    }
  }
}
