/** The timeline of one room: its window of history, the scroller, and what a press on a row does. */
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { computed, effect, signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { clockTime, dayHeading, untilMidnight } from "../lib/dates.js";
import { StetElement } from "../lib/element.js";
import { t } from "../lib/i18n.js";
import { ReadingMark } from "../lib/reading_mark.js";
import { place, tellWhere } from "../lib/router.js";
import { attachRowKeys } from "../lib/row_keys.js";
import { attachLongPress, attachRowTools } from "../lib/row_tools.js";
import { layOut, storedRow } from "../lib/rows.js";
import { bringTo, holdStill, isAtEnd, roomAbove, roomBelow, visibleRows } from "../lib/scroller.js";
import { editingId, endRequests, readAllRequests } from "../lib/ui.js";
import { openMessageSheet } from "../views/message_actions.js";
import { roomMark } from "../views/room_link.js";
import { pressRow } from "../views/row_press.js";
import { beginning, jumpBar, loadFailed, newPill, rowViews, skeletons } from "../views/timeline.js";

const skeletonAfterMs = 150;
const loadAheadPx = 700;
const floatMs = 1200;
const ownScrollMs = 300;
const flashMs = 2600;
/** How many windows away from the end the way back is offered. */
const farShare = 0.8;
/** In place of a message id: the first one that was not read. */
const firstUnread = 0;

export class StetTimeline extends StetElement {
  roomId = 0;
  #window = /** @type {import("../lib/timeline_window.js").TimelineWindow} */ (/** @type {unknown} */ (null));
  #mark = /** @type {ReadingMark} */ (/** @type {unknown} */ (null));
  #targetId = signal(/** @type {number | null} */ (null));
  #isWaiting = signal(false);
  #isFar = signal(false);
  #today = signal(new Date().getDate());
  /** A row to bring into view once it is painted, by its message or as `firstUnread`. @type {{id: number, share: number} | null} */
  #wanted = null;
  #wasAtEnd = true;
  /** False until the store holds the room. */
  #isOpen = false;
  #floatTimer = 0;
  /** When the page itself scrolled: only a person's scrolling shows the date. */
  #movedAt = 0;
  #frame = 0;

  start() {
    this.#window = chat.timelineOf(this.roomId);
    this.#mark = new ReadingMark(this.roomId, this.#window);
    this.onLeave(this.#watchWaiting());
    this.onLeave(this.#watchMidnight());
    this.listen(window, "focus", () => this.#settle());
    this.listen(window, "blur", () => this.#mark.leave());
    this.listen(document, "visibilitychange", () => this.#settle());
    this.listen(window, "resize", () => this.#settle());
    tellWhere(() => this.#whereNow());
    this.#open();
    this.onLeave(chat.showRoom(this.roomId));
    this.onLeave(effect(() => this.#followStore(chat.lineOf(this.roomId))));
    queueMicrotask(() => this.#attach());
  }

  get #log() {
    return /** @type {HTMLElement} */ (this.querySelector(".log"));
  }

  #attach() {
    const log = this.#log;
    const messageOf = (/** @type {Element} */ row) => this.#messageOf(row);
    this.onLeave(attachRowTools(log, messageOf));
    this.onLeave(attachRowKeys(log, (key, row) => this.#onRowKey(key, row)));
    this.onLeave(
      attachLongPress(log, row => {
        const message = messageOf(row);
        if (message) openMessageSheet(message);
      }),
    );
    this.listen(log, "scroll", () => this.#onScroll(), { passive: true });
    this.listen(log, "click", event => pressRow(event, messageOf));
    this.onLeave(
      this.#follow(
        () => place.value.visit,
        () => this.#goToTarget(),
      ),
    );
    this.onLeave(
      this.#follow(
        () => readAllRequests.value,
        () => this.#mark.readAll(),
      ),
    );
    this.onLeave(
      this.#follow(
        () => endRequests.value,
        () => this.#showEnd(),
      ),
    );
    this.onLeave(
      this.#follow(
        () => editingId.value,
        id => id && this.#bring(Number(id)),
      ),
    );
  }

  /**
   * Run `act` on every later change of what `read` reads.
   * @param {() => unknown} read
   * @param {(value: unknown) => void} act
   */
  #follow(read, act) {
    let isFirst = true;
    return effect(() => {
      const value = read();
      if (!isFirst) queueMicrotask(() => act(value));
      isFirst = false;
    });
  }

  // --- Painting ---

  #rows = computed(() => {
    this.#today.value;
    const myId = chat.me().id;
    const stored = this.#window.messages.value.map(message => storedRow(message, myId));
    const known = new Set(stored.map(row => row.clientId));
    const pending = this.#window.hasAfter.value
      ? []
      : chat.pendingRows(this.roomId).filter(row => !known.has(row.clientId));
    return layOut([...stored, ...pending], this.#mark.lineAfter(), myId);
  });

  view() {
    const room = chat.room(this.roomId);
    const win = this.#window;
    const label = t("Messages in {room}", { room: chat.roomTitle(room) });
    const isFirstLoad = win.loading.value === "all" && !win.messages.value.length;
    const atStart = !win.hasBefore.value && !isFirstLoad && !win.hasFailed.value;
    return html`<div class="log-wrap">
      <div class="log" role="log" aria-live="off" aria-label=${label} aria-busy=${isFirstLoad ? "true" : nothing}><div class="log-list">
        ${this.#isWaiting.value && win.loading.value !== "after" ? skeletons() : null}
        ${win.hasFailed.value ? loadFailed(() => this.#retryLoading()) : null}
        ${atStart && room ? beginning(room, roomMark(room, "i-lg"), chat.roomTitle(room)) : null}
        ${rowViews(this.#rows.value, this.#context())}
      </div></div>
      <div class="floatday" aria-hidden="true" hidden></div>
      ${this.#overlays()}
    </div>`;
  }

  #overlays() {
    const { above, since, below } = this.#mark.view.value;
    const isAway = this.#window.hasAfter.value || this.#isFar.value || below > 0;
    return html`${
      above
        ? jumpBar(
            above,
            since && clockTime(since),
            () => this.#jumpToUnread(),
            () => this.#mark.readAll(),
          )
        : null
    }
      ${isAway && this.#rows.value.length ? newPill(below, () => this.#showEnd()) : null}`;
  }

  #context() {
    const myId = chat.me().id;
    const newestMine = this.#window.messages.value.findLast(
      message => message.author_id === myId && !message.deleted_at,
    );
    return {
      myId,
      userOf: chat.userOf,
      pendingBody: chat.pendingBody,
      editingId: editingId.value,
      newestMineId: newestMine?.id ?? null,
      targetId: this.#targetId.value,
    };
  }

  /** Growth at the end shows by itself at the end; anywhere else the row being read stays where it is. */
  paint() {
    const log = this.#log;
    const template = this.view();
    if (!log) {
      render(template, this);
    } else if (this.#wasAtEnd && !this.#window.hasAfter.peek() && !this.#wanted) {
      render(template, this);
      if (log.scrollTop !== 0) log.scrollTop = 0;
    } else {
      holdStill(log, () => render(template, this));
    }
    queueMicrotask(() => this.#afterPaint());
  }

  #afterPaint() {
    if (!this.isConnected) return;
    if (this.#wanted && this.#bringNow(this.#wanted.id, this.#wanted.share)) this.#wanted = null;
    this.#settleSoon();
  }

  // --- Where to stand ---

  #open() {
    const { messageId, anchorId } = place.peek();
    const line = chat.lineOf(this.roomId);
    this.#isOpen = line !== undefined;
    if (!line) return this.#window.showNewest();
    const readId = this.#mark.start();
    if (messageId) {
      this.#showTarget(messageId);
    } else if (anchorId) {
      this.#returnTo(anchorId);
    } else if (readId && line.hasBefore && (line.messages[0]?.id ?? 0) > readId) {
      this.#wanted = { id: firstUnread, share: 0.3 };
      this.#wasAtEnd = false;
      this.#window.showAround(readId);
    } else {
      this.#window.showNewest();
      if (this.#mark.isUnbroken() && this.#mark.firstUnread()) this.#wanted = { id: firstUnread, share: 0.3 };
    }
  }

  /** A permalink: load around its target, centre it, flash it. */
  #goToTarget() {
    const { messageId, anchorId, roomId } = place.peek();
    if (roomId !== this.roomId) return;
    if (messageId) this.#showTarget(messageId);
    else if (anchorId) this.#returnTo(anchorId);
    else this.#showEnd();
  }

  /** Back: what was being read is at the top again. @param {number} id */
  #returnTo(id) {
    this.#wanted = { id, share: 0 };
    this.#wasAtEnd = false;
    if (this.#window.has(id)) this.#afterPaint();
    else this.#window.showAround(id);
  }

  #whereNow() {
    if (this.#wasAtEnd || !this.#log) return null;
    return Number(visibleRows(this.#log)[0]?.dataset.id) || null;
  }

  /** @param {number} id */
  #showTarget(id) {
    this.#wanted = { id, share: 0.5 };
    this.#wasAtEnd = false;
    this.#targetId.value = null;
    if (!this.#window.has(id)) this.#window.showAround(id);
    queueMicrotask(() => {
      this.#targetId.value = id;
      setTimeout(() => {
        if (this.#targetId.peek() === id) this.#targetId.value = null;
      }, flashMs);
    });
  }

  #showEnd() {
    this.#wanted = null;
    if (this.#window.hasAfter.peek()) this.#window.showNewest();
    this.#wasAtEnd = true;
    this.#log.scrollTop = 0;
    this.#settle();
  }

  #jumpToUnread() {
    this.#wasAtEnd = false;
    if (this.#mark.isUnbroken()) {
      this.#bringNow(firstUnread, 0.25);
    } else {
      this.#wanted = { id: firstUnread, share: 0.25 };
      this.#window.showAround(Math.max(1, chat.room(this.roomId)?.read_message_id ?? 0));
    }
  }

  /** @param {number} id */
  #bring(id) {
    this.querySelector(`#m-${id}`)?.scrollIntoView({ block: "nearest" });
  }

  /**
   * @param {number} id
   * @param {number} share
   */
  #bringNow(id, share) {
    const wanted = id === firstUnread ? this.#mark.firstUnread()?.id : id;
    const row = this.querySelector(`#m-${wanted}`);
    if (!row) return !this.#window.loading.peek();
    this.#movedAt = performance.now();
    bringTo(this.#log, row, share);
    return true;
  }

  /** @param {import("../core/types.js").Timeline | undefined} line */
  #followStore(line) {
    if (!line) return;
    if (!this.#isOpen) this.#open();
    else if (!this.#window.follow()) this.#refresh();
  }

  /** The store starts anew from a snapshot: older pages may have missed edits, so they are fetched again. */
  #refresh() {
    if (!this.#window.hasAfter.peek() && (this.#wasAtEnd || !this.#window.messages.peek().length))
      return this.#window.showNewest();
    const seen = visibleRows(this.#log)[0]?.dataset.id;
    return seen ? this.#window.showAround(Number(seen)) : this.#window.showNewest();
  }

  #retryLoading() {
    if (this.#window.messages.peek().length) this.#loadMore();
    else this.#open();
  }

  // --- Scrolling ---

  #onScroll() {
    this.#wasAtEnd = isAtEnd(this.#log) && !this.#window.hasAfter.peek();
    if (performance.now() - this.#movedAt > ownScrollMs) this.#showDay();
    this.#settleSoon();
  }

  #settleSoon() {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#settle();
    });
  }

  /** What follows from where the scroller stands now: more pages, the pill, what counts as read. */
  #settle() {
    const log = this.#log;
    if (!log?.isConnected) return;
    this.#isFar.value = roomBelow(log) > log.clientHeight * farShare;
    this.#mark.look(
      visibleRows(log)
        .map(row => Number(row.dataset.id ?? 0))
        .filter(Boolean),
    );
    if (!this.#wanted && !this.#window.hasFailed.peek()) this.#loadMore();
    if (isAtEnd(log)) this.#window.trim();
  }

  #loadMore() {
    const log = this.#log;
    if (roomAbove(log) < loadAheadPx && this.#window.hasBefore.peek()) this.#window.loadBefore();
    else if (roomBelow(log) < loadAheadPx) this.#window.loadAfter();
  }

  /** The date of what is being read floats at the top while scrolling through history. */
  #showDay() {
    const float = /** @type {HTMLElement} */ (this.querySelector(".floatday"));
    const at = visibleRows(this.#log)[0]?.querySelector("time")?.dateTime;
    float.hidden = isAtEnd(this.#log) || !at || this.#mark.view.peek().above > 0;
    if (at) float.textContent = dayHeading(at);
    clearTimeout(this.#floatTimer);
    this.#floatTimer = window.setTimeout(() => {
      float.hidden = true;
    }, floatMs);
  }

  // --- Rows ---

  /** @param {Element} row */
  #messageOf(row) {
    const id = Number(/** @type {HTMLElement} */ (row).dataset.id ?? 0);
    const message = this.#window.messages.peek().find(other => other.id === id);
    return message && !message.deleted_at ? message : null;
  }

  /**
   * @param {"edit" | "delete"} key
   * @param {HTMLElement} row
   */
  #onRowKey(key, row) {
    const message = this.#messageOf(row);
    if (!message || message.author_id !== chat.me().id || !chat.canWrite(this.roomId)) return;
    if (key === "delete") chat.askToDelete(message);
    else editingId.value = message.id;
  }

  /** Placeholders show only when waiting takes long enough to be noticed. */
  #watchWaiting() {
    let timer = 0;
    return effect(() => {
      const isLoading = this.#window.loading.value !== "";
      clearTimeout(timer);
      if (!isLoading) this.#isWaiting.value = false;
      else
        timer = window.setTimeout(() => {
          this.#isWaiting.value = true;
        }, skeletonAfterMs);
    });
  }

  /** "Today" becomes "Yesterday" at midnight. */
  #watchMidnight() {
    const timer = setTimeout(() => {
      this.#today.value = new Date().getDate();
    }, untilMidnight() + 1000);
    return () => clearTimeout(timer);
  }
}
