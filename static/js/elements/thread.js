/** A thread in the pane: the message, the replies to it, and the field for one more. */
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { computed, effect, signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { StetElement } from "../lib/element.js";
import { t } from "../lib/i18n.js";
import { isTouch } from "../lib/keys.js";
import { closePane } from "../lib/pane.js";
import { place } from "../lib/router.js";
import { attachRowKeys } from "../lib/row_keys.js";
import { attachLongPress, attachRowTools } from "../lib/row_tools.js";
import { layOut, storedRow } from "../lib/rows.js";
import { bringTo, holdStill, isAtEnd, roomAbove, visibleRows } from "../lib/scroller.js";
import { toast } from "../lib/toast.js";
import { editingId } from "../lib/ui.js";
import { messageView } from "../views/message.js";
import { attachReactionNames } from "../views/reaction_people.js";
import { rowContext } from "../views/row_context.js";
import { actOnKey, openOnLongPress, pressRow } from "../views/row_press.js";
import { threadHead } from "../views/thread_head.js";
import { alsoNote, repliesRule } from "../views/threads.js";
import { loadFailed, rowViews, skeletons } from "../views/timeline.js";

const loadAheadPx = 400;
const flashMs = 2600;

/** @typedef {import("../core/types.js").Message} Message */

export class StetThread extends StetElement {
  messageId = 0;
  #roomId = signal(0);
  #window = signal(/** @type {import("../lib/timeline_window.js").TimelineWindow | null} */ (null));
  #hasFailed = signal(false);
  #follow = signal(/** @type {import("../core/types.js").ThreadFollow | null} */ (null));
  /** The "New" line stands behind this reply; null draws none. */
  #newAfter = signal(/** @type {number | null} */ (null));
  /** Up to which reply it was marked read from here. */
  #marked = 0;
  /** It was made unread: it stays so until the person leaves it or writes. */
  #isHeld = false;
  #targetId = signal(/** @type {number | null} */ (null));
  /** A reply to bring into view once it is painted. @type {number | null} */
  #wanted = null;
  #wasAtEnd = true;
  #frame = 0;

  start() {
    this.#open();
    queueMicrotask(() => this.#attach());
  }

  async #open() {
    this.#hasFailed.value = false;
    try {
      this.#roomId.value = await chat.homeOf(this.messageId);
    } catch (error) {
      if (!chat.isMissing(error)) {
        this.#hasFailed.value = true;
      } else if (this.isConnected) {
        toast(t("This message does not exist."));
        closePane();
      }
      return;
    }
    if (!this.isConnected) return;
    const roomId = this.#roomId.peek();
    const replies = chat.threadOf(roomId, this.messageId);
    this.onLeave(chat.onFollow(this.messageId, follow => this.#onFollow(follow)));
    this.onLeave(chat.holdThread(roomId, this.messageId, replies));
    this.onLeave(
      chat.onRestart(roomId, () => {
        this.#load();
        this.#follow.value = null;
        this.#askFollow();
      }),
    );
    this.#window.value = replies;
    await Promise.all([this.#load(), this.#askFollow()]);
    this.#startReading();
    this.onLeave(
      effect(() => {
        chat.threadLine(roomId, this.messageId);
        if (!replies.follow()) this.#load();
      }),
    );
    this.onLeave(effect(() => this.#followAddress()));
    this.onLeave(effect(() => this.#followSending()));
    if (!isTouch()) this.#field?.focus({ preventScroll: true });
  }

  async #askFollow() {
    try {
      const follow = await chat.followOf(this.messageId);
      this.#follow.value ??= follow;
    } catch {
      // Without an answer the thread is there, and its bell comes with the next event.
    }
  }

  /** Around the reply that the address names, else the newest. */
  async #load() {
    const target = place.peek().messageId;
    const replies = /** @type {import("../lib/timeline_window.js").TimelineWindow} */ (this.#window.peek());
    await replies.showLatest();
    if (target && target !== this.messageId && !replies.has(target) && replies.hasBefore.peek())
      await replies.showAround(target);
  }

  /** A thread with something to read opens there. */
  #startReading() {
    const follow = this.#follow.peek();
    if (!follow?.is_following || !follow.unread_count) return;
    this.#newAfter.value = follow.read_message_id;
    const first = this.#firstUnread(follow.read_message_id);
    if (!first || place.peek().messageId) return;
    this.#wanted = first.id;
    this.#wasAtEnd = false;
  }

  /** @param {number} readId */
  #firstUnread(readId) {
    const myId = chat.me().id;
    const messages = this.#window.peek()?.messages.peek() ?? [];
    return messages.find(one => one.id > readId && one.author_id !== myId && !one.deleted_at);
  }

  /** @param {import("../core/types.js").ThreadFollow} follow */
  #onFollow(follow) {
    const before = this.#follow.peek();
    this.#follow.value = follow;
    // Marks go forward by themselves, and back only when somebody says so.
    if (!before || !follow.is_following || follow.read_message_id >= before.read_message_id) return;
    this.#isHeld = true;
    this.#marked = follow.read_message_id;
    this.#newAfter.value = follow.read_message_id;
  }

  /** Read is what was visible in a focused tab. @param {HTMLElement} log */
  #markRead(log) {
    const follow = this.#follow.peek();
    const isLooking = document.hasFocus() && document.visibilityState === "visible";
    if (this.#isHeld || this.#wanted || !isLooking || !follow?.is_following) return;
    const last = Number(visibleRows(log).at(-1)?.dataset.id ?? 0);
    if (last <= Math.max(this.#marked, follow.read_message_id) || last === this.messageId) return;
    this.#marked = last;
    if (follow.unread_count) chat.markThreadRead(this.messageId, last);
  }

  /** What arrives while nobody looks is new. */
  #leaveReading() {
    const last = this.#window.peek()?.messages.peek().at(-1);
    const follow = this.#follow.peek();
    if (last && follow && !follow.unread_count) this.#newAfter.value = last.id;
  }

  #followAddress() {
    const { messageId } = place.value;
    const replies = this.#window.peek();
    if (!messageId || !replies?.messages.peek().some(one => one.id === messageId)) return;
    this.#wanted = messageId;
    this.#wasAtEnd = false;
    this.#targetId.value = messageId;
    setTimeout(() => {
      if (this.#targetId.peek() === messageId) this.#targetId.value = null;
    }, flashMs);
  }

  /** What I send is always shown. */
  #followSending() {
    const count = chat.pendingReplies(this.#roomId.value, this.messageId).length;
    if (!count) return;
    this.#isHeld = false;
    queueMicrotask(() => this.#showEnd());
  }

  #attach() {
    const log = this.#log;
    if (!log) return;
    const messageOf = (/** @type {Element} */ row) => this.#messageOf(row);
    this.onLeave(attachRowTools(log, messageOf));
    this.onLeave(attachReactionNames(log, messageOf));
    this.onLeave(attachRowKeys(log, (key, row) => actOnKey(key, messageOf(row), row)));
    this.onLeave(
      attachLongPress(log, (row, target) => {
        const message = messageOf(row);
        if (message) openOnLongPress(message, target);
      }),
    );
    this.listen(window, "focus", () => this.#settle());
    this.listen(window, "blur", () => this.#leaveReading());
    this.listen(document, "visibilitychange", () => this.#settle());
    this.listen(log, "scroll", () => this.#onScroll(), { passive: true });
    this.listen(log, "click", event => pressRow(event, messageOf));
  }

  get #log() {
    return /** @type {HTMLElement | null} */ (this.querySelector(".log"));
  }

  get #field() {
    return /** @type {HTMLTextAreaElement | null} */ (this.querySelector("stet-composer textarea"));
  }

  // --- Painting ---

  #parent = computed(() =>
    this.#roomId.value ? chat.heldMessage(this.#roomId.value, this.messageId) : undefined,
  );

  #rows = computed(() => {
    const myId = chat.me().id;
    const replies = this.#window.value;
    const stored = (replies?.messages.value ?? []).map(message => storedRow(message, myId));
    const known = new Set(stored.map(row => row.clientId));
    const pending = replies?.hasAfter.value
      ? []
      : chat.pendingReplies(this.#roomId.value, this.messageId).filter(row => !known.has(row.clientId));
    return layOut([...stored, ...pending], this.#newAfter.value, myId);
  });

  view() {
    const roomId = this.#roomId.value;
    const room = roomId ? chat.room(roomId) : undefined;
    return html`${threadHead(this.messageId, roomId, this.#follow.value?.is_following ?? null)}
      <div class="log-wrap"><div class="log" role="log" aria-live="off" aria-label=${t("Thread")}><div class="log-list">${this.#content()}</div></div></div>
      <div class="pane-foot">${room && !room.archived_at ? this.#composer(room) : nothing}</div>`;
  }

  #content() {
    const parent = this.#parent.value;
    const replies = this.#window.value;
    if (this.#hasFailed.value) return loadFailed(() => this.#open());
    if (!parent || !replies) return skeletons();
    const rows = this.#rows.value;
    const context = this.#context(parent);
    const { loading, hasBefore, hasFailed } = replies;
    return html`${messageView(storedRow(parent, context.myId), context)}
      ${repliesRule(Math.max(parent.thread?.reply_count ?? 0, 0))}
      ${hasFailed.value ? loadFailed(() => this.#load()) : null}
      ${loading.value === "all" && !rows.length && parent.thread ? skeletons() : null}
      ${hasBefore.value && !loading.value ? html`<button type="button" class="btn btn-sm btn-quiet earlier" @click=${() => replies.loadBefore()}>${t("Show earlier replies")}</button>` : null}
      ${rowViews(rows, context)}`;
  }

  /** @param {import("../core/types.js").Room} room */
  #composer(room) {
    const label = t("Reply…");
    return html`<stet-composer .roomId=${room.id} .parentId=${this.messageId} .label=${label}></stet-composer>`;
  }

  /** @param {Message} parent */
  #context(parent) {
    const myId = chat.me().id;
    const roomId = this.#roomId.value;
    const mine = (this.#window.value?.messages.value ?? []).findLast(
      one => one.author_id === myId && !one.deleted_at,
    );
    return {
      ...rowContext(roomId),
      prefix: "t",
      editingId: editingId.value,
      newestMineId: mine?.id ?? null,
      targetId: this.#targetId.value,
      under: () => null,
      above: (/** @type {Message} */ message) =>
        message.id !== parent.id && message.also_in_room ? alsoNote(chat.roomLabel(roomId)) : null,
    };
  }

  paint() {
    const template = this.view();
    const log = this.#log;
    if (!log || this.#wasAtEnd) {
      render(template, this);
      if (log && log.scrollTop !== 0) log.scrollTop = 0;
    } else {
      holdStill(log, () => render(template, this));
    }
    queueMicrotask(() => this.#afterPaint());
  }

  #afterPaint() {
    const log = this.#log;
    if (!log?.isConnected) return;
    const row = this.#wanted ? this.querySelector(`#t-${this.#wanted}`) : null;
    if (row) {
      this.#wanted = null;
      bringTo(log, row);
    }
    this.#settleSoon();
  }

  #showEnd() {
    this.#wasAtEnd = true;
    const replies = this.#window.peek();
    if (replies?.hasAfter.peek()) replies.showLatest();
    if (this.#log) this.#log.scrollTop = 0;
  }

  #onScroll() {
    const log = /** @type {HTMLElement} */ (this.#log);
    this.#wasAtEnd = isAtEnd(log) && !this.#window.peek()?.hasAfter.peek();
    this.#settleSoon();
  }

  #settleSoon() {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#settle();
    });
  }

  #settle() {
    const log = this.#log;
    const replies = this.#window.peek();
    if (!log?.isConnected || !replies || replies.hasFailed.peek()) return;
    if (!this.#wasAtEnd && roomAbove(log) < loadAheadPx) replies.loadBefore();
    if (isAtEnd(log)) replies.loadAfter();
    this.#markRead(log);
  }

  /** @param {Element} row */
  #messageOf(row) {
    const id = Number(/** @type {HTMLElement} */ (row).dataset.id ?? 0);
    const parent = this.#parent.peek();
    const message =
      id === parent?.id
        ? parent
        : this.#window
            .peek()
            ?.messages.peek()
            .find(other => other.id === id);
    return message && !message.deleted_at ? message : null;
  }
}
