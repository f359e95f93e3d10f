/**
 * The state, saved with its positions, so that a reload paints at once and catches up from there. One tab saves; what
 * it writes belongs together.
 */
import { positionsOf, roomStream, userStream } from "./reducer.js";

/** @typedef {import("./types.js").State} State */

/** Another layout of what is saved makes the old unreadable: it is dropped, and everything comes anew. */
const layout = 12;
const everyMs = 2000;
const mostMessages = 50;
const coreKey = "core";

/**
 * @param {object} options
 * @param {import("./database.js").Database} options.database
 * @param {import("./store.js").Store} options.store
 * @param {import("./types.js").Clock} options.clock
 * @param {string} options.tab who writes: two tabs must not mix their states
 * @param {() => boolean} [options.mayWrite] one tab is enough
 */
export function createCache({ database, store, clock, tab, mayWrite = () => true }) {
  /** What this tab has saved last. @type {State | null} */
  let saved = null;
  let isClosed = false;
  /** @type {any} */
  let timer = null;
  /** @type {Promise<void>} */
  let writing = Promise.resolve();
  const stopListening = store.onChange(() => {
    timer ??= clock.setTimeout(save, everyMs);
  });

  /** @param {string} epoch the server's: what was saved of another history is dropped @returns {Promise<boolean>} */
  async function load(epoch) {
    const parts = await database.all("cache").catch(() => []);
    const core = parts.find(part => part.key === coreKey);
    if (!core || core.layout !== layout || core.userId !== store.userId || core.epoch !== epoch) {
      if (parts.length) await purge();
      return false;
    }
    store.restore(joined(core, parts));
    return true;
  }

  /** Save what changed, at once. */
  function save() {
    clock.clearTimeout(timer);
    timer = null;
    writing = writing.then(write).catch(() => {});
    return writing;
  }

  async function write() {
    const state = store.state();
    if (isClosed || !mayWrite() || state === saved || !positionsOf(state)[userStream(state.userId)]) return;
    const held = await database.get("cache", coreKey);
    // Positions in one part speak for the others: after another tab wrote, everything is written.
    const before = held?.tab === tab ? saved : null;
    const ids = Object.keys(state.rooms).map(Number);
    const changed = ids.filter(id => !before || isRoomChanged(before, state, id));
    const gone = before ? Object.keys(before.rooms).filter(id => !(id in state.rooms)) : [];
    await database.change("cache", {
      clear: !before,
      remove: gone,
      put: [
        [coreKey, coreOf(state, tab)],
        ...changed.map(id => /** @type {[string, any]} */ ([String(id), roomPart(state, id)])),
      ],
    });
    saved = state;
  }

  async function purge() {
    saved = null;
    await database.change("cache", { clear: true }).catch(() => {});
  }

  return {
    load,
    save,
    purge,
    close() {
      isClosed = true;
      clock.clearTimeout(timer);
      stopListening();
    },
  };
}

/** @typedef {ReturnType<typeof createCache>} Cache */

/**
 * What a page needs to start without the server, of whoever was here last. There is no CSRF token: it is asked for
 * before the first write.
 * @param {import("./database.js").Database} database
 * @returns {Promise<import("./types.js").Boot | null>}
 */
export async function savedBoot(database) {
  const core = await database.get("cache", coreKey).catch(() => null);
  const user = core?.layout === layout && core.users[core.userId];
  if (!user) return null;
  return {
    user,
    csrf_token: "",
    workspace: core.workspace,
    epoch: core.epoch,
    language: user.language,
  };
}

/**
 * @param {State} state
 * @param {string} tab
 */
const coreOf = (
  {
    epoch,
    userId,
    workspace,
    preferences,
    drafts,
    scheduled,
    reminders,
    pollVotes,
    users,
    emoji,
    threads,
    saved,
    streams,
  },
  tab,
) => ({
  key: coreKey,
  layout,
  tab,
  epoch,
  userId,
  workspace,
  preferences,
  drafts,
  scheduled,
  reminders,
  pollVotes,
  users,
  emoji,
  threads,
  saved,
  mark: streams[userStream(userId)],
});

/**
 * @param {State} state
 * @param {number} id
 */
function roomPart(state, id) {
  const line = state.timelines[id];
  const messages = line?.messages.slice(-mostMessages) ?? [];
  return {
    key: id,
    room: state.rooms[id],
    members: state.members[id],
    pins: state.pins[id],
    timeline: line && {
      messages,
      hasBefore: line.hasBefore || messages.length < line.messages.length,
      fetched: {},
    },
    mark: state.streams[roomStream(id)],
    isRecount: id in state.recounts,
  };
}

/**
 * @param {State} before
 * @param {State} state
 * @param {number} id
 */
const isRoomChanged = (before, state, id) =>
  before.rooms[id] !== state.rooms[id] ||
  before.members[id] !== state.members[id] ||
  before.pins[id] !== state.pins[id] ||
  before.timelines[id] !== state.timelines[id] ||
  before.streams[roomStream(id)] !== state.streams[roomStream(id)] ||
  before.recounts[id] !== state.recounts[id];

/**
 * @param {ReturnType<typeof coreOf>} core
 * @param {any[]} parts
 * @returns {State}
 */
function joined(
  {
    epoch,
    userId,
    workspace,
    preferences,
    drafts,
    scheduled,
    reminders,
    pollVotes,
    users,
    emoji,
    threads,
    saved,
    mark,
  },
  parts,
) {
  const rooms = parts.filter(part => part.key !== coreKey && part.room);
  const live = rooms.filter(part => part.mark && part.timeline);
  /** @param {any[]} list @param {(part: any) => unknown} value */
  const byRoom = (list, value) => Object.fromEntries(list.map(part => [part.key, value(part)]));
  return {
    epoch,
    userId,
    sessionId: null,
    isSessionEnded: false,
    workspace,
    preferences,
    drafts,
    scheduled,
    reminders,
    pollVotes,
    users,
    emoji,
    threads,
    saved,
    rooms: byRoom(rooms, part => part.room),
    members: byRoom(live, part => part.members ?? {}),
    pins: byRoom(live, part => part.pins ?? {}),
    timelines: byRoom(live, part => part.timeline),
    openRooms: null,
    streams: {
      ...(mark && { [userStream(userId)]: mark }),
      ...Object.fromEntries(live.map(part => [roomStream(part.key), part.mark])),
    },
    recounts: byRoom(
      rooms.filter(part => part.isRecount),
      () => true,
    ),
  };
}
