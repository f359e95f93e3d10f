/**
 * The part of a room's history that is in the page: one unbroken run of messages, extended at either end by pages and
 * kept short. While its end is the room's newest message it grows with what is posted.
 */
import { batch, signal } from "../../vendor/signals-core/signals-core.module.js";
import { findMessage } from "../core/reducer.js";

export const pageSize = 40;
export const mostRows = 240;
/** How many rows may gather until the next time that the page is painted. */
const mostWaiting = 360;

/** @typedef {import("../core/types.js").Message} Message */
/**
 * The part of what the store holds of a room that belongs into the window: its timeline, or one thread.
 * @typedef {import("../core/types.js").Timeline & {heldFrom: number}} Line `heldFrom`: the room is held from here on
 */
/** @typedef {import("../core/types.js").MessagePage} Page */
/** @typedef {import("../core/types.js").PageQuery} PageQuery */

export class TimelineWindow {
  /** Oldest first. @type {import("../../vendor/signals-core/signals-core.module.js").Signal<readonly Message[]>} */
  messages = signal([]);
  hasBefore = signal(false);
  hasAfter = signal(false);
  /** What is being fetched. @type {import("../../vendor/signals-core/signals-core.module.js").Signal<"" | "all" | "before" | "after">} */
  loading = signal("");
  /** Whether the last fetch failed: then the timeline offers another try. */
  hasFailed = signal(false);

  #fetchPage;
  #readLine;
  /** Grows when the window moves elsewhere, so that late answers are dropped. */
  #generation = 0;
  /** The store does not hold this room yet: its newest messages are shown as soon as it does. */
  #awaitsNewest = false;

  /**
   * @param {(query: PageQuery) => Promise<Page>} fetchPage brings a page into the store and returns it
   * @param {() => Line | undefined} readLine what the store holds of the room
   */
  constructor(fetchPage, readLine) {
    this.#fetchPage = fetchPage;
    this.#readLine = readLine;
  }

  /** @param {number} id */
  has(id) {
    return this.messages.peek().some(message => message.id === id);
  }

  /** Stand at the newest messages, which the store holds. */
  showNewest() {
    this.#generation += 1;
    const line = this.#readLine();
    this.#awaitsNewest = !line;
    if (!line) this.loading.value = "all";
    else if (!line.messages.length && line.hasBefore)
      this.#fetchNewest(); // what is held is all elsewhere
    else this.#set({ messages: [...line.messages], has_before: line.hasBefore, has_after: false }, -mostRows);
  }

  /** Stand at the newest messages; unless the store holds all of them, they are fetched. */
  async showLatest() {
    const line = this.#readLine();
    if (line && !line.hasBefore) this.showNewest();
    else await this.#fetchNewest();
  }

  #fetchNewest() {
    this.#awaitsNewest = false;
    return this.#load("all", { limit: pageSize }, page => this.#set(page));
  }

  /** Stand around a message. @param {number} id */
  async showAround(id) {
    this.#awaitsNewest = false;
    await this.#load("all", { around: id, limit: pageSize }, page => this.#set(page));
  }

  async loadBefore() {
    const first = this.messages.peek()[0];
    if (!first || !this.hasBefore.peek() || this.loading.peek()) return;
    await this.#load("before", { before: first.id, limit: pageSize }, page => {
      const older = page.messages.filter(message => message.id < first.id);
      const messages = [...older, ...this.messages.peek()];
      this.#set({ messages, has_before: page.has_before, has_after: this.hasAfter.peek() }, mostRows);
    });
  }

  async loadAfter() {
    const last = this.messages.peek().at(-1);
    if (!last || !this.hasAfter.peek() || this.loading.peek()) return;
    await this.#load("after", { after: last.id, limit: pageSize }, page => {
      const newer = page.messages.filter(message => message.id > last.id);
      const messages = [...this.messages.peek(), ...newer];
      this.#set({ messages, has_before: this.hasBefore.peek(), has_after: page.has_after }, -mostRows);
    });
  }

  /**
   * Follow the store: newer versions of what is shown and, at the end, what was posted.
   * @returns {boolean} whether the window still fits; false when the store started the room anew
   */
  follow() {
    const line = this.#readLine();
    if (!line) return true;
    if (this.#awaitsNewest) {
      this.showNewest();
      return true;
    }
    const shown = this.messages.peek();
    const known = shown.map(message => findMessage(line, message.id));
    if (!known.every(message => message !== undefined)) return false;
    const next = this.hasAfter.peek() || this.loading.peek() === "all" ? known : withNewest(known, line);
    if (!next) return false;
    const isSame = next.length === shown.length && next.every((message, i) => message === shown[i]);
    if (!isSame) this.messages.value = next;
    return true;
  }

  /** Forget the oldest rows when the window has become long; only while the newest are in view. */
  trim() {
    const messages = this.messages.peek();
    if (messages.length <= mostRows || this.hasAfter.peek()) return;
    this.#set({ messages: [...messages], has_before: this.hasBefore.peek(), has_after: false }, -mostRows);
  }

  /**
   * Stay short whatever arrives, also while nobody looks and nothing is painted: at the end the oldest rows go, anywhere
   * else the newest, which come back as they are scrolled to.
   * @param {boolean} isAtEnd
   */
  bound(isAtEnd) {
    const messages = this.messages.peek();
    if (messages.length <= mostWaiting) return;
    const hasAfter = this.hasAfter.peek() || !isAtEnd;
    const keep = isAtEnd ? -mostRows : mostRows;
    this.#set({ messages: [...messages], has_before: this.hasBefore.peek(), has_after: hasAfter }, keep);
  }

  /**
   * @param {"all" | "before" | "after"} what
   * @param {PageQuery} query
   * @param {(page: Page) => void} use
   */
  async #load(what, query, use) {
    this.#generation += 1;
    const generation = this.#generation;
    this.loading.value = what;
    this.hasFailed.value = false;
    try {
      const page = await this.#fetchPage(query);
      if (generation === this.#generation) use(page);
    } catch {
      if (generation === this.#generation) this.hasFailed.value = true;
    } finally {
      if (generation === this.#generation) this.loading.value = "";
    }
  }

  /**
   * @param {Page} page
   * @param {number} [keep] how many rows to keep: the first ones, or with a minus the last ones
   */
  #set({ messages, has_before: hasBefore, has_after: hasAfter }, keep = messages.length) {
    const line = this.#readLine();
    const all = hasAfter || !line ? messages : (withNewest(messages, line) ?? messages);
    const isCut = all.length > Math.abs(keep);
    batch(() => {
      this.loading.value = "";
      this.messages.value = keep < 0 ? all.slice(keep) : all.slice(0, keep);
      this.hasBefore.value = hasBefore || (isCut && keep < 0);
      this.hasAfter.value = hasAfter || (isCut && keep > 0);
    });
  }
}

/**
 * Put together what was fetched and what the store holds up to the newest; null when there is a hole between the two.
 * The store decides where they overlap: an answer may have brought a later message before an earlier one.
 * @param {readonly Message[]} messages
 * @param {Line} line
 */
function withNewest(messages, { messages: held, heldFrom, hasBefore, fetched }) {
  const first = messages[0]?.id ?? 0;
  const last = messages.at(-1)?.id ?? 0;
  // What was fetched since the store began to hold the room reaches up to it, even if only threads went on since.
  if (messages.length && hasBefore && heldFrom > last && !fetched[last]) return null;
  return [...messages.filter(({ id }) => id < heldFrom), ...held.filter(({ id }) => id >= first)];
}
