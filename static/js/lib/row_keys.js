/** The keyboard in the timeline: one tab stop, arrows between rows, Tab through what is inside a row, then out. */
import { isComposing, isTextField } from "./keys.js";
import { rowsOf, visibleRows } from "./scroller.js";
import { messageField } from "./ui.js";

/** @typedef {"edit" | "delete" | "thread" | "react" | "unread" | "quote" | "forward" | "pin" | "save"} RowKey */

const actions = /** @type {Record<string, RowKey>} */ ({
  e: "edit",
  t: "thread",
  r: "react",
  u: "unread",
  q: "quote",
  f: "forward",
  p: "pin",
  s: "save",
  delete: "delete",
});

/** Letters by their place, so that they work while the keyboard writes Hangul. @param {KeyboardEvent} event */
const actionOf = ({ key, code }) =>
  /[ㄱ-ㅣ가-힣]/.test(key) ? actions[code.replace("Key", "").toLowerCase()] : actions[key.toLowerCase()];

/**
 * @param {HTMLElement} log
 * @param {(key: RowKey, row: HTMLElement) => void} onAction
 * @returns {() => void} what takes the listeners away again
 */
export function attachRowKeys(log, onAction) {
  let isPointer = false;
  /** @type {HTMLElement | null} */
  let last = null;

  const target = () => (last?.isConnected ? last : (visibleRows(log).at(-1) ?? rowsOf(log).at(-1)));
  /** @param {HTMLElement | undefined} row */
  const focusRow = row => {
    if (!row) return;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  /** @param {FocusEvent} event */
  const onFocusIn = event => {
    const from = event.relatedTarget;
    const element = /** @type {HTMLElement} */ (event.target);
    const cameFromOutside = !(from instanceof Node && log.contains(from));
    log.tabIndex = -1;
    if (!isPointer && cameFromOutside && !element.matches(".msg") && !isTextField(element))
      return focusRow(target());
    last = element.closest(".msg") ?? last;
  };
  const onFocusOut = () => {
    log.tabIndex = 0;
  };
  const onPointerDown = () => {
    isPointer = true;
    setTimeout(() => {
      isPointer = false;
    });
  };
  /** @param {KeyboardEvent} event */
  const onKey = event => {
    if (isComposing(event) || isTextField(event.target)) return;
    if (event.key === "Tab") return moveInside(event, log);
    const row = /** @type {HTMLElement} */ (event.target);
    if (!row.matches(".msg") || event.ctrlKey || event.metaKey || event.altKey) return;
    const rows = rowsOf(log);
    const at = rows.indexOf(row);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      if (to >= rows.length) messageField(log)?.focus();
      else focusRow(rows[Math.max(0, to)]);
    } else if (actionOf(event)) {
      event.preventDefault();
      onAction(actionOf(event), row);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      messageField(log)?.focus();
    }
  };

  log.tabIndex = 0;
  log.addEventListener("focusin", onFocusIn);
  log.addEventListener("focusout", onFocusOut);
  log.addEventListener("pointerdown", onPointerDown);
  log.addEventListener("keydown", onKey);
  return () => {
    log.removeEventListener("focusin", onFocusIn);
    log.removeEventListener("focusout", onFocusOut);
    log.removeEventListener("pointerdown", onPointerDown);
    log.removeEventListener("keydown", onKey);
  };
}

/**
 * Tab visits the controls of the row that has the focus and then leaves the timeline, not the 200 other rows.
 * @param {KeyboardEvent} event
 * @param {HTMLElement} log
 */
function moveInside(event, log) {
  const active = /** @type {HTMLElement} */ (document.activeElement);
  const row = active.closest(".msg");
  if (!row || !log.contains(row)) return;
  const stops = [/** @type {HTMLElement} */ (row), ...controlsOf(row)];
  const to = stops.indexOf(active) + (event.shiftKey ? -1 : 1);
  const next = stops[to] ?? (event.shiftKey ? lastControlAbove(log) : messageField(log));
  if (!next) return;
  event.preventDefault();
  next.focus({ preventScroll: to > 0 && to < stops.length });
}

/** @param {Element} row */
const controlsOf = row =>
  /** @type {HTMLElement[]} */ ([...row.querySelectorAll("a[href], button, pre")]).filter(control =>
    control.checkVisibility(),
  );

/** @param {HTMLElement} log @returns {HTMLElement | null} the last button of the head above it, where Shift+Tab goes */
const lastControlAbove = log =>
  /** @type {HTMLElement[]} */ ([
    ...document.querySelectorAll(log.closest(".pane") ? ".pane-head button" : ".room-head button"),
  ])
    .filter(control => control.checkVisibility())
    .at(-1) ?? null;
