/** One toolbar for the whole timeline: it moves into the row under the pointer or with the focus. */
import { render } from "../../vendor/lit-html/lit-html.js";
import { effect } from "../../vendor/signals-core/signals-core.module.js";
import { toolbar } from "../views/message_actions.js";

const longPressMs = 450;
const slackPx = 10;
/** The click of a lifted finger follows it at once. */
const clickAfterMs = 300;

/** @typedef {import("../core/types.js").Message} Message */

/**
 * @param {HTMLElement} log
 * @param {(row: Element) => Message | null} messageOf null for rows that have no actions
 * @returns {() => void} what takes the listeners away again
 */
export function attachRowTools(log, messageOf) {
  if (matchMedia("(hover: none)").matches) return () => {};
  const holder = document.createElement("div");
  let stop = () => {};

  /** @param {Event} event */
  const onEnter = event => {
    const row = /** @type {Element} */ (event.target).closest(".msg");
    if (!row || row === holder.parentElement) return;
    const message = messageOf(row);
    stop();
    holder.remove();
    if (!message) return;
    stop = effect(() => {
      render(toolbar(message), holder);
    });
    row.append(holder);
  };
  log.addEventListener("pointerover", onEnter);
  log.addEventListener("focusin", onEnter);
  return () => {
    log.removeEventListener("pointerover", onEnter);
    log.removeEventListener("focusin", onEnter);
    stop();
    holder.remove();
  };
}

/**
 * Tell of a finger that stays on a row.
 * @param {HTMLElement} log
 * @param {(row: Element, target: Element) => void} onLongPress
 * @returns {() => void} what takes the listeners away again
 */
export function attachLongPress(log, onLongPress) {
  let timer = 0;
  let x = 0;
  let y = 0;
  const stop = () => clearTimeout(timer);
  /** @param {PointerEvent} event */
  const onDown = event => {
    stop();
    const target = /** @type {Element} */ (event.target);
    const row = target.closest(".msg");
    if (event.pointerType !== "touch" || !row) return;
    x = event.clientX;
    y = event.clientY;
    timer = window.setTimeout(() => {
      ignoreLifting();
      onLongPress(row, target);
    }, longPressMs);
  };
  /** @param {PointerEvent} event */
  const onMove = event => {
    if (Math.hypot(event.clientX - x, event.clientY - y) > slackPx) stop();
  };
  /** The browser's own menu would cover ours. @param {PointerEvent} event */
  const onMenu = event => {
    if (event.pointerType === "touch") event.preventDefault();
  };
  log.addEventListener("pointerdown", onDown);
  log.addEventListener("pointermove", onMove);
  log.addEventListener("pointerup", stop);
  log.addEventListener("pointercancel", stop);
  log.addEventListener("contextmenu", onMenu);
  return () => {
    stop();
    log.removeEventListener("pointerdown", onDown);
    log.removeEventListener("pointermove", onMove);
    log.removeEventListener("pointerup", stop);
    log.removeEventListener("pointercancel", stop);
    log.removeEventListener("contextmenu", onMenu);
  };
}

/** What has opened under the finger must not be pressed by lifting it: its click is taken away. */
function ignoreLifting() {
  let timer = 0;
  /** @param {Event} event */
  const swallow = event => {
    event.preventDefault();
    event.stopPropagation();
  };
  const stop = () => {
    clearTimeout(timer);
    removeEventListener("click", swallow, true);
    removeEventListener("pointerdown", stop, true);
    removeEventListener("pointerup", onLift, true);
    removeEventListener("pointercancel", onLift, true);
  };
  const onLift = () => {
    timer = window.setTimeout(stop, clickAfterMs);
  };
  addEventListener("click", swallow, true);
  addEventListener("pointerdown", stop, true);
  addEventListener("pointerup", onLift, true);
  addEventListener("pointercancel", onLift, true);
}
