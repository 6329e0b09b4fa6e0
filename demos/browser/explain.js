/**
 * What went wrong, in words for the person on the page: what it is, and what they can do. Pure.
 *
 * @typedef {{title: string, text: string}} Explanation
 */

/**
 * @param {unknown} error what opening the microphone ended in
 * @returns {Explanation}
 */
export function explainMicrophone(error) {
  const name = error instanceof DOMException ? error.name : "";
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return {
        title: "The microphone is blocked",
        text:
          "This page may not listen. Allow the microphone in the browser's site settings (the icon " +
          "beside the address) and in the system's privacy settings, then call again.",
      };
    case "NotFoundError":
    case "OverconstrainedError":
      return {
        title: "No microphone was found",
        text: "Connect a microphone or a headset, then call again.",
      };
    case "NotReadableError":
    case "AbortError":
      return {
        title: "The microphone does not answer",
        text: "Another program may be using it. Close that program, then call again.",
      };
    default:
      return {
        title: "The sound could not be started",
        text: `The browser says: ${error instanceof Error ? error.message : String(error)}`,
      };
  }
}

/** @returns {Explanation} */
export function explainInsecure() {
  return {
    title: "This page is not on a secure connection",
    text:
      "Browsers lend the microphone only to pages served over https, or from this very machine. " +
      "Open it as https://…, or as http://localhost:… where the server runs.",
  };
}

/** @returns {Explanation} */
export function explainOld() {
  return {
    title: "This browser cannot make calls",
    text: "It has no microphone access or no audio worklets. A current browser has both.",
  };
}

/** @returns {Explanation} */
export function explainLost() {
  return {
    title: "The microphone is gone",
    text: "It was unplugged or taken away. Connect it, then call again.",
  };
}

/**
 * @param {import("./call.js").Problem} problem
 * @returns {Explanation}
 */
export function explainCall({ code, message }) {
  switch (code) {
    case "dropped":
      return { title: "The line dropped", text: "The connection to the server was lost." };
    case "unreachable":
      return { title: "No answer", text: "The server cannot be reached." };
    case "busy":
      return { title: "All lines are busy", text: "Every line of this server is in use." };
    case "unavailable":
      return { title: "No calls now", text: `The server says: ${message}.` };
    case "unauthorized":
      return {
        title: "This server wants a token",
        text: "The token is missing or wrong. Open this page as …/?token=YOUR-TOKEN.",
      };
    case "origin":
      return { title: "Not from this address", text: `The server says: ${message}.` };
    case "internal":
      return {
        title: "Something broke at the server",
        text: "The call was lost. The server's log says why.",
      };
    default:
      return { title: "The server refused the call", text: `It says: ${message || code}.` };
  }
}

/**
 * @param {string} reason the server's own, of a call it ended without an error
 * @returns {Explanation}
 */
export function explainEnd(reason) {
  if (reason === "you hung up") return { title: "Call ended", text: "You hung up." };
  return { title: "The agent hung up", text: `${sentence(reason)}.` };
}

/** @param {string} text */
function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
