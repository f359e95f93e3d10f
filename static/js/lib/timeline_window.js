/**
 * The part of a room's history that is in the page: one unbroken run of messages, extended at either end by pages and
 * kept short. While its end is the room's newest message it grows with what is posted.
 */
import { batch, signal } from "../../vendor/signals-core/signals-core.module.js";

export const pageSize = 40;
export const mostRows = 240;

/** @typedef {import("../core/types.js").Message} Message */
/** @typedef {{messages: Message[], has_before: boolean, has_after: boolean}} Page */
/** @typedef {(query: {before?: number, after?: number, around?: number, limit: number}) => Promise<Page>} FetchPage */
/** @typedef {() => {messages: Message[], hasBefore: boolean} | null} ReadNewest what the store holds up to the newest message */

export class TimelineWindow {
  /** Oldest first. @type {import("../../vendor/signals-core/signals-core.module.js").Signal<Message[]>} */
  messages = signal([]);
  hasBefore = signal(false);
  hasAfter = signal(false);
  /** What is being fetched. @type {import("../../vendor/signals-core/signals-core.module.js").Signal<"" | "all" | "before" | "after">} */
  loading = signal("");
  /** Whether the last fetch failed: then the timeline offers another try. */
  hasFailed = signal(false);

  #fetchPage;
  #readNewest;
  /** Grows when the window moves elsewhere, so that late answers are dropped. */
  #generation = 0;

  /**
   * @param {FetchPage} fetchPage
   * @param {ReadNewest} readNewest
   */
  constructor(fetchPage, readNewest) {
    this.#fetchPage = fetchPage;
    this.#readNewest = readNewest;
  }

  /** @param {number} id */
  has(id) {
    return this.messages.peek().some(message => message.id === id);
  }

  /** Stand at the newest messages; those that the store holds need no fetch. */
  async showNewest() {
    const held = this.#readNewest();
    if (held) {
      this.#generation += 1;
      this.#set({
        messages: held.messages.slice(-mostRows),
        has_before: held.hasBefore || held.messages.length > mostRows,
        has_after: false,
      });
      return;
    }
    await this.#load("all", { limit: pageSize }, page => this.#set(page));
  }

  /** Stand around a message. @param {number} id */
  async showAround(id) {
    await this.#load("all", { around: id, limit: pageSize }, page => this.#set(page));
  }

  async loadBefore() {
    const first = this.messages.peek()[0];
    if (!first || !this.hasBefore.peek() || this.loading.peek()) return;
    await this.#load(
      "before",
      { before: first.id, limit: pageSize },
      ({ messages, has_before: hasBefore }) => {
        const all = [...messages.filter(message => message.id < first.id), ...this.messages.peek()];
        this.#set({
          messages: all.slice(0, mostRows),
          has_before: hasBefore,
          has_after: this.hasAfter.peek() || all.length > mostRows,
        });
      },
    );
  }

  async loadAfter() {
    const last = this.messages.peek().at(-1);
    if (!last || !this.hasAfter.peek() || this.loading.peek()) return;
    await this.#load("after", { after: last.id, limit: pageSize }, ({ messages, has_after: hasAfter }) => {
      const all = [...this.messages.peek(), ...messages.filter(message => message.id > last.id)];
      this.#set({
        messages: all.slice(-mostRows),
        has_before: this.hasBefore.peek() || all.length > mostRows,
        has_after: hasAfter,
      });
    });
  }

  /**
   * Take in what was posted, edited, reacted to or deleted.
   * @param {Message} message
   */
  take(message) {
    const all = this.messages.peek();
    const at = all.findIndex(other => other.id >= message.id);
    const found = at >= 0 ? all[at] : undefined;
    if (found?.id === message.id) {
      this.messages.value = all.with(at, message);
    } else if (at < 0 && !this.hasAfter.peek() && !this.loading.peek()) {
      this.messages.value = [...all, message];
    } else if (at > 0) {
      this.messages.value = all.toSpliced(at, 0, message);
    }
  }

  /** Forget the oldest rows when the window has become long; only while the newest are in view. */
  trim() {
    const all = this.messages.peek();
    if (all.length <= mostRows || this.hasAfter.peek()) return;
    this.#set({ messages: all.slice(-mostRows), has_before: true, has_after: false });
  }

  /**
   * @param {"all" | "before" | "after"} what
   * @param {Parameters<FetchPage>[0]} query
   * @param {(page: Page) => void} use
   */
  async #load(what, query, use) {
    this.#generation += 1;
    const generation = this.#generation;
    this.loading.value = what;
    this.hasFailed.value = false;
    try {
      const page = await this.#fetchPage(query);
      if (generation !== this.#generation) return;
      this.loading.value = "";
      use(page);
    } catch {
      if (generation !== this.#generation) return;
      this.loading.value = "";
      this.hasFailed.value = true;
    }
  }

  /** @param {Page} page */
  #set({ messages, has_before: hasBefore, has_after: hasAfter }) {
    batch(() => {
      this.loading.value = "";
      this.messages.value = hasAfter ? messages : this.#withNewest(messages);
      this.hasBefore.value = hasBefore;
      this.hasAfter.value = hasAfter;
    });
  }

  /** Add what was posted while the page was on its way. @param {Message[]} messages */
  #withNewest(messages) {
    const lastId = messages.at(-1)?.id ?? 0;
    const held = this.#readNewest()?.messages ?? [];
    if (!held.length || (held[0]?.id ?? 0) > lastId + 1) return messages;
    return [...messages, ...held.filter(message => message.id > lastId)];
  }
}
