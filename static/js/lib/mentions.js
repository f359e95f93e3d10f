/** What calls me, in all of my rooms: pages of it from the server, kept as events change them. */
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { namesKeyword } from "../core/attention.js";
import { client } from "./client.js";
import { me, preferences } from "./people.js";

const reloadMs = 250;
/** Keywords are looked for after a message is stored. */
const keywordMs = 1500;
/** @type {readonly string[]} */
const none = [];

/** How many messages that call me are unread, those in threads too. */
export const unreadMentions = () =>
  Object.values(client.store.threads.value).reduce(
    (sum, thread) => sum + thread.mention_count,
    client.store.totals.value.mentions,
  );

/** Whether a message of somebody else has a word that I watch for. @param {import("../core/types.js").Message} message */
export const hasKeyword = message => watchedIn(message).length > 0;

/** The words that I watch for, if a message of somebody else has one of them. @param {import("../core/types.js").Message} message */
export function watchedIn({ author_id: authorId, text }) {
  const keywords = preferences().keywords ?? none;
  return authorId !== me().id && namesKeyword(text, keywords) ? keywords : none;
}

export class MentionList {
  /** Null until the first page is there. */
  entries = signal(/** @type {import("../core/types.js").MentionEntry[] | null} */ (null));
  /** The id before which the next page begins; null on the last one. */
  next = signal(/** @type {number | null} */ (null));
  problem = signal(/** @type {unknown} */ (null));
  isLoading = signal(false);
  #timer = 0;

  /** @returns {() => void} the list is not looked at any more */
  start() {
    this.reload();
    const stopMessages = client.store.onMessage(message => this.#onMessage(message));
    const stopConnection = client.store.connection.subscribe(({ state }) => {
      if (state === "online") this.#reloadIn(reloadMs);
    });
    return () => {
      stopMessages();
      stopConnection();
      clearTimeout(this.#timer);
    };
  }

  /** The newest page again; what is older stays. */
  async reload() {
    await this.#load(undefined, ({ mentions, next }) => {
      const oldest = mentions.at(-1)?.message.id ?? 0;
      const held =
        next === null ? [] : (this.entries.peek() ?? []).filter(({ message }) => message.id < oldest);
      this.entries.value = [...mentions, ...held];
      if (!held.length) this.next.value = next;
    });
  }

  async loadMore() {
    const before = this.next.peek();
    if (before === null || this.isLoading.peek()) return;
    await this.#load(before, ({ mentions, next }) => {
      this.entries.value = [...(this.entries.peek() ?? []), ...mentions];
      this.next.value = next;
    });
  }

  /**
   * @param {number | undefined} before
   * @param {(page: {mentions: import("../core/types.js").MentionEntry[], next: number | null}) => void} take
   */
  async #load(before, take) {
    this.isLoading.value = true;
    try {
      take(await client.api.mentions({ before }));
      this.problem.value = null;
    } catch (error) {
      this.problem.value = error;
    } finally {
      this.isLoading.value = false;
    }
  }

  /** What is shown follows at once, what is new is fetched. @param {import("../core/types.js").Message} message */
  #onMessage(message) {
    const held = this.entries.peek()?.find(entry => entry.message.id === message.id);
    const calls = !message.deleted_at && message.mentions.includes(me().id) && message.author_id !== me().id;
    const isWatched = !message.deleted_at && hasKeyword(message);
    if (held) this.#replace(held, calls || isWatched ? message : null);
    else if (calls) this.#reloadIn(reloadMs);
    else if (isWatched) this.#reloadIn(keywordMs);
  }

  /** @param {import("../core/types.js").MentionEntry} held @param {import("../core/types.js").Message | null} message */
  #replace(held, message) {
    const entries = this.entries.peek() ?? [];
    this.entries.value = message
      ? entries.map(entry => (entry === held ? { ...entry, message } : entry))
      : entries.filter(entry => entry !== held);
  }

  /** @param {number} ms */
  #reloadIn(ms) {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.reload(), ms);
  }
}

/** Of rooms that I am in, with what I have read by now. @param {import("../core/types.js").MentionEntry[]} entries */
export function asTheyStand(entries) {
  const rooms = client.store.rooms.value;
  return entries.flatMap(entry => {
    const room = rooms[entry.room.id];
    return room ? [{ ...entry, isUnread: isUnread(entry.message, room) }] : [];
  });
}

/**
 * A reply that only its thread has is read there.
 * @param {import("../core/types.js").Message} message
 * @param {import("../core/types.js").Room} room
 */
function isUnread({ id, parent_id: parentId, also_in_room: isInRoom }, room) {
  if (parentId === null || isInRoom) return id > room.read_message_id;
  const thread = client.store.threads.value[parentId];
  return thread !== undefined && id > thread.read_message_id;
}
