/** What the page itself is doing, apart from what the server knows. */
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { isTouch } from "./keys.js";
import { replaceRange } from "./text_edit.js";

/** The message that is being edited in place. @type {import("../../vendor/signals-core/signals-core.module.js").Signal<number | null>} */
export const editingId = signal(null);

/** Whether the sidebar covers the room on a narrow window. */
export const isSidebarOpen = signal(false);

/** Grows when the timeline must show the newest message: after sending, and for Esc. */
export const endRequests = signal(0);

export const jumpToEnd = () => {
  endRequests.value += 1;
};

/** Grows when the timeline must show the first message that was not read. */
export const unreadRequests = signal(0);

/** Grows when everything in the room counts as read. */
export const readAllRequests = signal(0);

export const readAll = () => {
  readAllRequests.value += 1;
};

/** The field for replies to a message, or that of the room in view. @param {number | null} parentId */
export const fieldOf = parentId =>
  /** @type {HTMLTextAreaElement | null} */ (
    document.getElementById(parentId === null ? "composer" : `composer-${parentId}`)
  );

/** The message field beside an element, or beside the focus: the thread's or that of the room in view. @param {Element | null} [beside] */
export const messageField = (beside = document.activeElement) =>
  /** @type {HTMLTextAreaElement | null} */ (
    beside?.closest("stet-thread, .thread-card")?.querySelector("stet-composer textarea")
  ) ?? fieldOf(null);

/**
 * Put words where the caret is in a message field, with a space before them.
 * @param {string} text
 * @param {HTMLTextAreaElement | null} [field]
 */
export function insertText(text, field = messageField()) {
  if (!field) return;
  const before = field.value.slice(0, field.selectionStart);
  const gap = before && !/\s$/.test(before) ? " " : "";
  replaceRange(field, field.selectionStart, field.selectionEnd, gap + text);
}

/** After entering a room by the keyboard or the mouse, the next thing is to write; on a phone it is to read. */
export function startWriting() {
  if (!isTouch()) queueMicrotask(() => messageField()?.focus({ preventScroll: true }));
}

/**
 * Give what was written elsewhere back to the message field, before what is in it.
 * @param {string} text
 * @param {HTMLTextAreaElement | null} [field]
 */
export function takeBack(text, field = messageField()) {
  if (!field) return;
  field.value = field.value ? `${text}\n${field.value}` : text;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  field.focus({ preventScroll: true });
}

/** Narrow windows have one column. */
export const isNarrow = () => matchMedia("(max-width: 760px)").matches;
