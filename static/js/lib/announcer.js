/** One polite live region: what screen readers hear of new messages, batched so that a busy room stays bearable. */

const delayMs = 900;
/** Then it is empty again, so that nobody meets an old sentence at the end of the page, and the same one is new next time. */
const keptMs = 4000;
/** @type {string[]} */
let waiting = [];
let timer = 0;
let emptying = 0;

/** @param {string} sentence */
export function announce(sentence) {
  if (!waiting.includes(sentence)) waiting.push(sentence);
  if (timer) return;
  timer = window.setTimeout(() => {
    timer = 0;
    const region = document.getElementById("announcer");
    if (region) region.textContent = waiting.join(". ");
    waiting = [];
    clearTimeout(emptying);
    emptying = window.setTimeout(() => {
      if (region) region.textContent = "";
    }, keptMs);
  }, delayMs);
}
