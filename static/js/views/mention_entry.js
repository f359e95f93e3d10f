/** A message in the list of mentions: where, why, by whom, what. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { clockTime, dayHeading, fullTime } from "../lib/dates.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { messagePath } from "../lib/router.js";
import { attachments } from "./attachments.js";
import { avatar } from "./avatar.js";
import { botTag } from "./bot_tag.js";
import { roomMark } from "./room_link.js";

/** @typedef {import("../core/types.js").MentionEntry} MentionEntry */

/** @param {MentionEntry & {isUnread: boolean}} entry */
export function mentionEntry({ message, room: found, kind, isUnread }) {
  const room = chat.room(found.id) ?? /** @type {import("../core/types.js").Room} */ (found);
  const title = chat.roomTitle(room);
  const author = chat.userOf(message.author_id);
  const name = author?.name ?? t("Somebody");
  const path = messagePath(message.room_id, message.id);
  const when = dayHeading(message.created_at);
  const label = [isUnread ? t("unread") : "", name, title, when].filter(Boolean).join(", ");
  return html`<article class="entry ${isUnread ? "is-unread" : ""}" data-id=${message.id} data-path=${path} aria-label=${label}>
    <header>${roomMark(room, "i-xs")}<a class="truncate" href=${path}>${title}</a>
      <span class="why">${icon(kind === "keyword" ? "search" : kind === "name" ? "at-sign" : "users", "i-xs")}${reason(kind)}${message.parent_id ? html` · ${t("thread")}` : null}</span>
      <time datetime=${message.created_at} title=${fullTime(message.created_at)}>${when}</time></header>
    <div class="msg msg-head">
      <div class="msg-side">${avatar(author)}</div>
      <div class="msg-main">
        <div class="msg-meta"><b class="msg-author">${name}</b>${botTag(author)}<time class="msg-time" datetime=${message.created_at}>${clockTime(message.created_at)}</time></div>
        <div class="msg-body">${message.html ? html`<stet-prose class="prose" .myId=${chat.me().id} .watched=${chat.watchedIn(message)} .editedAt=${message.edited_at} .markup=${message.html}></stet-prose>` : null}${attachments(message.attachments)}</div>
      </div>
    </div>
  </article>`;
}

/** @param {MentionEntry["kind"]} kind */
function reason(kind) {
  return { name: t("your name"), here: "@here", room: "@room", keyword: t("keyword") }[kind];
}
