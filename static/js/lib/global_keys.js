/** Keys that work anywhere on the page, and what Esc does when nothing nearer wants it. */
import { openShortcuts } from "../views/shortcuts.js";
import { openSwitcher } from "../views/switcher.js";
import * as chat from "./chat.js";
import { isDialogOpen } from "./dialog.js";
import { t } from "./i18n.js";
import { hasMod, isComposing, isMac, isTextField } from "./keys.js";
import { goToPart } from "./landmarks.js";
import { closePane, flipPane, pane } from "./pane.js";
import { closePopover, isPopoverOpen } from "./popover.js";
import { goTo, roomPath } from "./router.js";
import { closeSearch, isSearching, openSearch, openSearchIn } from "./search.js";
import { roomsInOrder } from "./sidebar.js";
import { toast } from "./toast.js";
import { editingId, isSidebarOpen, jumpToEnd, messageField, readAll, unreadRequests } from "./ui.js";

export function startGlobalKeys() {
  // Capture: Esc belongs to an open popover before the dialog or the field below it.
  addEventListener("keydown", onPopoverKey, true);
  addEventListener("keydown", onKey);
  document.querySelector(".skip")?.addEventListener("click", onSkip);
}

/** @param {KeyboardEvent} event */
function onPopoverKey(event) {
  if (event.key !== "Escape" || isComposing(event) || !isPopoverOpen()) return;
  event.preventDefault();
  event.stopPropagation();
  closePopover();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (isComposing(event)) return;
  const key = event.key.toLowerCase();
  if (hasMod(event) && !event.altKey && !event.shiftKey && key === "k") {
    event.preventDefault();
    if (!isDialogOpen()) openSwitcher();
  } else if (hasMod(event) && !event.altKey && key === "f" && !isDialogOpen()) {
    startSearching(event);
  } else if (hasMod(event) && !event.altKey && key === "/") {
    event.preventDefault();
    if (!isDialogOpen()) openShortcuts();
  } else if (
    event.altKey &&
    !hasMod(event) &&
    (key === "arrowup" || key === "arrowdown") &&
    !isDialogOpen()
  ) {
    event.preventDefault();
    walkRooms(key === "arrowup" ? -1 : 1, event.shiftKey);
  } else if (isHistoryKey(event, key) && !isDialogOpen()) {
    event.preventDefault();
    if (key === "arrowleft") history.back();
    else history.forward();
  } else if (key === "f6" && !isDialogOpen()) {
    event.preventDefault();
    goToPart(event.shiftKey ? -1 : 1);
  } else if (hasMod(event) && !event.altKey && !event.shiftKey && key === "." && !isDialogOpen()) {
    event.preventDefault();
    flipPane();
  } else if (key === "escape" && event.shiftKey && !isDialogOpen()) {
    event.preventDefault();
    chat.markAllRead();
  } else if (key === "pageup" && event.shiftKey && !hasText(event.target) && !isDialogOpen()) {
    event.preventDefault();
    goToOldestUnread();
  } else if (key === "escape" && !event.defaultPrevented && !isDialogOpen()) {
    onEscape(event);
  }
}

/**
 * Not every browser does it by itself, and in a window without its buttons there is nothing else. On a Mac the same keys
 * go from word to word in a text.
 * @param {KeyboardEvent} event
 * @param {string} key
 */
const isHistoryKey = (event, key) =>
  event.altKey &&
  !hasMod(event) &&
  !event.shiftKey &&
  (key === "arrowleft" || key === "arrowright") &&
  !(isMac && isTextField(event.target));

/** Past the sidebar: to the message field, or to the page where there is none. @param {Event} event */
function onSkip(event) {
  event.preventDefault();
  (messageField() ?? document.getElementById("room"))?.focus();
}

/** Edit, sidebar, search, pane, then: everything is read, and on to the newest. @param {KeyboardEvent} event */
function onEscape(event) {
  event.preventDefault();
  if (editingId.value !== null) editingId.value = null;
  else if (isSidebarOpen.value) isSidebarOpen.value = false;
  else if (isSearching()) closeSearch();
  else if (pane.value) closePane();
  else {
    readAll();
    jumpToEnd();
    messageField()?.focus({ preventScroll: true });
  }
}

/**
 * The browser's own find misses what is not loaded; a second press in the search box still opens it.
 * @param {KeyboardEvent} event
 */
function startSearching(event) {
  const field = document.getElementById("search-field");
  if (isSearching()) {
    if (document.activeElement === field) return;
    event.preventDefault();
    field?.focus();
    return;
  }
  event.preventDefault();
  const room = chat.room(chat.currentRoomId() ?? 0);
  if (event.shiftKey || !room) openSearch();
  else openSearchIn(room);
}

/**
 * @param {1 | -1} step
 * @param {boolean} isUnreadOnly
 */
function walkRooms(step, isUnreadOnly) {
  const all = roomsInOrder();
  const at = all.findIndex(room => room.id === chat.currentRoomId());
  for (let i = 1; i <= all.length; i += 1) {
    const room = all[(at + step * i + all.length * 2) % all.length];
    if (!room || (isUnreadOnly && !room.unread_count)) continue;
    goTo(roomPath(room.id));
    return;
  }
}

/** Whether the key may mean a text. @param {EventTarget | null} target */
const hasText = target =>
  (target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement) && target.value !== "";

/** The room that has waited longest, at the first message that was not read. */
function goToOldestUnread() {
  const [oldest] = chat.unreadRooms().sort((a, b) => a.read_message_id - b.read_message_id);
  if (!oldest) return toast(t("Everything was read already."));
  if (oldest.id === chat.currentRoomId()) unreadRequests.value += 1;
  else goTo(roomPath(oldest.id));
}
