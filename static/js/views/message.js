/** One row of the timeline: a stored message, a tombstone, or a message that is still on its way. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { clockTime, fullTime } from "../lib/dates.js";
import { rich, t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { attachments, pendingFiles } from "./attachments.js";
import { avatar } from "./avatar.js";
import { botTag } from "./bot_tag.js";
import { cardsUnder, quoteAbove } from "./card.js";
import { keptMarks } from "./kept.js";
import { linkPreviews } from "./link_preview.js";
import { pollView } from "./poll.js";
import { reactionChips } from "./reactions.js";
import { statusGlyph } from "./status_glyph.js";

/**
 * What a row needs to know besides its message.
 * @typedef {object} RowContext
 * @property {string} prefix of the ids of its elements: the same message can stand in the timeline and in the pane
 * @property {number} myId
 * @property {(id: number) => import("../core/types.js").User | undefined} userOf
 * @property {(clientId: string, text: string, roomId: number) => unknown} pendingBody nodes of text that the server has not rendered yet
 * @property {boolean} canWrite whether the room takes messages
 * @property {number | null} editingId
 * @property {number | null} newestMineId
 * @property {(message: import("../core/types.js").Message) => readonly string[]} watchedIn the words that I watch for, if it has one
 * @property {number | null} targetId the message that a permalink points to
 * @property {number | null} openThreadId whose thread stands beside it
 * @property {(message: import("../core/types.js").Message) => unknown} under what follows a message: its thread
 * @property {(message: import("../core/types.js").Message) => unknown} above what comes before it: what it replies to
 */

/** @typedef {import("../lib/rows.js").MessageRow} MessageRow */

/**
 * @param {MessageRow} row
 * @param {RowContext} context
 */
export function messageView(row, context) {
  if (row.message?.deleted_at) return tombstone(row, context);
  const author = context.userOf(row.authorId);
  const name = author?.name ?? t("Somebody");
  const { message, state, isHead } = row;
  const isMention = message?.mentions.includes(context.myId) ?? false;
  const isWatched = !isMention && message !== null && context.watchedIn(message).length > 0;
  const isEditing = message !== null && message.id === context.editingId;
  const isTarget = message !== null && message.id === context.targetId;
  const shown = deliveryState(row, context);
  const words = isEditing ? editor(message) : body(row, context);
  const files = isEditing ? null : filesOf(row);
  const classes = `msg${isHead ? " msg-head" : ""}${isMention ? " is-mention" : ""}${isWatched ? " is-keyword" : ""}${isTarget ? " is-target" : ""}${message && message.id === context.openThreadId ? " is-thread-open" : ""}`;
  return html`<article class=${classes} id=${message ? `${context.prefix}-${message.id}` : nothing} data-id=${message?.id ?? nothing}
      data-client=${row.clientId} data-state=${state || nothing} tabindex="-1" aria-label=${rowLabel(row, author?.role === "bot" ? `${name} (${t("Bot")})` : name)}>
    <div class="msg-side">${isHead ? html`<button type="button" class="msg-face" tabindex="-1" aria-hidden="true" data-act="author">${avatar(author)}</button>` : timeLink(row)}</div>
    <div class="msg-main">
      ${keptMarks(message)}${message ? context.above(message) : null}
      ${isHead ? html`<div class="msg-meta"><button type="button" class="msg-author" tabindex="-1" data-act="author">${name}</button>${botTag(author)}${statusGlyph(author)}${timeLink(row)}${shown}</div>` : null}
      ${quoteAbove(row)}
      <div class="msg-body ${!isHead && shown ? "tail" : ""}">${words ?? files}${isHead ? null : shown}</div>
      ${words ? files : null}
      ${cardsUnder(row)}
      ${isEditing ? null : linkPreviews(message)}
      ${message && !isEditing ? reactionChips(message.reactions, context.myId, id => context.userOf(id)?.name ?? t("Somebody")) : null}
      ${message ? context.under(message) : null}
      ${state === "failed" ? failBar(row, context) : null}
    </div>
  </article>`;
}

/**
 * @param {MessageRow} row
 * @param {RowContext} context
 */
function body({ message, clientId, roomId, text }, context) {
  if (message?.poll) return pollView(message, message.poll, context);
  if (message) return message.html || message.edited_at ? prose(message, context) : null;
  return text ? html`<div class="prose">${context.pendingBody(clientId, text, roomId)}</div>` : null;
}

/** @param {MessageRow} row */
const filesOf = ({ message, files, state }) =>
  message ? attachments(message.attachments) : pendingFiles(files, state !== "failed");

/**
 * @param {import("../core/types.js").Message} message
 * @param {RowContext} context
 */
function prose(message, context) {
  const mayTick = context.canWrite && message.author_id === context.myId;
  return html`<stet-prose class="prose" .myId=${context.myId} .mayTick=${mayTick} .watched=${context.watchedIn(message)} .editedAt=${message.edited_at} .markup=${message.html}></stet-prose>`;
}

/** @param {import("../core/types.js").Message} message */
const editor = message => html`<stet-editor .message=${message}></stet-editor>`;

/** @param {MessageRow} row */
function timeLink({ message, at, roomId }) {
  const time = html`<time datetime=${at} title=${fullTime(at)}>${clockTime(at)}</time>`;
  if (!message) return html`<span class="msg-time">${time}</span>`;
  return html`<a class="msg-time" tabindex="-1" href="/rooms/${roomId}/messages/${message.id}">${time}</a>`;
}

/**
 * The word and the icon of a message on its way, or the tick on my newest.
 * @param {MessageRow} row
 * @param {RowContext} context
 */
function deliveryState({ state, message }, { newestMineId }) {
  if (state === "sending")
    return html`<span class="state">${icon("rotate-cw")}<span>${t("Sending")}</span></span>`;
  if (state === "queued")
    return html`<span class="state">${icon("clock")}<span>${t("Waiting for connection")}</span></span>`;
  if (state === "stored" && message?.id === newestMineId)
    return html`<span class="state">${icon("check")}<span>${t("Sent")}</span></span>`;
  return null;
}

/**
 * @param {MessageRow} row
 * @param {RowContext} context
 */
function failBar({ failure }, { canWrite }) {
  return html`<div class="failbar" role="alert">
    <span class="why">${icon("circle-alert", "i-sm")}<span>${failure}</span></span>
    <span class="acts">
      <button type="button" class="btn btn-sm" data-act="retry">${icon("rotate-cw", "i-xs")}<span>${t("Try again")}</span></button>
      <button type="button" class="btn btn-sm btn-quiet" data-act=${canWrite ? "rework" : "copy-unsent"}>${canWrite ? t("Edit") : t("Copy text")}</button>
      <button type="button" class="btn btn-sm btn-quiet" data-act="discard">${t("Delete")}</button>
    </span>
  </div>`;
}

/**
 * A deleted message keeps its place.
 * @param {MessageRow} row
 * @param {RowContext} context
 */
function tombstone({ message, at, authorId, clientId }, context) {
  const name = context.userOf(authorId)?.name ?? t("Somebody");
  const sentence = rich(t("{name} deleted a message"), { name });
  return html`<article class="msg msg-head is-quiet" id="${context.prefix}-${message?.id}" data-id=${message?.id} data-client=${clientId}
      tabindex="-1" aria-label=${sentence.join("")}>
    <div class="msg-side">${icon("trash-2", "i-sm")}</div>
    <div class="msg-main"><p class="tomb"><span>${sentence}</span><time class="x" datetime=${at}>${clockTime(at)}</time></p>${message ? context.under(message) : null}</div>
  </article>`;
}

/**
 * @param {MessageRow} row
 * @param {string} name
 */
function rowLabel({ at, state }, name) {
  const words = {
    failed: t("not sent"),
    queued: t("waiting for connection"),
    sending: t("sending"),
    stored: "",
    "": "",
  };
  return [name, clockTime(at), words[state]].filter(Boolean).join(", ");
}
