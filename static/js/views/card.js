/** How a message is shown where something refers to it, to those who may see it. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { fullTime, shortWhen } from "../lib/dates.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { messagePath } from "../lib/router.js";
import { avatar } from "./avatar.js";
import { botTag } from "./bot_tag.js";
import { roomMark } from "./room_link.js";

/** @typedef {import("../core/types.js").Message} Message */

const mostPictures = 3;

/**
 * @param {Message} message
 * @param {{isHere?: boolean, label?: unknown}} [how] `isHere`: in the same room, which is not named
 */
export function messageCard(message, { isHere = false, label = null } = {}) {
  const author = chat.userOf(message.author_id);
  const name = author?.name ?? t("Somebody");
  const room = chat.room(message.room_id);
  const where =
    isHere || !room
      ? null
      : html`${roomMark(room, "i-xs")}<span class="truncate">${chat.roomTitle(room)}</span>`;
  return html`<article class="card" aria-label=${t("Message by {name}", { name })}>
    ${label}
    <header>${avatar(author, "av-20")}<b class="truncate">${name}</b>${botTag(author)}
      <a class="card-link" tabindex="-1" href=${messagePath(message.room_id, message.id)}>${where}<time datetime=${message.created_at} title=${fullTime(message.created_at)}>${shortWhen(message.created_at)}</time></a></header>
    ${cardBody(message)}
  </article>`;
}

/** What it says, cut short by the style sheet; without words what else there is. @param {Message} message */
export function cardBody(message) {
  const { attachments: files } = message;
  const pictures = files.filter(file => file.thumbnail_url).slice(0, mostPictures);
  return html`${message.html ? html`<stet-prose class="prose card-text" .myId=${chat.me().id} .editedAt=${null} .markup=${message.html}></stet-prose>` : null}
    ${!message.html && message.quoted_id ? html`<p class="card-rest">${icon("forward", "i-xs")}<span>${t("Forwarded a message")}</span></p>` : null}
    ${pictures.length ? html`<div class="card-pictures">${pictures.map(file => html`<img src=${file.thumbnail_url} alt=${file.name} loading="lazy">`)}</div>` : null}
    ${files.length ? html`<p class="card-rest">${icon("paperclip", "i-xs")}<span class="truncate">${files.map(file => file.name).join(", ")}</span></p>` : null}`;
}

/**
 * What a message quotes or forwards.
 * @param {number} quotedId
 * @param {number} roomId where it stands
 */
export function quoteCard(quotedId, roomId) {
  const quoted = chat.cardOf(quotedId);
  if (quoted === undefined) return html`<div class="card card-none" aria-hidden="true">&nbsp;</div>`;
  if (quoted === null) return emptyCard("lock", t("A message from a room that you are not in"));
  if (quoted.deleted_at) return emptyCard("trash-2", t("This message was deleted."));
  const isHere = quoted.room_id === roomId;
  const label = isHere
    ? null
    : html`<p class="card-label">${icon("forward", "i-xs")}<span>${t("Forwarded")}</span></p>`;
  return messageCard(quoted, { isHere, label });
}

/** A quote of the same room stands above the words; the style sheet puts it under the name. @param {import("../lib/rows.js").MessageRow} row */
export const quoteAbove = ({ quotedId, roomId }) =>
  quotedId && isQuoteHere(quotedId, roomId)
    ? html`<div class="card-quote">${quoteCard(quotedId, roomId)}</div>`
    : null;

/** What is forwarded, and the messages that are linked to. @param {import("../lib/rows.js").MessageRow} row */
export const cardsUnder = ({ quotedId, roomId, message }) =>
  html`${quotedId && !isQuoteHere(quotedId, roomId) ? quoteCard(quotedId, roomId) : null}${message ? chat.linkedMessages(message).map(linked => messageCard(linked)) : null}`;

/** @param {number} quotedId @param {number} roomId */
const isQuoteHere = (quotedId, roomId) => chat.cardOf(quotedId)?.room_id === roomId;

/**
 * @param {string} symbol
 * @param {string} sentence
 */
const emptyCard = (symbol, sentence) =>
  html`<div class="card card-none">${icon(symbol, "i-xs")}<span>${sentence}</span></div>`;
