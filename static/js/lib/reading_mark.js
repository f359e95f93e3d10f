/**
 * How far a room was read. The mark moves over what was visible in a focused tab, and never past messages that were
 * not: who opens a room at its end with unread messages above has not read them.
 */
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "./chat.js";

const everyMs = 1000;

/** @typedef {{above: number, since: string, below: number}} Unread how many unread messages are above and below the window, and since when */

export class ReadingMark {
  /** The "New" line stands behind this message until the person leaves the room; null draws none. */
  newAfter = signal(/** @type {number | null} */ (null));
  view = signal(/** @type {Unread} */ ({ above: 0, since: "", below: 0 }));

  #roomId;
  #window;
  #timer = 0;
  #pending = 0;
  #seen = 0;
  /** The room was made unread: it stays so until the person leaves it or writes. */
  #isHeld = false;
  /** What has been in view while messages above it were still unread: it is not counted as new any more. @type {Set<number>} */
  #met = new Set();

  /**
   * @param {number} roomId
   * @param {import("./timeline_window.js").TimelineWindow} timeline
   */
  constructor(roomId, timeline) {
    this.#roomId = roomId;
    this.#window = timeline;
  }

  /** @returns {number} the message up to which the room was read before, 0 when everything is read */
  start() {
    const room = chat.room(this.#roomId);
    this.#seen = room?.read_message_id ?? 0;
    if (!room?.unread_count) return 0;
    this.newAfter.value = this.#seen;
    return this.#seen;
  }

  /** The tab lost the focus: what arrives from now on is new. */
  leave() {
    if (!this.firstUnread()) this.newAfter.value = null;
    const last = this.#window.messages.peek().at(-1);
    if (this.newAfter.peek() === null && last && !this.#window.hasAfter.peek()) this.newAfter.value = last.id;
  }

  /** What follows a message is unread again. @param {number} readId */
  hold(readId) {
    this.#isHeld = true;
    this.#seen = readId;
    this.#pending = 0;
    this.#met.clear();
    this.newAfter.value = readId;
  }

  /** Whoever writes goes on reading. */
  release() {
    this.#isHeld = false;
  }

  /** Behind which message the "New" line stands in this window; null when its place is above it. */
  lineAfter() {
    const after = this.newAfter.value;
    const first = this.#window.messages.value[0];
    return after === null || (this.#window.hasBefore.value && (first?.id ?? 0) > after) ? null : after;
  }

  /** Whether the window reaches back to what was read. */
  isUnbroken() {
    return !this.#window.hasBefore.peek() || (this.#window.messages.peek()[0]?.id ?? 0) <= this.#seen;
  }

  /** The first message in the window that was not read. */
  firstUnread() {
    return this.#window.messages.peek().find(message => this.#isUnread(message));
  }

  /**
   * Tell which messages can be seen now.
   * @param {number[]} ids in order
   */
  look(ids) {
    const first = ids[0] ?? 0;
    const last = ids.at(-1) ?? 0;
    if (!this.#isHeld && document.hasFocus() && document.visibilityState === "visible" && last > this.#seen) {
      if (this.#reachesFrom(first)) {
        this.#seen = last;
        this.#sendSoon();
      } else {
        this.#meet(first, last);
      }
    }
    this.#count(first, last);
  }

  /** Everything counts as read: Esc, or the button. */
  readAll() {
    const newest = this.#window.hasAfter.peek()
      ? chat.lineOf(this.#roomId)?.messages.at(-1)
      : this.#window.messages.peek().at(-1);
    if (!newest) return;
    this.#isHeld = false;
    this.#seen = Math.max(this.#seen, newest.id);
    this.newAfter.value = null;
    this.view.value = { above: 0, since: "", below: 0 };
    this.#sendSoon();
  }

  /** Whether nothing unread lies between the mark and the first visible message. @param {number} first */
  #reachesFrom(first) {
    const unread = this.firstUnread();
    return this.isUnbroken() && (!unread || unread.id >= first);
  }

  /**
   * @param {number} first
   * @param {number} last
   */
  #meet(first, last) {
    for (const message of this.#window.messages.peek())
      if (message.id >= first && message.id <= last && this.#isUnread(message)) this.#met.add(message.id);
  }

  /**
   * @param {number} first
   * @param {number} last
   */
  #count(first, last) {
    const unread = this.#window.messages.peek().filter(message => this.#isUnread(message));
    const total = chat.room(this.#roomId)?.unread_count ?? 0;
    const isGapAbove =
      this.#window.hasBefore.peek() &&
      (this.#window.messages.peek()[0]?.id ?? 0) > this.#seen &&
      total > unread.length;
    const above = unread.filter(message => message.id < first && !this.#met.has(message.id));
    const below = this.#window.hasAfter.peek()
      ? total - unread.filter(message => message.id < first).length
      : unread.filter(message => message.id > last).length;
    const here = new Set(unread.filter(({ id }) => id >= first).map(({ id }) => id));
    const metAbove = [...this.#met].filter(id => id > this.#seen && !here.has(id)).length;
    const aboveCount = isGapAbove ? Math.max(total - here.size - metAbove, above.length) : above.length;
    const since = isGapAbove ? "" : (above[0]?.created_at ?? "");
    const before = this.view.peek();
    const next = { above: aboveCount, since, below: Math.max(0, below) };
    if (before.above !== next.above || before.below !== next.below || before.since !== next.since)
      this.view.value = next;
  }

  /** @param {import("../core/types.js").Message} message */
  #isUnread(message) {
    return message.id > this.#seen && message.author_id !== chat.me().id && !message.deleted_at;
  }

  /** At once, then at most once a second. */
  #sendSoon() {
    this.#pending = this.#seen;
    if (this.#timer) return;
    this.#send();
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      if (this.#pending) this.#sendSoon();
    }, everyMs);
  }

  #send() {
    const id = this.#pending;
    this.#pending = 0;
    const room = chat.room(this.#roomId);
    if (room?.role && id > room.read_message_id) chat.markRead(this.#roomId, id);
  }
}
