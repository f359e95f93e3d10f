/** What a message says of its thread, and what a reply says of what it replies to. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { clockTime, dayHeading, dayKey } from "../lib/dates.js";
import { t, tn } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { avatar } from "./avatar.js";

/** @typedef {import("../core/types.js").Message} Message */

const facesShown = 3;

/**
 * The replies in one line; it opens them.
 * @param {Message} message
 * @param {(id: number) => import("../core/types.js").User | undefined} userOf
 * @param {number} unread how many of them I have not read
 */
export function threadLink({ id, thread }, userOf, unread) {
  if (!thread) return null;
  const faces = thread.user_ids.slice(0, facesShown).map(userOf);
  return html`<button type="button" class="threadlink ${unread ? "is-unread" : ""}" tabindex="-1" data-act="thread" data-thread=${id}>
    <span class="stack" aria-hidden="true">${faces.map(user => avatar(user, "av-20"))}</span>
    <b>${tn("{n} reply", "{n} replies", thread.reply_count)}</b>
    ${unread ? html`<span class="unread-note"><i class="unread-dot" aria-hidden="true"></i>${t("{n} new", { n: unread })}</span>` : null}
    <span>${t("Last reply {when}", { when: lastReplyAt(thread.last_reply_at) })}</span></button>`;
}

/** @param {string} at */
function lastReplyAt(at) {
  const isToday = dayKey(at) === dayKey(new Date().toISOString());
  return isToday ? clockTime(at) : `${dayHeading(at)} ${clockTime(at)}`;
}

/**
 * Above a reply that stands in the timeline too.
 * @param {Message} message
 * @param {string} parentText of what it replies to, as far as it is known
 */
export const replyNote = (
  { parent_id: parentId },
  parentText,
) => html`<button type="button" class="reply-note" tabindex="-1" data-act="thread" data-thread=${parentId}>
    ${icon("corner-up-left", "i-xs")}<span class="truncate">${parentText ? t("Replied to a thread: {text}", { text: parentText }) : t("Replied to a thread")}</span></button>`;

/** In the thread, above a reply that was sent to the room too. @param {string} room */
export const alsoNote = room =>
  html`<span class="reply-note">${icon("corner-up-left", "i-xs")}<span class="truncate">${t("Also sent to {room}", { room })}</span></span>`;

/** @param {number} count */
export const repliesRule = count =>
  html`<div class="replies">${count ? tn("{n} reply", "{n} replies", count) : t("No replies yet")}</div>`;
