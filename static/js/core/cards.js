/**
 * Messages by their ids, for what refers to them: quotes, links, pins, saved ones. Asked for when somebody looks, kept
 * up to date by the events of their rooms, and gone when I may not see them any more.
 */
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { findMessage, roomIdOf } from "./reducer.js";

/** @typedef {import("./types.js").Message} Message */
/** @typedef {Message | null | undefined} Card null: not for me, or not there; undefined: not known yet */

const mostAtOnce = 100;
const againAfterMs = 5000;

/**
 * @param {object} options
 * @param {import("./store.js").Store} options.store
 * @param {Pick<import("./api.js").Api, "messagesById">} options.api
 * @param {import("./types.js").Clock} options.clock
 */
export function createCards({ store, api, clock }) {
  /** @type {Map<number, import("../../vendor/signals-core/signals-core.module.js").Signal<Card>>} */
  const cards = new Map();
  /** @type {Set<number>} */
  const wanted = new Set();
  /** @type {any} */
  let timer = null;
  let rooms = store.state().rooms;
  const stopListening = [
    store.onMessage(message => keep(message)),
    store.onSnapshot(stream => askAgain(roomIdOf(stream))),
    store.onChange(state => followRooms(state.rooms)),
  ];

  /** What a message says now; reading it asks for it. @param {number} id @returns {Card} */
  function of(id) {
    let card = cards.get(id);
    if (!card) {
      card = signal(/** @type {Card} */ (held(id)));
      cards.set(id, card);
      if (card.peek() === undefined) want(id);
    }
    return card.value;
  }

  /** @param {number} id */
  function held(id) {
    for (const line of Object.values(store.state().timelines)) {
      const found = findMessage(line, id);
      if (found) return found;
    }
    return undefined;
  }

  /** @param {Message} message */
  function keep(message) {
    const card = cards.get(message.id);
    const before = card?.peek();
    if (card && (!before || before.version <= message.version)) card.value = message;
  }

  /** What happened before a room's snapshot comes by no event. @param {number} roomId */
  function askAgain(roomId) {
    if (!roomId) return;
    for (const [id, card] of cards) {
      const known = card.peek();
      if (!known || known.room_id === roomId) want(id);
    }
  }

  /** @param {import("./types.js").State["rooms"]} now */
  function followRooms(now) {
    if (now === rooms) return;
    const before = rooms;
    rooms = now;
    for (const card of cards.values()) {
      const known = card.peek();
      if (known && !(known.room_id in now)) card.value = null;
    }
    if (Object.keys(now).some(id => !(id in before)))
      for (const [id, card] of cards) if (!card.peek()) want(id);
  }

  /** @param {number} id @param {number} [ms] */
  function want(id, ms = 0) {
    wanted.add(id);
    timer ??= clock.setTimeout(ask, ms);
  }

  async function ask() {
    timer = null;
    const ids = [...wanted].slice(0, mostAtOnce);
    for (const id of ids) wanted.delete(id);
    if (wanted.size) timer = clock.setTimeout(ask, 0);
    try {
      const { messages } = await api.messagesById(ids);
      for (const id of ids) take(id, messages.find(message => message.id === id) ?? null);
    } catch {
      for (const id of ids) want(id, againAfterMs);
    }
  }

  /**
   * What an event brought meanwhile is newer than the answer.
   * @param {number} id
   * @param {Message | null} message
   */
  function take(id, message) {
    const card = /** @type {import("../../vendor/signals-core/signals-core.module.js").Signal<Card>} */ (
      cards.get(id)
    );
    if (!message || !(message.room_id in store.state().rooms)) card.value = null;
    else keep(message);
  }

  return {
    of,
    close() {
      clock.clearTimeout(timer);
      for (const stop of stopListening) stop();
    },
  };
}

/** @typedef {ReturnType<typeof createCards>} Cards */
