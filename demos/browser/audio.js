/**
 * Open the microphone and the loudspeaker, on one clock.
 *
 * One AudioContext does both, so that "last loud sample in" and "first audible sample out" can be
 * subtracted. It runs at the wire's rate where the browser allows it; elsewhere the worklets resample.
 */

import { Speaker } from "./speaker.js";

/** The rate of the wire, in Hz. */
export const RATE = 16000;
const FRAME = RATE / 50;

/**
 * @typedef {{pcm: ArrayBuffer, level: number, voiced: number}} Frame 20 ms from the microphone
 *
 * @typedef {object} Audio
 * @property {Speaker} speaker
 * @property {AudioContext} context
 * @property {(muted: boolean) => void} mute
 * @property {() => void} close
 */

/** What we ask of the browser: to take our own voice out of what it hears, and the room's noise. */
const MICROPHONE = {
  channelCount: 1,
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

/**
 * Call this from a click: browsers let no page make a sound, or listen, before one.
 * @param {{frame: (frame: Frame) => void, lost: () => void}} hooks
 * @returns {Promise<Audio>} rejects with the browser's own DOMException
 */
export async function openAudio(hooks) {
  const context = newContext(); // made before the first await, while the click still counts
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: MICROPHONE });
    return await connect(context, stream, hooks).catch((error) => {
      stream.getTracks().forEach((track) => track.stop());
      throw error;
    });
  } catch (error) {
    if (context.state !== "closed") void context.close();
    throw error;
  }
}

function newContext() {
  try {
    return new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
  } catch {
    return new AudioContext({ latencyHint: "interactive" });
  }
}

/**
 * @param {AudioContext} context
 * @param {MediaStream} stream
 * @param {{frame: (frame: Frame) => void, lost: () => void}} hooks
 * @returns {Promise<Audio>}
 */
async function connect(context, stream, hooks) {
  let source;
  try {
    source = context.createMediaStreamSource(stream);
  } catch {
    // Firefox connects a microphone only to a context of the microphone's own rate.
    void context.close();
    context = new AudioContext({ latencyHint: "interactive" });
    source = context.createMediaStreamSource(stream);
  }
  await context.resume();
  await Promise.all([
    context.audioWorklet.addModule("capture-worklet.js"),
    context.audioWorklet.addModule("playback-worklet.js"),
  ]);
  const capture = new AudioWorkletNode(context, "capture", {
    numberOfOutputs: 0,
    channelCount: 1,
    channelCountMode: "explicit",
    processorOptions: { rate: RATE, frame: FRAME },
  });
  capture.port.onmessage = (event) => hooks.frame(event.data);
  source.connect(capture);

  const playback = new AudioWorkletNode(context, "playback", {
    numberOfInputs: 0,
    outputChannelCount: [1],
    processorOptions: { rate: RATE },
  });
  playback.connect(context.destination);

  const [track] = stream.getAudioTracks();
  track.onended = hooks.lost;
  // A telephone call or a locked screen suspends us; come back when they are over.
  const wake = () => void (context.state !== "closed" && context.resume());
  document.addEventListener("visibilitychange", wake);
  return {
    context,
    speaker: new Speaker(playback.port, context, RATE),
    mute: (muted) => {
      track.enabled = !muted; // the frames go on, silent: the server measures silence by them
    },
    close: () => {
      document.removeEventListener("visibilitychange", wake);
      track.onended = null;
      track.stop();
      void context.close();
    },
  };
}
