/** Files from anywhere in the room: dropped, or chosen by the keyboard. */

import { isDialogOpen } from "./dialog.js";
import { t } from "./i18n.js";
import { hasMod, isComposing } from "./keys.js";
import { restoreTrays } from "./uploads.js";

/**
 * A message field that takes files: the composer of a room, or of a thread.
 * @typedef {HTMLElement & {attach: () => void, takeFiles: (files: Iterable<File>) => void}} Taker
 */

const zones = ".pane, .room";

export function startFiles() {
  restoreTrays();
  addEventListener("dragenter", onDrag);
  addEventListener("dragover", onDrag);
  addEventListener("dragleave", onLeave);
  addEventListener("drop", onDrop);
  addEventListener("keydown", onKey);
}

/** @param {Element | null} from @returns {Taker | null} the field of the pane or the room that something happens in */
function takerOf(from) {
  const zone = from?.closest(zones);
  return /** @type {Taker | null} */ (zone?.querySelector("stet-composer") ?? null);
}

/** @param {DragEvent} event */
const hasFiles = event => event.dataTransfer?.types.includes("Files") ?? false;

/** @param {DragEvent} event */
function onDrag(event) {
  if (!hasFiles(event)) return;
  // Without this the browser would leave the page for the file.
  event.preventDefault();
  const zone = event.target instanceof Element && !isDialogOpen() ? event.target.closest(zones) : null;
  const isTaken = zone && takerOf(zone);
  if (event.dataTransfer) event.dataTransfer.dropEffect = isTaken ? "copy" : "none";
  mark(isTaken ? zone : null);
}

/** @param {DragEvent} event */
function onLeave(event) {
  if (event.relatedTarget === null) mark(null);
}

/** @param {DragEvent} event */
function onDrop(event) {
  if (!hasFiles(event)) return;
  event.preventDefault();
  mark(null);
  const taker = event.target instanceof Element && !isDialogOpen() ? takerOf(event.target) : null;
  taker?.takeFiles([...(event.dataTransfer?.files ?? [])]);
}

/** @type {HTMLElement | null} */
let sign = null;

/** Show where the files would go. @param {Element | null} zone */
function mark(zone) {
  if (sign?.parentElement === zone) return;
  sign?.remove();
  sign = null;
  if (!zone) return;
  sign = document.createElement("div");
  sign.className = "drop-zone";
  sign.textContent = t("Drop files here to attach them");
  zone.append(sign);
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (
    isComposing(event) ||
    !hasMod(event) ||
    event.altKey ||
    event.shiftKey ||
    event.key.toLowerCase() !== "u"
  )
    return;
  const taker = isDialogOpen()
    ? null
    : (takerOf(document.activeElement) ?? takerOf(document.getElementById("room")));
  if (!taker) return;
  event.preventDefault();
  taker.attach();
}
