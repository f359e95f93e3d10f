/** One polite live region: what screen readers hear of new messages, batched so that a busy room stays bearable. */

const delayMs = 900;
/** @type {string[]} */
let waiting = [];
let timer = 0;

/** @param {string} sentence */
export function announce(sentence) {
  if (!waiting.includes(sentence)) waiting.push(sentence);
  if (timer) return;
  timer = window.setTimeout(() => {
    timer = 0;
    const region = document.getElementById("announcer");
    if (region) region.textContent = waiting.join(". ");
    waiting = [];
  }, delayMs);
}
