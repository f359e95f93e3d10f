/** Everything that is unread, room by room, in place of a room. */
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { html } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { StetElement } from "../lib/element.js";
import { t, tn } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { emptyList } from "../views/list_states.js";
import { skeletons } from "../views/timeline.js";

export class StetUnreadList extends StetElement {
  /** In the order in which they were found: nothing jumps while it is being read. */
  #order = signal(/** @type {number[]} */ ([]));

  view() {
    return html`<div class="list-page" tabindex="0"><div class="list-in">${this.#content()}</div></div>`;
  }

  #content() {
    if (chat.isStarting()) return skeletons();
    const unread = chat.unreadRooms();
    const ids = new Set(unread.map(room => room.id));
    const kept = this.#order.peek().filter(id => ids.has(id));
    const order = [
      ...kept,
      ...chat
        .roomsByUnread()
        .map(room => room.id)
        .filter(id => ids.has(id) && !kept.includes(id)),
    ];
    this.#order.value = order;
    const { count } = chat.unreadThreads();
    const threads = count
      ? html`<a class="thread-notice" href="/threads">${icon("messages-square")}<span>${tn("{n} thread has new replies", "{n} threads have new replies", count)}</span>${icon("chevron-right", "i-sm")}</a>`
      : null;
    if (!order.length && !threads)
      return emptyList(
        "inbox",
        t("Everything is read"),
        t("New messages of all your rooms will stand here."),
      );
    return html`${threads}${repeat(
      order,
      id => id,
      id => html`<stet-unread-room .roomId=${id}></stet-unread-room>`,
    )}`;
  }
}
