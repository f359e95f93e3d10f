/** What can be done with a message: the toolbar on hover, the menu behind its dots, the sheet of a long press. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { openDialog } from "../lib/dialog.js";
import { quickEmoji } from "../lib/emoji.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { menuEntry, openMenu, walkMenu } from "../lib/menu.js";
import { editingId } from "../lib/ui.js";
import { openDelivery } from "./delivery.js";
import { glyphOf } from "./emoji_glyph.js";
import { openForward } from "./forward.js";
import { openHistory } from "./history.js";
import { openPicker } from "./picker.js";
import { openReactions } from "./reaction_people.js";
import { askWhenToRemind } from "./remind.js";

/** @typedef {import("../core/types.js").Message} Message */

const quickInSheet = 5;

/** @param {Message} message */
export function toolbar(message) {
  const isMine = message.author_id === chat.me().id;
  const canWrite = chat.canWrite(message.room_id);
  const isSaved = chat.isSaved(message.id);
  return html`<div class="msg-tools" role="toolbar" aria-label=${t("Message actions")}>
    ${isMine ? html`<span class="sent-note">${icon("check", "i-xs")}${t("Sent")}</span>` : null}
    ${
      canWrite
        ? html`
      ${quickEmoji().map(emoji => html`<button type="button" class="icon-btn quick" tabindex="-1" data-act="react" data-emoji=${emoji} aria-label=${t("React with {emoji}", { emoji })}>${glyphOf(emoji)}</button>`)}
      <button type="button" class="icon-btn" tabindex="-1" data-act="pick" aria-label=${t("Add a reaction")}>${icon("smile-plus")}</button>
      <button type="button" class="icon-btn" tabindex="-1" data-act="reply" title="T" aria-label=${t("Reply in thread")}>${icon("message-square")}</button>
      ${isMine && !message.poll ? html`<button type="button" class="icon-btn" tabindex="-1" data-act="edit" aria-label=${t("Edit")}>${icon("pencil")}</button>` : null}`
        : null
    }
    <button type="button" class="icon-btn" tabindex="-1" data-act="save" aria-pressed=${isSaved} aria-label=${isSaved ? t("Remove from saved") : t("Save for later")}>${icon("bookmark")}</button>
    <button type="button" class="icon-btn" tabindex="-1" data-act="more" aria-haspopup="menu" aria-label=${t("More")}>${icon("more-horizontal")}</button>
  </div>`;
}

/**
 * @param {Element} anchor
 * @param {Message} message
 */
export const openMessageMenu = (anchor, message) => openMenu(anchor, t("Message actions"), entries(message));

/** @param {Event} event */
function enterMenu({ currentTarget }) {
  const first = /** @type {Element} */ (currentTarget).querySelector(".menu-item");
  if (first instanceof HTMLElement) first.focus();
}

/** The same for fingers, from the bottom of the screen. @param {Message} message */
export function openMessageSheet(message) {
  const label = t("Message actions");
  openDialog({
    label,
    className: "dialog-sheet",
    view: close => {
      const react = (/** @type {string} */ emoji) => {
        close();
        chat.toggleReaction(message, emoji);
      };
      return html`${
        chat.canWrite(message.room_id)
          ? html`<div class="quicks">
          ${quickEmoji(quickInSheet).map(emoji => html`<button type="button" aria-label=${t("React with {emoji}", { emoji })} @click=${() => react(emoji)}>${glyphOf(emoji)}</button>`)}
          <button type="button" aria-label=${t("Add a reaction")} @click=${(/** @type {Event} */ event) => openPicker(/** @type {Element} */ (event.currentTarget), react)}>${icon("smile-plus")}</button>
        </div>`
          : null
      }
        <div class="sheet-items" role="menu" tabindex="0" aria-label=${label} @focus=${enterMenu} @keydown=${walkMenu}>${entries(message).map(entry => menuEntry(entry, close))}</div>`;
    },
  });
}

/** @param {Message} message @returns {import("../lib/menu.js").MenuEntry[]} */
function entries(message) {
  const isMine = message.author_id === chat.me().id;
  const canWrite = chat.canWrite(message.room_id);
  return [
    ...(canWrite || message.thread ? [reply(message)] : []),
    ...(message.reactions.length
      ? [{ icon: "smile", label: t("Reactions"), action: () => openReactions(message) }]
      : []),
    ...keeping(message, canWrite),
    { icon: "inbox", label: t("Mark unread from here"), action: () => chat.markUnread(message) },
    ...(message.text ? [{ icon: "copy", label: t("Copy text"), action: () => chat.copyText(message) }] : []),
    ...(isMine && canWrite && !message.poll ? [edit(message)] : []),
    { icon: "bell", label: t("Remind me…"), action: () => askWhenToRemind(message) },
    { icon: "link", label: t("Copy link"), action: () => chat.copyLink(message) },
    ...(message.edited_at
      ? [{ icon: "history", label: t("Edit history"), action: () => openHistory(message) }]
      : []),
    { icon: "send", label: t("Delivery"), action: () => openDelivery(message) },
    ...(isMine && canWrite
      ? [
          /** @type {const} */ ("rule"),
          { icon: "trash-2", label: t("Delete"), isDanger: true, action: () => chat.askToDelete(message) },
        ]
      : []),
  ];
}

/**
 * @param {Message} message
 * @param {boolean} canWrite
 * @returns {import("../lib/menu.js").MenuEntry[]}
 */
function keeping(message, canWrite) {
  const pin = chat.pinOf(message)
    ? { icon: "pin-off", label: t("Take the pin away"), action: () => chat.togglePin(message) }
    : { icon: "pin", label: t("Pin to this room"), action: () => chat.togglePin(message) };
  const save = chat.isSaved(message.id) ? t("Remove from saved") : t("Save for later");
  return [
    ...(canWrite ? [{ icon: "quote", label: t("Quote in reply"), action: () => chat.quote(message) }] : []),
    { icon: "forward", label: t("Forward…"), action: () => openForward(message) },
    ...(canWrite ? [pin] : []),
    { icon: "bookmark", label: save, action: () => chat.toggleSaved(message) },
  ];
}

/** @param {Message} message */
const reply = message => ({
  icon: "message-square",
  label: t("Reply in thread"),
  action: () => chat.openThread(chat.threadIdOf(message)),
});

/** @param {Message} message */
const edit = message => ({
  icon: "pencil",
  label: t("Edit"),
  action: () => {
    editingId.value = message.id;
  },
});
