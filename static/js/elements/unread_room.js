/** What is unread in one room, with the way to mark it read. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { StetElement } from "../lib/element.js";
import { t, tn } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { roomPath } from "../lib/router.js";
import { attachRowKeys } from "../lib/row_keys.js";
import { attachLongPress, attachRowTools } from "../lib/row_tools.js";
import { layOut, storedRow } from "../lib/rows.js";
import { editingId } from "../lib/ui.js";
import { listFailed } from "../views/list_states.js";
import { roomMark } from "../views/room_link.js";
import { rowContext } from "../views/row_context.js";
import { actOnKey, openOnLongPress, pressRow } from "../views/row_press.js";
import { rowViews, skeletons } from "../views/timeline.js";

/** @typedef {import("../core/types.js").Message} Message */

const mostShown = 20;

export class StetUnreadRoom extends StetElement {
  roomId = 0;
  #fetched = signal(/** @type {readonly Message[] | null} */ (null));
  #hasFailed = signal(false);

  start() {
    this.onLeave(chat.holdMessages(this.roomId, () => (this.#fetched.peek() ?? []).map(({ id }) => id)));
    this.#load();
    queueMicrotask(() => this.#attach());
  }

  async #load() {
    this.#hasFailed.value = false;
    try {
      const after = chat.room(this.roomId)?.read_message_id ?? 0;
      this.#fetched.value = (await chat.timelinePage(this.roomId, { after, limit: mostShown })).messages;
    } catch {
      this.#hasFailed.value = true;
    }
  }

  #attach() {
    const log = this.querySelector(".unread-rows");
    if (!(log instanceof HTMLElement)) return;
    const messageOf = (/** @type {Element} */ row) => this.#messageOf(row);
    this.onLeave(attachRowTools(log, messageOf));
    this.onLeave(attachRowKeys(log, (key, row) => actOnKey(key, messageOf(row), row)));
    this.onLeave(
      attachLongPress(log, (row, target) => {
        const message = messageOf(row);
        if (message) openOnLongPress(message, target);
      }),
    );
    this.listen(log, "click", event => pressRow(event, messageOf));
  }

  /** @param {Element} row */
  #messageOf(row) {
    const id = Number(/** @type {HTMLElement} */ (row).dataset.id ?? 0);
    const message = this.#messages().find(one => one.id === id);
    return message && !message.deleted_at ? message : null;
  }

  /** What was fetched and what has come since, as the store has it. @returns {Message[]} */
  #messages() {
    const readId = chat.room(this.roomId)?.read_message_id ?? 0;
    const held = (this.#fetched.value ?? []).map(one => chat.heldMessage(this.roomId, one.id) ?? one);
    const last = held.at(-1)?.id ?? readId;
    const line = chat.lineOf(this.roomId);
    const later = (line?.messages ?? []).filter(one => one.id > last);
    const all = held.length < mostShown ? [...held, ...later] : held;
    return all.filter(one => one.id > readId && !one.deleted_at).slice(0, mostShown);
  }

  view() {
    const room = chat.room(this.roomId);
    if (!room) return nothing;
    return html`<section class="unread-room" aria-label=${chat.roomLabel(room.id)}>
      <header class="card-head"><a class="card-room" href=${roomPath(room.id)}>${roomMark(room)}<span class="truncate">${chat.roomTitle(room)}</span></a>
        <span class="badge ${room.mention_count ? "" : "badge-quiet"}">${room.unread_count}</span><span class="grow"></span>
        <button type="button" class="btn btn-sm" @click=${() => chat.markRoomRead(room.id)}>${icon("check", "i-xs")}<span>${t("Mark read")}</span></button></header>
      <div class="unread-rows">${this.#rows(room)}</div>
    </section>`;
  }

  /** @param {import("../core/types.js").Room} room */
  #rows(room) {
    if (this.#hasFailed.value) return listFailed(() => this.#load());
    if (!this.#fetched.value) return skeletons();
    const context = { ...rowContext(room.id), prefix: "u", editingId: editingId.value };
    const messages = this.#messages();
    const rows = layOut(
      messages.map(one => storedRow(one, context.myId)),
      null,
      context.myId,
    );
    const others = messages.filter(one => one.author_id !== context.myId).length;
    const more = room.unread_count - others;
    return html`${rowViews(rows, context)}
      ${more > 0 ? html`<a class="btn btn-sm btn-quiet earlier" href=${roomPath(room.id)}>${tn("Show {n} more in the room", "Show {n} more in the room", more)}</a>` : null}`;
  }
}
