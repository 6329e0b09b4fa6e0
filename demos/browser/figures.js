/**
 * Time to first sentence, turn after turn: the latest, the median, and a line through them all.
 */

import { milliseconds } from "./waterfall.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 52;
const MARGIN = 6;

/**
 * @param {number[]} values at least one
 */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Show the figures of all turns so far.
 * @param {{latest: HTMLElement, summary: HTMLElement, chart: SVGSVGElement}} places
 * @param {import("./waterfall.js").Timing[]} turns
 */
export function showFigures({ latest, summary, chart }, turns) {
  chart.replaceChildren();
  if (turns.length === 0) {
    latest.textContent = "";
    summary.textContent = "No turn has been answered yet.";
    return;
  }
  const sent = turns.map((timing) => timing.marks.audio_sent);
  const heard = turns.flatMap(({ heard }) => (heard === null ? [] : [heard]));
  latest.textContent = milliseconds(sent[sent.length - 1]);
  const count = turns.length === 1 ? "1 turn" : `${turns.length} turns`;
  const here = heard.length ? `, ${milliseconds(median(heard))} as heard here` : "";
  summary.textContent = `Median of ${count}: ${milliseconds(median(sent))} at the server${here}.`;
  draw(chart, sent, median(sent));
}

/**
 * @param {SVGSVGElement} chart
 * @param {number[]} values
 * @param {number} middle
 */
function draw(chart, values, middle) {
  const width = chart.clientWidth || 320;
  const most = Math.max(...values) * 1.1;
  const step = (width - 2 * MARGIN) / Math.max(values.length - 1, 1);
  const x = (/** @type {number} */ i) => (values.length === 1 ? width / 2 : MARGIN + i * step);
  const y = (/** @type {number} */ v) => HEIGHT - (v / most) * (HEIGHT - MARGIN);
  const points = values.map((v, i) => `${x(i)},${y(v)}`).join(" ");
  const floor = `${x(values.length - 1)},${HEIGHT} ${x(0)},${HEIGHT}`;
  chart.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
  chart.append(
    shape("polygon", { class: "under", points: `${points} ${floor}` }),
    shape("line", { class: "median", x1: 0, x2: width, y1: y(middle), y2: y(middle) }),
    shape("polyline", { class: "line", points }),
    ...values.map((v, i) => {
      const last = i === values.length - 1;
      return shape("circle", { class: last ? "last" : "", cx: x(i), cy: y(v), r: last ? 4 : 2.5 });
    }),
  );
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
