/** Where the timeline stands: at the newest, at a permalink's target, where the person left off; and what follows from it. */
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "./chat.js";
import { dayHeading } from "./dates.js";
import { t } from "./i18n.js";
import { goTo, place, roomPath } from "./router.js";
import { bringTo, holdStill, isAtEnd, roomAbove, roomBelow, visibleRows } from "./scroller.js";
import { toast } from "./toast.js";

const loadAheadPx = 700;
const floatMs = 1200;
const ownScrollMs = 300;
const flashMs = 2600;
/** How many windows away from the end the way back is offered. */
const farShare = 0.8;
/** In place of a message id: the first one that was not read. */
const firstUnread = 0;

export class Standing {
  /** The message that a permalink points to, for as long as it flashes. */
  targetId = signal(/** @type {number | null} */ (null));
  /** Whether the newest message is far away. */
  isFar = signal(false);

  #roomId;
  #host;
  #window;
  #mark;
  /** A row to bring into view once it is painted, by its message or as `firstUnread`. @type {{id: number, share: number} | null} */
  #wanted = null;
  #wasAtEnd = true;
  /** False until the store holds the room. */
  #isOpen = false;
  #floatTimer = 0;
  /** When the page itself scrolled: only a person's scrolling shows the date. */
  #movedAt = 0;
  #frame = 0;

  /**
   * @param {number} roomId
   * @param {HTMLElement} host the element that holds `.log` and `.floatday`
   * @param {import("./timeline_window.js").TimelineWindow} timeline
   * @param {import("./reading_mark.js").ReadingMark} mark
   */
  constructor(roomId, host, timeline, mark) {
    this.#roomId = roomId;
    this.#host = host;
    this.#window = timeline;
    this.#mark = mark;
  }

  get #log() {
    return /** @type {HTMLElement} */ (this.#host.querySelector(".log"));
  }

  /** A room opens where the person left off; a room nobody has read from opens at the newest. */
  open() {
    const { messageId, anchorId } = place.peek();
    const line = chat.lineOf(this.#roomId);
    this.#isOpen = line !== undefined;
    if (!line) return this.#window.showNewest();
    const readId = this.#mark.start();
    if (messageId) return this.#showTarget(messageId);
    if (anchorId) return this.#returnTo(anchorId);
    if (chat.startsAtNewest()) return this.#window.showNewest();
    if (readId && line.hasBefore && (line.messages[0]?.id ?? 0) > readId) {
      this.#want(firstUnread, 0.3);
      return this.#window.showAround(readId);
    }
    this.#window.showNewest();
    if (this.#mark.isUnbroken() && this.#mark.firstUnread()) this.#wanted = { id: firstUnread, share: 0.3 };
  }

  /** The address has changed. */
  follow() {
    const { messageId, anchorId, roomId } = place.peek();
    if (roomId !== this.#roomId) return;
    if (messageId) this.#showTarget(messageId);
    else if (anchorId) this.#returnTo(anchorId);
    else this.showEnd();
  }

  /** The store has changed. @param {import("../core/types.js").Timeline | undefined} line */
  followStore(line) {
    if (!line) return;
    if (!this.#isOpen) this.open();
    else if (!this.#window.follow()) this.#refresh();
    else this.#window.bound(this.#wasAtEnd);
  }

  showEnd() {
    this.#wanted = null;
    if (this.#window.hasAfter.peek()) this.#window.showNewest();
    this.#wasAtEnd = true;
    this.#log.scrollTop = 0;
    this.settle();
  }

  jumpToUnread() {
    this.#want(firstUnread, 0.25);
    if (this.#mark.isUnbroken()) this.afterPaint();
    else this.#window.showAround(Math.max(1, chat.room(this.#roomId)?.read_message_id ?? 0));
  }

  retry() {
    if (this.#wanted || !this.#window.messages.peek().length) this.open();
    else this.#loadMore();
  }

  /** The message at the top of the window, null at the newest. */
  whereNow() {
    if (this.#wasAtEnd || !this.#log) return null;
    return Number(visibleRows(this.#log)[0]?.dataset.id) || null;
  }

  /**
   * Growth at the end shows by itself at the end; anywhere else the row being read stays where it is.
   * @param {() => void} change
   */
  keep(change) {
    const log = this.#log;
    if (!log) return change();
    if (!this.#wasAtEnd || this.#window.hasAfter.peek() || this.#wanted) return holdStill(log, change);
    change();
    if (log.scrollTop !== 0) log.scrollTop = 0;
  }

  afterPaint() {
    if (!this.#host.isConnected) return;
    if (this.#wanted && this.#bringNow(this.#wanted.id, this.#wanted.share)) this.#wanted = null;
    this.#settleSoon();
  }

  onScroll() {
    this.#wasAtEnd = isAtEnd(this.#log) && !this.#window.hasAfter.peek();
    if (performance.now() - this.#movedAt > ownScrollMs) this.#showDay();
    this.#settleSoon();
  }

  /** What follows from where the scroller stands now: more pages, the pill, what counts as read. */
  settle() {
    const log = this.#log;
    if (!log?.isConnected) return;
    this.isFar.value = roomBelow(log) > log.clientHeight * farShare;
    const seen = visibleRows(log).map(row => Number(row.dataset.id ?? 0));
    this.#mark.look(seen.filter(Boolean));
    if (!this.#wanted && !this.#window.hasFailed.peek()) this.#loadMore();
    if (isAtEnd(log)) this.#window.trim();
  }

  #settleSoon() {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.settle();
    });
  }

  /**
   * @param {number} id
   * @param {number} share of the window above the row
   */
  #want(id, share) {
    this.#wanted = { id, share };
    this.#wasAtEnd = false;
  }

  /** A permalink: load around its target, centre it, flash it. @param {number} id */
  #showTarget(id) {
    this.#want(id, 0.5);
    this.targetId.value = null;
    if (!this.#window.has(id)) this.#find(id);
    queueMicrotask(() => {
      this.targetId.value = id;
      setTimeout(() => {
        if (this.targetId.peek() === id) this.targetId.value = null;
      }, flashMs);
    });
  }

  /** @param {number} id */
  async #find(id) {
    await this.#window.showAround(id);
    const isSettled = () => {
      const { roomId, messageId } = place.peek();
      const isAsked = roomId === this.#roomId && messageId === id && this.#host.isConnected;
      return isAsked && !this.#window.loading.peek() && !this.#window.hasFailed.peek();
    };
    if (!isSettled() || this.#window.has(id)) return;
    const parentId = await chat.parentOf(this.#roomId, id);
    if (!isSettled()) return;
    if (parentId !== null) return this.#showThread(parentId);
    toast(t("This message does not exist."));
    goTo(roomPath(this.#roomId), { isReplacing: true });
  }

  /** What is asked for stands in a thread alone: that opens, beside what it replies to. @param {number} parentId */
  #showThread(parentId) {
    this.targetId.value = null;
    this.#want(parentId, 0.5);
    if (this.#window.has(parentId)) this.afterPaint();
    else this.#window.showAround(parentId);
    chat.openThread(parentId);
  }

  /** Back: what was being read is at the top again. @param {number} id */
  #returnTo(id) {
    this.#want(id, 0);
    if (this.#window.has(id)) this.afterPaint();
    else this.#window.showAround(id);
  }

  /**
   * @param {number} id
   * @param {number} share
   * @returns {boolean} whether there is nothing left to wait for
   */
  #bringNow(id, share) {
    const wanted = id === firstUnread ? this.#mark.firstUnread()?.id : id;
    const row = this.#host.querySelector(`#m-${wanted}`);
    if (!row) return !this.#window.loading.peek() && !this.#window.hasFailed.peek();
    this.#movedAt = performance.now();
    bringTo(this.#log, row, share);
    return true;
  }

  /** The store starts anew from a snapshot: older pages may have missed edits, so they are fetched again. */
  #refresh() {
    const isAtNewest = this.#wasAtEnd && !this.#window.hasAfter.peek();
    const seen = isAtNewest ? 0 : Number(visibleRows(this.#log)[0]?.dataset.id ?? 0);
    if (seen) this.#window.showAround(seen);
    else this.#window.showNewest();
  }

  #loadMore() {
    const log = this.#log;
    if (roomAbove(log) < loadAheadPx && this.#window.hasBefore.peek()) this.#window.loadBefore();
    else if (roomBelow(log) < loadAheadPx) this.#window.loadAfter();
  }

  /** The date of what is being read floats at the top while scrolling through history. */
  #showDay() {
    const float = /** @type {HTMLElement} */ (this.#host.querySelector(".floatday"));
    const at = visibleRows(this.#log)[0]?.querySelector("time")?.dateTime;
    float.hidden = isAtEnd(this.#log) || !at || this.#mark.view.peek().above > 0;
    if (at) float.textContent = dayHeading(at);
    clearTimeout(this.#floatTimer);
    this.#floatTimer = window.setTimeout(() => {
      float.hidden = true;
    }, floatMs);
  }
}
