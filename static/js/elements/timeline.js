/** The timeline of one room: its rows, what floats over them, and what a press or a key on a row does. */
import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { computed, effect, signal, untracked } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { clockTime, untilMidnight } from "../lib/dates.js";
import { StetElement } from "../lib/element.js";
import { t } from "../lib/i18n.js";
import { ReadingMark } from "../lib/reading_mark.js";
import { place, tellWhere } from "../lib/router.js";
import { attachRowKeys } from "../lib/row_keys.js";
import { attachLongPress, attachRowTools } from "../lib/row_tools.js";
import { layOut, storedRow } from "../lib/rows.js";
import { Standing } from "../lib/standing.js";
import { editingId, endRequests, readAllRequests, unreadRequests } from "../lib/ui.js";
import { attachReactionNames } from "../views/reaction_people.js";
import { roomMark } from "../views/room_link.js";
import { rowContext } from "../views/row_context.js";
import { actOnKey, openOnLongPress, pressRow } from "../views/row_press.js";
import { beginning, jumpBar, loadFailed, newPill, rowViews, skeletons } from "../views/timeline.js";

const skeletonAfterMs = 150;

export class StetTimeline extends StetElement {
  roomId = 0;
  #window = /** @type {import("../lib/timeline_window.js").TimelineWindow} */ (/** @type {unknown} */ (null));
  #mark = /** @type {ReadingMark} */ (/** @type {unknown} */ (null));
  #standing = /** @type {Standing} */ (/** @type {unknown} */ (null));
  #isWaiting = signal(false);
  #today = signal(new Date().getDate());

  start() {
    this.#window = chat.timelineOf(this.roomId);
    this.#mark = new ReadingMark(this.roomId, this.#window);
    this.#standing = new Standing(this.roomId, this, this.#window, this.#mark);
    this.onLeave(this.#watchWaiting());
    this.onLeave(this.#watchMidnight());
    tellWhere(() => this.#standing.whereNow());
    this.#standing.open();
    this.onLeave(chat.showRoom(this.roomId, this.#window));
    this.onLeave(effect(() => this.#standing.followStore(chat.lineOf(this.roomId))));
    queueMicrotask(() => this.#attach());
  }

  #attach() {
    const log = /** @type {HTMLElement} */ (this.querySelector(".log"));
    const standing = this.#standing;
    const messageOf = (/** @type {Element} */ row) => this.#messageOf(row);
    const onLongPress = (/** @type {Element} */ row, /** @type {Element} */ target) => {
      const message = messageOf(row);
      if (message) openOnLongPress(message, target);
    };
    this.onLeave(attachRowTools(log, messageOf));
    this.onLeave(attachReactionNames(log, messageOf));
    this.onLeave(attachRowKeys(log, (key, row) => actOnKey(key, messageOf(row), row)));
    this.onLeave(attachLongPress(log, onLongPress));
    this.listen(log, "scroll", () => standing.onScroll(), { passive: true });
    this.listen(log, "click", event => pressRow(event, messageOf));
    this.listen(window, "focus", () => standing.settle());
    this.listen(window, "resize", () => standing.settle());
    this.listen(window, "blur", () => this.#mark.leave());
    this.listen(document, "visibilitychange", () => standing.settle());
    this.#follow(
      () => place.value.visit,
      () => standing.follow(),
    );
    this.#follow(
      () => readAllRequests.value,
      () => this.#mark.readAll(),
    );
    this.#follow(
      () => endRequests.value,
      () => {
        this.#mark.release();
        standing.showEnd();
      },
    );
    this.#follow(
      () => unreadRequests.value,
      () => standing.jumpToUnread(),
    );
    this.onLeave(
      chat.onUnreadMarked(this.roomId, readId => {
        this.#mark.hold(readId);
        standing.settle();
      }),
    );
    this.#follow(
      () => editingId.value,
      id => this.querySelector(`#m-${id}`)?.scrollIntoView({ block: "nearest" }),
    );
    this.#follow(
      () => chat.isOnline(),
      isOnline => isOnline && this.#window.hasFailed.peek() && standing.retry(),
    );
  }

  /**
   * Run `act` on every later change of what `read` reads.
   * @param {() => unknown} read
   * @param {(value: unknown) => void} act
   */
  #follow(read, act) {
    let before = untracked(read);
    const stop = effect(() => {
      const value = read();
      if (value === before) return;
      before = value;
      queueMicrotask(() => act(value));
    });
    this.onLeave(stop);
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
    const { loading, messages, hasBefore, hasFailed } = this.#window;
    const label = t("Messages in {room}", { room: chat.roomTitle(room) });
    const isFirstLoad = loading.value === "all" && !messages.value.length;
    const isAtStart = !hasBefore.value && !isFirstLoad && !hasFailed.value;
    return html`<div class="log-wrap">
      <div class="log" role="log" aria-live="off" aria-label=${label} aria-busy=${isFirstLoad ? "true" : nothing}><div class="log-list">
        ${this.#isWaiting.value && loading.value !== "after" ? skeletons() : null}
        ${hasFailed.value ? loadFailed(() => this.#standing.retry()) : null}
        ${isAtStart && room ? beginning(room, roomMark(room, "i-lg"), chat.roomTitle(room)) : null}
        ${rowViews(this.#rows.value, this.#context())}
      </div></div>
      <div class="floatday" aria-hidden="true" hidden></div>
      ${this.#jumpBar()}${this.#pill()}
    </div>`;
  }

  #jumpBar() {
    const { above, since } = this.#mark.view.value;
    if (!above) return null;
    const onJump = () => this.#standing.jumpToUnread();
    return jumpBar(above, since && clockTime(since), onJump, () => this.#mark.readAll());
  }

  #pill() {
    const { below } = this.#mark.view.value;
    const isAway = this.#window.hasAfter.value || this.#standing.isFar.value || below > 0;
    return isAway && this.#rows.value.length ? newPill(below, () => this.#standing.showEnd()) : null;
  }

  #context() {
    const myId = chat.me().id;
    const isMine = (/** @type {import("../core/types.js").Message} */ message) =>
      message.author_id === myId && !message.deleted_at;
    const edited = editingId.value;
    return {
      ...rowContext(this.roomId),
      // In the thread that stands beside it, a message is edited there.
      editingId: edited && chat.isInOpenThread(this.roomId, edited) ? null : edited,
      newestMineId: this.#window.messages.value.findLast(isMine)?.id ?? null,
      targetId: this.#standing.targetId.value,
      openThreadId: chat.openThreadId(),
    };
  }

  paint() {
    const template = this.view();
    this.#standing.keep(() => {
      render(template, this);
    });
    queueMicrotask(() => this.#standing.afterPaint());
  }

  // --- Rows ---

  /** @param {Element} row */
  #messageOf(row) {
    const id = Number(/** @type {HTMLElement} */ (row).dataset.id ?? 0);
    const message = this.#window.messages.peek().find(other => other.id === id);
    return message && !message.deleted_at ? message : null;
  }

  /** Placeholders show only when waiting takes long enough to be noticed. */
  #watchWaiting() {
    let timer = 0;
    return effect(() => {
      const isLoading = this.#window.loading.value !== "";
      clearTimeout(timer);
      if (!isLoading) this.#isWaiting.value = false;
      else timer = window.setTimeout(() => this.#wait(), skeletonAfterMs);
    });
  }

  #wait() {
    this.#isWaiting.value = true;
  }

  /** "Today" becomes "Yesterday" at midnight. */
  #watchMidnight() {
    const turn = () => {
      this.#today.value = new Date().getDate();
    };
    const timer = setTimeout(turn, untilMidnight() + 1000);
    return () => clearTimeout(timer);
  }
}
