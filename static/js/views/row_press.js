/** What a press inside a row of the timeline does. */
import * as chat from "../lib/chat.js";
import { noteUse } from "../lib/emoji.js";
import { withTask } from "../lib/tasks.js";
import { toast } from "../lib/toast.js";
import { editingId } from "../lib/ui.js";
import { openForward } from "./forward.js";
import { openHistory } from "./history.js";
import { openMessageMenu, openMessageSheet } from "./message_actions.js";
import { openPersonCard } from "./person_card.js";
import { openPicker } from "./picker.js";
import { openReactions } from "./reaction_people.js";

/** @typedef {import("../core/types.js").Message} Message */

/**
 * @param {MouseEvent} event
 * @param {(row: Element) => Message | null} messageOf
 */
export function pressRow(event, messageOf) {
  const target = /** @type {Element} */ (event.target);
  const row = target.closest(".msg");
  if (!row) return;
  if (event.altKey && !target.closest("a, button")) {
    const pressed = messageOf(row);
    if (pressed) chat.markUnread(pressed);
    return;
  }
  const mention = target.closest(".mention[data-user-id]");
  if (mention) return openPersonCard(mention, Number(/** @type {HTMLElement} */ (mention).dataset.userId));
  const control = /** @type {HTMLElement | null} */ (target.closest("[data-act]"));
  const act = control?.dataset.act;
  if (!control || !act) return;
  if (act === "thread") return chat.openThread(Number(control.dataset.thread));
  const clientId = /** @type {HTMLElement} */ (row).dataset.client ?? "";
  if (act === "retry") chat.retry(clientId);
  else if (act === "rework") chat.rework(clientId);
  else if (act === "discard") chat.discard(clientId);
  else if (act === "copy-unsent") chat.copyUnsent(clientId);
  else if (act === "copy-code") copyCode(control);
  const message = messageOf(row);
  if (message) actOn(message, act, control);
}

/**
 * What a key does on a row that has the focus.
 * @param {import("../lib/row_keys.js").RowKey} key
 * @param {Message | null} message null for a tombstone
 * @param {HTMLElement} row
 */
export function actOnKey(key, message, row) {
  if (key === "thread") {
    const id = Number(row.dataset.id);
    if (message || row.querySelector(".threadlink")) chat.openThread(message ? chat.threadIdOf(message) : id);
    return;
  }
  if (key === "unread") {
    if (message) chat.markUnread(message);
    return;
  }
  if (!message) return;
  if (key === "save") chat.toggleSaved(message);
  else if (key === "forward") openForward(message);
  else if (chat.canWrite(message.room_id)) changeByKey(key, message, row);
}

/**
 * @param {import("../lib/row_keys.js").RowKey} key
 * @param {Message} message
 * @param {HTMLElement} row
 */
function changeByKey(key, message, row) {
  if (key === "react") openPicker(row, emoji => chat.toggleReaction(message, emoji));
  else if (key === "pin") chat.togglePin(message);
  else if (key === "quote") chat.quote(message);
  else if (message.author_id !== chat.me().id) return;
  else if (key === "delete") chat.askToDelete(message);
  else editingId.value = message.id;
}

/**
 * A finger that stays on a reaction asks who gave it, anywhere else what can be done with the message.
 * @param {Message} message
 * @param {Element} target
 */
export function openOnLongPress(message, target) {
  const chip = /** @type {HTMLElement | null} */ (target.closest(".chip[data-emoji]"));
  if (chip) openReactions(message, chip.dataset.emoji);
  else openMessageSheet(message);
}

/**
 * @param {Message} message
 * @param {string} act
 * @param {HTMLElement} control
 */
function actOn(message, act, control) {
  if (act === "react") react(message, control);
  else if (act === "pick") openPicker(control, emoji => chat.toggleReaction(message, emoji));
  else if (act === "more") openMessageMenu(control, message);
  else if (act === "reply") chat.openThread(chat.threadIdOf(message));
  else if (act === "save") chat.toggleSaved(message);
  else if (act === "history") openHistory(message);
  else if (act === "author") openPersonCard(control, message.author_id);
  else if (act === "edit") editingId.value = message.id;
  else if (act === "tick") tick(message, /** @type {HTMLInputElement} */ (control));
}

/**
 * @param {Message} message
 * @param {HTMLElement} control
 */
function react(message, control) {
  const emoji = control.dataset.emoji ?? "";
  if (control.ariaPressed !== "true") noteUse(emoji);
  chat.toggleReaction(message, emoji);
}

/**
 * Tick a task of mine: an edit of its line. What cannot be saved is taken back.
 * @param {Message} message
 * @param {HTMLInputElement} box
 */
async function tick(message, box) {
  const text = withTask(message.text, Number(box.dataset.line), box.checked);
  const result = text === null ? null : await chat.edit(message, text, message.version);
  if (result?.ok) return;
  box.checked = !box.checked;
  if (result) toast(result.sentence);
}

/** @param {Element} control */
function copyCode(control) {
  const code = control.closest(".codeblock")?.querySelector("pre")?.textContent ?? "";
  chat.copy(code.replace(/\n$/, ""));
}
