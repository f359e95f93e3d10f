/** What was typed and not sent, per room and thread; survives a reload and follows to other tabs. */
import { signal } from "../../vendor/signals-core/signals-core.module.js";

/** @typedef {import("./types.js").Draft} Draft */

const saveAfterMs = 300;
const channelName = "stet-drafts";

/**
 * @param {object} options
 * @param {number} options.userId
 * @param {import("./database.js").Database} options.database
 * @param {import("./types.js").Clock} options.clock
 * @param {(name: string) => BroadcastChannel} [options.openChannel]
 */
export function createDrafts({ userId, database, clock, openChannel = name => new BroadcastChannel(name) }) {
  /** @type {import("../../vendor/signals-core/signals-core.module.js").Signal<Readonly<Record<string, Draft>>>} */
  const drafts = signal({});
  /** @type {Map<string, any>} */
  const timers = new Map();
  const channel = openChannel(`${channelName}-${userId}`);
  channel.onmessage = ({ data }) => put(data);

  /** Take over what an earlier page left. */
  async function start() {
    /** @type {Draft[]} */
    const stored = await database.all("drafts").catch(() => []);
    const mine = stored.filter(draft => draft.user_id === userId);
    drafts.value = { ...Object.fromEntries(mine.map(draft => [draft.key, draft])), ...drafts.peek() };
  }

  /**
   * @param {number} roomId
   * @param {string} text an empty one removes the draft
   * @param {number | null} [parentId]
   */
  function save(roomId, text, parentId = null) {
    const key = keyOf(userId, roomId, parentId);
    put({ key, user_id: userId, room_id: roomId, parent_id: parentId, text, updated: clock.now() });
    clock.clearTimeout(timers.get(key));
    // An empty field is what sending leaves: a reload must not bring the text back.
    if (text.trim())
      timers.set(
        key,
        clock.setTimeout(() => store(key), saveAfterMs),
      );
    else store(key, true);
  }

  /**
   * @param {string} key
   * @param {boolean} [isEmpty]
   */
  function store(key, isEmpty = false) {
    clock.clearTimeout(timers.get(key));
    timers.delete(key);
    const draft = drafts.peek()[key];
    channel.postMessage(draft ?? { key, text: "" });
    const changes =
      isEmpty || !draft ? { remove: [key] } : { put: /** @type {[string, Draft][]} */ ([[key, draft]]) };
    return database.change("drafts", changes).catch(() => {});
  }

  /** @param {Draft} draft */
  function put(draft) {
    const { [draft.key]: _, ...others } = drafts.peek();
    drafts.value = draft.text.trim() ? { ...others, [draft.key]: draft } : others;
  }

  return {
    start,
    save,
    /** @param {number} roomId @param {number | null} [parentId] @returns {string} */
    textOf: (roomId, parentId = null) => drafts.value[keyOf(userId, roomId, parentId)]?.text ?? "",
    /** Every draft by key. @type {import("./types.js").ReadonlySignal<Readonly<Record<string, Draft>>>} */
    all: drafts,
    /** Store what still waits for its pause: the page is being left. */
    flush: () => Promise.all([...timers.keys()].map(key => store(key))),
    close() {
      for (const timer of timers.values()) clock.clearTimeout(timer);
      channel.close();
    },
  };
}

/** @typedef {ReturnType<typeof createDrafts>} Drafts */

/**
 * @param {number} userId
 * @param {number} roomId
 * @param {number | null} parentId
 */
const keyOf = (userId, roomId, parentId) => `${userId}-${roomId}-${parentId ?? 0}`;
