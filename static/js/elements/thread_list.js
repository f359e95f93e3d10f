/** The threads that I follow, in place of a room: what is unread first, each with its latest replies. */
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { html } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { StetElement } from "../lib/element.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { emptyList, listFailed } from "../views/list_states.js";
import { skeletons } from "../views/timeline.js";

/** @typedef {import("../core/types.js").FollowedThread} FollowedThread */

const gatherMs = 600;

export class StetThreadList extends StetElement {
  #threads = signal(/** @type {FollowedThread[] | null} */ (null));
  #next = signal(/** @type {number | null} */ (null));
  #hasFailed = signal(false);
  #isLoading = false;

  start() {
    this.#load();
    let timer = 0;
    this.onLeave(
      chat.onThreadsChanged(id => {
        if (this.#threads.peek()?.some(one => one.message.id === id)) return;
        clearTimeout(timer);
        timer = window.setTimeout(() => this.#load(), gatherMs);
      }),
    );
    this.onLeave(() => clearTimeout(timer));
  }

  async #load() {
    this.#hasFailed.value = false;
    try {
      const [unread, all] = await Promise.all([
        chat.followedThreads({ filter: "unread" }),
        chat.followedThreads({}),
      ]);
      const first = unread.threads;
      const known = new Set(first.map(one => one.message.id));
      this.#threads.value = [...first, ...all.threads.filter(one => !known.has(one.message.id))];
      this.#next.value = all.next;
    } catch {
      this.#hasFailed.value = true;
    }
  }

  #loadMore = async () => {
    const before = this.#next.peek();
    if (before === null || this.#isLoading) return;
    this.#isLoading = true;
    try {
      const { threads, next } = await chat.followedThreads({ before });
      const held = this.#threads.peek() ?? [];
      const known = new Set(held.map(one => one.message.id));
      this.#threads.value = [...held, ...threads.filter(one => !known.has(one.message.id))];
      this.#next.value = next;
    } catch {
      this.#hasFailed.value = true;
    } finally {
      this.#isLoading = false;
    }
  };

  view() {
    return html`<div class="list-page" tabindex="0"><div class="list-in">${this.#content()}</div></div>`;
  }

  #content() {
    const threads = this.#threads.value?.filter(one => chat.room(one.message.room_id));
    if (this.#hasFailed.value) return listFailed(() => this.#load());
    if (!threads) return skeletons();
    if (!threads.length)
      return emptyList(
        "messages-square",
        t("No threads yet"),
        t("Threads that you begin, reply in, are named in or follow stand here."),
      );
    const more =
      this.#next.value === null
        ? null
        : html`<button type="button" class="btn more" @click=${this.#loadMore}>${icon("arrow-down", "i-sm")}<span>${t("Show earlier threads")}</span></button>`;
    return html`${repeat(
      threads,
      one => one.message.id,
      one => html`<stet-thread-card .thread=${one}></stet-thread-card>`,
    )}${more}`;
  }
}
