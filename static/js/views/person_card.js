/** Who somebody is: a card beside their name, and from the bottom of the screen on a phone. */
import { html, render } from "../../vendor/lit-html/lit-html.js";
import { effect } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { closeDialogs, openDialog } from "../lib/dialog.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { openPopover, thenDo } from "../lib/popover.js";
import { goTo, roomPath } from "../lib/router.js";
import { localTime, statusOf, statusWords } from "../lib/status.js";
import { toast } from "../lib/toast.js";
import { insertText, isNarrow, messageField, startWriting } from "../lib/ui.js";
import { avatar } from "./avatar.js";
import { botTag } from "./bot_tag.js";
import { openStatusDialog } from "./status_dialog.js";
import { glyphOf } from "./status_glyph.js";

/** @typedef {import("../core/types.js").User} User */

/**
 * @param {Element} anchor
 * @param {number} userId
 */
export function openPersonCard(anchor, userId) {
  const user = chat.userOf(userId);
  if (!user) return;
  const view = (/** @type {() => void} */ close) => card(chat.userOf(userId) ?? user, close);
  if (isNarrow()) {
    openDialog({ label: user.name, className: "dialog-sheet person-card", view });
    return;
  }
  let stop = () => {};
  const box = openPopover(anchor, {
    className: "person-card",
    role: "dialog",
    label: user.name,
    view,
    onClose: () => stop(),
  });
  if (!box) return;
  // It stays open while people come and go.
  const close = () => openPopover(anchor, /** @type {any} */ ({ className: "", role: "", label: "", view }));
  stop = effect(() => {
    render(view(close), box);
  });
  box.querySelector("button")?.focus({ preventScroll: true });
}

/**
 * @param {User} user
 * @param {() => void} close
 */
function card(user, close) {
  const isMe = user.id === chat.me().id;
  const canManage = ["owner", "admin"].includes(chat.me().role);
  const isBot = chat.isBot(user);
  const standing = [roleName(user), user.deactivated_at ? t("Deactivated") : ""].filter(Boolean);
  return html`<div class="person-head">
      ${avatar(user, "av-64", chat.presenceOf(user.id))}
      <div class="who"><h2><span class="truncate">${user.name}</span>${user.pronouns ? html` <small>${user.pronouns}</small>` : null}</h2>
        ${user.title ? html`<p class="truncate">${user.title}</p>` : null}
        ${botTag(user)}${standing.map(word => html`<span class="tag">${word}</span>`)}</div>
    </div>
    ${isBot ? html`<p class="person-about">${t("Posts through a webhook")}</p>` : facts(user)}
    ${user.about ? html`<p class="person-about">${user.about}</p>` : null}
    <div class="person-acts">${isMe ? myActs(close) : theirActs(user, close)}
      ${canManage && !isMe ? html`<a class="btn" href=${isBot ? "/admin/webhooks" : `/admin/people?q=${encodeURIComponent(user.email)}#people`}>${icon("shield", "i-sm")}${t("Manage")}</a>` : null}</div>`;
}

/** @param {User} user */
function facts(user) {
  const status = statusOf(user);
  const time = user.email && !user.deactivated_at ? localTime(user.time_zone) : null;
  const presence = chat.presenceOf(user.id);
  const copy = (/** @type {string} */ text) => () => chat.copy(text);
  return html`<ul class="person-facts">
    ${status ? html`<li><span class="status-glyph" aria-hidden="true">${glyphOf(status.emoji)}</span><span>${statusWords(status)}</span></li>` : null}
    ${user.deactivated_at ? null : html`<li><i class="presence" data-p=${presence}></i><span>${chat.presenceWord(presence)}</span></li>`}
    ${time ? html`<li title=${t("Local time")}>${icon("clock", "i-sm")}<span class="sr-only">${t("Local time")}</span><span>${time}</span></li>` : null}
    ${user.email ? html`<li>${icon("mail", "i-sm")}<span class="truncate">${user.email}</span><button type="button" class="icon-btn" aria-label=${t("Copy the email address")} title=${t("Copy the email address")} @click=${copy(user.email)}>${icon("copy", "i-sm")}</button></li>` : null}
    ${user.phone ? html`<li>${icon("phone", "i-sm")}<a class="truncate" href="tel:${user.phone}">${user.phone}</a></li>` : null}
  </ul>`;
}

/** @param {() => void} close */
const myActs =
  close => html`<button type="button" class="btn" @click=${thenDo(close, openStatusDialog)}>${icon("smile", "i-sm")}${t("Set a status")}</button>
  <a class="btn" href="/settings/profile">${icon("pencil", "i-sm")}${t("Edit profile")}</a>`;

/**
 * @param {User} user
 * @param {() => void} close
 */
function theirActs(user, close) {
  if (!user.email || user.deactivated_at) return null;
  const mention = () => {
    insertText(`@${user.name} `);
    startWriting();
  };
  return html`<button type="button" class="btn btn-primary" @click=${thenDo(close, () => talkTo(user.id))}>${icon("message-square", "i-sm")}${t("Message")}</button>
    ${messageField() ? html`<button type="button" class="btn" @click=${thenDo(close, mention)}>${icon("at-sign", "i-sm")}${t("Mention")}</button>` : null}`;
}

/** Open the conversation with somebody. @param {number} userId */
export async function talkTo(userId) {
  try {
    const room = await chat.openDirect([userId]);
    // The card may have been opened from a list of people in a dialog.
    closeDialogs();
    goTo(roomPath(room.id));
    startWriting();
  } catch (error) {
    toast(chat.sentenceOf(error));
  }
}

/** What is worth saying about somebody's role. @param {User} user */
export const roleName = user =>
  ({ owner: t("Owner"), admin: t("Admin"), guest: t("Guest"), member: "", bot: "" })[user.role] ?? "";
