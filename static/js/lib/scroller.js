/**
 * Measuring the bottom-origin scroller of the timeline: scrollTop is 0 at the newest message and negative above.
 * Growth above and trimming above cost nothing; only growth below the window needs a correction (`holdStill`).
 */

export const nearEndPx = 80;

/** @param {HTMLElement} log */
export const isAtEnd = log => Math.abs(log.scrollTop) < nearEndPx;

/** How much is loaded above the window. @param {HTMLElement} log */
export const roomAbove = log => log.scrollHeight - log.clientHeight - Math.abs(log.scrollTop);

/** How much is loaded below the window. @param {HTMLElement} log */
export const roomBelow = log => Math.abs(log.scrollTop);

/** @param {HTMLElement} log @returns {HTMLElement[]} */
export const rowsOf = log => /** @type {HTMLElement[]} */ ([...log.querySelectorAll(".msg")]);

/**
 * The rows that can be seen, oldest first.
 * @param {HTMLElement} log
 * @param {HTMLElement[]} [rows]
 */
export function visibleRows(log, rows = rowsOf(log)) {
  const { top, bottom } = log.getBoundingClientRect();
  const first = firstWhere(rows, row => row.getBoundingClientRect().bottom > top + 1);
  const end = firstWhere(rows, row => row.getBoundingClientRect().top >= bottom - 1);
  return rows.slice(first, end);
}

/**
 * Change what is in the log without moving what is being read.
 * @param {HTMLElement} log
 * @param {() => void} change
 */
export function holdStill(log, change) {
  const anchor = visibleRows(log).find(row => row.isConnected);
  const before = anchor?.getBoundingClientRect().top ?? 0;
  change();
  if (!anchor?.isConnected) return;
  const moved = anchor.getBoundingClientRect().top - before;
  if (Math.abs(moved) >= 1) log.scrollTop += moved;
}

/**
 * Put a row in the middle of the window, or a third from its top.
 * @param {HTMLElement} log
 * @param {Element} row
 * @param {number} [share] of the window above the row
 */
export function bringTo(log, row, share = 0.5) {
  const view = log.getBoundingClientRect();
  const box = row.getBoundingClientRect();
  const wanted = view.top + Math.max(0, (view.height - box.height) * share);
  log.scrollTop += box.top - wanted;
}

/**
 * The index of the first row for which `test` holds, by halving: rows are in order of position.
 * @param {HTMLElement[]} rows
 * @param {(row: HTMLElement) => boolean} test
 */
function firstWhere(rows, test) {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row && test(row)) high = middle;
    else low = middle + 1;
  }
  return low;
}
