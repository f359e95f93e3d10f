/** Lists of messages that are kept at hand, and the marks that they have in the timeline. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { fullTime, shortWhen } from "../lib/dates.js";
import { rich, t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { avatar } from "./avatar.js";
import { botTag } from "./bot_tag.js";
import { cardBody } from "./card.js";
import { roomMark } from "./room_link.js";

/** @typedef {import("../core/types.js").Message} Message */

/** Above the words of a message: who pinned it, and whether I saved it. @param {Message | null} message */
export function keptMarks(message) {
  if (!message) return null;
  const pin = chat.pinOf(message);
  const isSaved = chat.isSaved(message.id);
  if (!pin && !isSaved) return null;
  return html`<p class="kept-marks">${pin ? html`<span>${icon("pin", "i-xs")}${pinnedBy(pin)}</span>` : null}${isSaved ? html`<span>${icon("bookmark", "i-xs")}${t("Saved for later")}</span>` : null}</p>`;
}

/** @param {import("../core/types.js").Pin} pin */
export function pinnedBy({ user_id: userId }) {
  if (userId === chat.me().id) return t("Pinned by you");
  return t("Pinned by {name}", { name: chat.userOf(userId)?.name ?? t("Somebody") });
}

/**
 * One message of a list.
 * @param {object} item
 * @param {Message} item.message
 * @param {string} item.path where a press leads
 * @param {unknown} item.note what it is doing in the list
 * @param {unknown} item.tools buttons
 * @param {boolean} [item.hasRoom] whether the room is named
 */
export function keptItem({ message, path, note, tools, hasRoom = false }) {
  const author = chat.userOf(message.author_id);
  const name = author?.name ?? t("Somebody");
  const room = chat.room(message.room_id);
  const isGone = message.deleted_at !== null;
  const body = isGone
    ? html`<p class="tomb">${icon("trash-2", "i-sm")}<span>${rich(t("{name} deleted a message"), { name })}</span></p>`
    : html`<div class="kept-who">${avatar(author, "av-24")}<b class="truncate">${name}</b>${botTag(author)}<time datetime=${message.created_at} title=${fullTime(message.created_at)}>${shortWhen(message.created_at)}</time></div>
        ${cardBody(message)}`;
  return html`<li class="kept-item" data-id=${message.id}>
    <div class="kept-head"><span class="kept-note">${note}</span>${hasRoom && room ? html`<span class="kept-room">${roomMark(room, "i-xs")}<span class="truncate">${chat.roomTitle(room)}</span></span>` : null}<span class="kept-tools">${tools}</span></div>
    ${body}
    <a class="kept-link" href=${path}><span class="sr-only">${t("Go to the message by {name}", { name })}</span></a>
  </li>`;
}

/**
 * @param {string} symbol
 * @param {string} title
 * @param {string} sentence
 */
export const nothingKept = (symbol, title, sentence) => html`<div class="kept-none">
  <span class="kept-none-mark">${icon(symbol, "i-lg")}</span><h3>${title}</h3><p>${sentence}</p></div>`;

/** As high as an item. */
export const keptSkeleton = () =>
  html`<li class="kept-item" aria-hidden="true"><div class="skel"><i></i><i></i><i></i></div></li>`;
