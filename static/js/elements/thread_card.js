/** One thread in a list: what it replies to, the latest replies, and a field for one more. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { effect, signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { StetElement } from "../lib/element.js";
import { t, tn } from "../lib/i18n.js";
import { isTouch } from "../lib/keys.js";
import { roomPath } from "../lib/router.js";
import { attachRowTools } from "../lib/row_tools.js";
import { layOut, storedRow } from "../lib/rows.js";
import { editingId } from "../lib/ui.js";
import { messageView } from "../views/message.js";
import { rowContext } from "../views/row_context.js";
import { pressRow } from "../views/row_press.js";
import { followButton } from "../views/thread_head.js";
import { rowViews } from "../views/timeline.js";

/** @typedef {import("../core/types.js").Message} Message */

const shownReplies = 3;

export class StetThreadCard extends StetElement {
  thread = /** @type {import("../core/types.js").FollowedThread} */ (/** @type {unknown} */ (null));
  #follow = signal(/** @type {import("../core/types.js").ThreadFollow | null} */ (null));
  #isReplying = signal(false);
  /** The "New" line stays where it was when the list was opened. */
  #newAfter = /** @type {number | null} */ (null);

  start() {
    const { message, follow, replies } = this.thread;
    this.#follow.value = follow;
    if (follow.unread_count) this.#newAfter = follow.read_message_id;
    const ids = [message.id, ...replies.map(({ id }) => id)];
    this.onLeave(chat.holdMessages(message.room_id, () => ids));
    chat.keepMessages(message.room_id, [message, ...replies]);
    this.onLeave(
      chat.onFollow(message.id, next => {
        this.#follow.value = next;
      }),
    );
    this.onLeave(
      effect(() => {
        // Whoever answers has read what was said before.
        const { message: parent } = this.thread;
        if (chat.pendingReplies(parent.room_id, parent.id).length) queueMicrotask(this.#markRead);
      }),
    );
    queueMicrotask(() => this.#attach());
  }

  #attach() {
    const card = this.querySelector(".thread-card");
    if (!(card instanceof HTMLElement)) return;
    const messageOf = (/** @type {Element} */ row) => this.#messageOf(row);
    this.onLeave(attachRowTools(card, messageOf));
    this.listen(card, "click", event => pressRow(event, messageOf));
  }

  /** @param {Element} row */
  #messageOf(row) {
    const id = Number(/** @type {HTMLElement} */ (row).dataset.id ?? 0);
    const message = [this.#parent(), ...this.#replies()].find(one => one.id === id);
    return message && !message.deleted_at ? message : null;
  }

  #parent() {
    const { message } = this.thread;
    return chat.heldMessage(message.room_id, message.id) ?? message;
  }

  /** The last replies, as the store has them. */
  #replies() {
    const { message, replies } = this.thread;
    const known = replies.map(one => chat.heldMessage(message.room_id, one.id) ?? one);
    const ids = new Set(known.map(one => one.id));
    const since = replies.at(-1)?.id ?? message.id;
    const later = chat.threadLine(message.room_id, message.id)?.messages ?? [];
    const all = [...known, ...later.filter(one => one.id > since && !ids.has(one.id))];
    return all
      .filter(one => !one.deleted_at)
      .slice(-Math.max(shownReplies, later.filter(one => one.id > since).length));
  }

  view() {
    const parent = this.#parent();
    const room = chat.room(parent.room_id);
    const follow = this.#follow.value;
    if (!room || !follow) return nothing;
    const replies = this.#replies();
    const context = this.#context();
    const pending = chat
      .pendingReplies(room.id, parent.id)
      .filter(row => !replies.some(one => one.client_id === row.clientId));
    const rows = layOut(
      [...replies.map(one => storedRow(one, context.myId)), ...pending],
      this.#newAfter,
      context.myId,
    );
    const hidden = (parent.thread?.reply_count ?? 0) - replies.length;
    const unread = follow.is_following ? follow.unread_count : 0;
    return html`<section class="thread-card ${unread ? "is-unread" : ""}" aria-label=${t("Thread in {room}", { room: chat.roomLabel(room.id) })}>
      <header class="card-head"><a class="card-room" href=${roomPath(room.id)}>${chat.roomLabel(room.id)}</a>
        ${unread ? html`<span class="badge ${follow.mention_count ? "" : "badge-quiet"}">${t("{n} new", { n: unread })}</span>` : null}
        <span class="grow"></span>
        ${unread ? html`<button type="button" class="btn btn-sm btn-quiet" @click=${this.#markRead}>${t("Mark read")}</button>` : null}
        ${followButton(parent.id, follow.is_following)}</header>
      ${messageView(storedRow(parent, context.myId), context)}
      ${hidden > 0 ? html`<button type="button" class="btn btn-sm btn-quiet earlier" @click=${() => chat.openThread(parent.id)}>${tn("Show {n} more reply", "Show {n} more replies", hidden)}</button>` : null}
      ${rowViews(rows, context)}
      ${room.archived_at ? null : this.#reply(room)}
    </section>`;
  }

  /** The field opens with a press: a list with twenty of them would be noise. @param {import("../core/types.js").Room} room */
  #reply(room) {
    const { message } = this.thread;
    if (chat.openThreadId() === message.id) return null; // its field is in the pane
    if (this.#isReplying.value)
      return html`<stet-composer .roomId=${room.id} .parentId=${message.id} .label=${t("Reply…")}></stet-composer>`;
    return html`<button type="button" class="reply-start" @click=${this.#startReply}>${t("Reply…")}</button>`;
  }

  #startReply = () => {
    this.#isReplying.value = true;
    queueMicrotask(() => this.querySelector("textarea")?.focus());
  };

  #markRead = () => {
    const last = this.#replies().at(-1);
    if (last && this.#follow.peek()?.unread_count) chat.markThreadRead(this.thread.message.id, last.id);
  };

  #context() {
    const { message } = this.thread;
    const edited = editingId.value;
    return {
      ...rowContext(message.room_id),
      prefix: "c",
      editingId: edited && chat.isInOpenThread(message.room_id, edited) ? null : edited,
      openThreadId: isTouch() ? null : chat.openThreadId(),
      under: () => null,
      above: () => null,
    };
  }
}
