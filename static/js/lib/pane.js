/** The pane beside the room: what stands in it is part of the address, so that Back closes it. */
import { computed } from "../../vendor/signals-core/signals-core.module.js";
import { goTo, panePath, place } from "./router.js";

/** Who opened the pane gets the focus back. @type {Element | null} */
let opener = null;

/** What was in the pane before it was closed. @type {import("./router.js").Place["pane"]} */
let last = null;

/** What is in the pane, null when it is closed. */
export const pane = computed(() => place.value.pane);

/**
 * @param {string} kind its name in `views/panes.js`
 * @param {number | null} [id]
 */
export function openPane(kind, id = null) {
  const now = pane.peek();
  if (now?.kind === kind && now.id === id) return;
  if (!now) opener = document.activeElement;
  // One step back closes it, however many were looked at.
  goTo(panePath(kind, id), { isReplacing: now !== null });
}

export function closePane() {
  const now = pane.peek();
  if (!now) return;
  last = now;
  goTo(panePath(null), { isReplacing: true });
}

/** @param {string} kind @param {number | null} [id] */
export function togglePane(kind, id = null) {
  const now = pane.peek();
  if (now?.kind === kind && now.id === id) closePane();
  else openPane(kind, id);
}

/** Close the pane, or open it with what was in it last. */
export function flipPane() {
  if (pane.peek()) closePane();
  else if (last) openPane(last.kind, last.id);
}

/** Where the focus goes after closing. */
export function takeOpener() {
  const taken = opener instanceof HTMLElement && opener.isConnected ? opener : null;
  opener = null;
  return taken;
}
