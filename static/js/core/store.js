/** The state as signals: what a view reads, it is painted for again. Only changed parts wake their readers. */
import { batch, computed, signal } from "../../vendor/signals-core/signals-core.module.js";
import * as reducer from "./reducer.js";

/** @typedef {import("./types.js").State} State */
/** @typedef {import("./types.js").StreamEvent} StreamEvent */
/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Timeline} Timeline */
/** @typedef {import("./types.js").Room} Room */
/** @template T @typedef {import("../../vendor/signals-core/signals-core.module.js").Signal<T>} Signal */
/** @template T @typedef {import("./types.js").ReadonlySignal<T>} ReadonlySignal */

/** How many messages a room keeps that is not open, or the newest ones of one that is. */
export const mostMessages = 300;
/** How many a room in view may gather before it is cut to those, and to what is in view. */
const mostGathered = 1200;
const typingMs = 5000;

/**
 * @param {object} options
 * @param {number} options.userId
 * @param {number | null} [options.sessionId]
 * @param {string | null} [options.epoch]
 * @param {import("./types.js").Clock} [options.clock]
 */
export function createStore({ userId, sessionId = null, epoch = null, clock = systemClock }) {
  let state = reducer.emptyState(userId, sessionId, epoch);
  const parts = {
    isSessionEnded: signal(false),
    workspace: signal(state.workspace),
    preferences: signal(state.preferences),
    emoji: signal(state.emoji),
    threads: signal(state.threads),
    drafts: signal(state.drafts),
    scheduled: signal(state.scheduled),
    reminders: signal(state.reminders),
    pollVotes: signal(state.pollVotes),
    users: signal(state.users),
    saved: signal(state.saved),
    rooms: signal(state.rooms),
    openRooms: signal(state.openRooms),
  };
  /** @type {Map<number, Signal<Timeline | null>>} */
  const timelines = new Map();
  /** @type {Map<number, Signal<State["members"][number]>>} */
  const members = new Map();
  /** @type {Map<number, Signal<State["pins"][number]>>} */
  const pins = new Map();
  /** @type {Map<number, Signal<Room | undefined>>} */
  const rooms = new Map();
  /** @type {Signal<readonly import("./types.js").OutboxRow[]>} */
  const pending = signal([]);
  /** @type {Map<number, ReadonlySignal<readonly import("./types.js").OutboxRow[]>>} */
  const pendingByRoom = new Map();
  /** @type {Signal<import("./types.js").Connection>} */
  const connection = signal({ state: "connecting", since: clock.now() });
  /** @type {Signal<Readonly<Record<number, import("./types.js").Presence>>>} */
  const presence = signal({});
  const typing = createTyping(clock);
  /** How many parts of the page show each room. @type {Map<number, number>} */
  const shownRooms = new Map();
  /** Who looks at which messages of a room. @type {Map<number, Set<() => Iterable<number>>>} */
  const onlookers = new Map();
  const heard = { events: listeners(), messages: listeners(), snapshots: listeners(), changes: listeners() };

  /** @param {State} next */
  function become(next) {
    if (next === state) return;
    const before = state;
    state = next;
    batch(() => {
      parts.isSessionEnded.value = next.isSessionEnded;
      parts.workspace.value = next.workspace;
      parts.preferences.value = next.preferences;
      parts.emoji.value = next.emoji;
      parts.threads.value = next.threads;
      parts.drafts.value = next.drafts;
      parts.scheduled.value = next.scheduled;
      parts.reminders.value = next.reminders;
      parts.pollVotes.value = next.pollVotes;
      parts.users.value = next.users;
      parts.saved.value = next.saved;
      parts.rooms.value = next.rooms;
      parts.openRooms.value = next.openRooms;
      if (next.rooms !== before.rooms) for (const [id, part] of rooms) part.value = next.rooms[id];
      if (next.members !== before.members)
        for (const [id, part] of members) part.value = next.members[id] ?? nobody;
      if (next.pins !== before.pins) for (const [id, part] of pins) part.value = next.pins[id] ?? nothing;
      if (next.timelines !== before.timelines)
        for (const [id, part] of timelines) part.value = next.timelines[id] ?? null;
    });
    heard.changes.tell(next);
  }

  /**
   * @param {string} stream
   * @param {StreamEvent} event
   */
  function apply(stream, event) {
    const roomId = reducer.roomIdOf(stream);
    batch(() => {
      become(trimmed(reducer.apply(state, stream, event), roomId));
      if (event.type === "message_posted" && event.actor_id) typing.stop(roomId, event.actor_id);
      heard.events.tell(stream, event);
      if (event.message_id !== null)
        tellMessage(roomId, event.message_id, event.type === "message_posted", event);
    });
  }

  /**
   * @param {number} roomId
   * @param {number} id
   * @param {boolean} isPosted
   * @param {StreamEvent | null} event
   */
  function tellMessage(roomId, id, isPosted, event = null) {
    const carried = event?.data && "message" in event.data ? event.data.message : undefined;
    const message = reducer.findMessage(state.timelines[roomId], id) ?? carried;
    if (message) heard.messages.tell(message, isPosted);
  }

  /**
   * @param {State} next
   * @param {number} roomId
   */
  const trimmed = (next, roomId) =>
    shownRooms.has(roomId) ? bounded(next, roomId) : reducer.trimRoom(next, roomId, mostMessages);

  /**
   * A page that is open for days must not hold everything that was ever in view.
   * @param {State} next
   * @param {number} roomId
   */
  function bounded(next, roomId) {
    const line = next.timelines[roomId];
    if (!line || line.messages.length + Object.keys(line.fetched).length <= mostGathered) return next;
    const inView = [...(onlookers.get(roomId) ?? [])].flatMap(ids => [...ids()]);
    return reducer.trimShownRoom(next, roomId, mostMessages, new Set(inView));
  }

  return {
    userId,
    /** Everything as plain values, for the cache and the sync. */
    state: () => state,

    // --- What views read ---
    me: computed(() => /** @type {import("./types.js").User | undefined} */ (parts.users.value[userId])),
    workspace: /** @type {ReadonlySignal<State["workspace"]>} */ (parts.workspace),
    /** Threads with something to read, by what is replied to. */
    threads: /** @type {ReadonlySignal<State["threads"]>} */ (parts.threads),
    /** How I want the page. */
    preferences: /** @type {ReadonlySignal<State["preferences"]>} */ (parts.preferences),
    emoji: /** @type {ReadonlySignal<State["emoji"]>} */ (parts.emoji),
    /** What I typed and have not sent, as the server keeps it. */
    drafts: /** @type {ReadonlySignal<State["drafts"]>} */ (parts.drafts),
    /** What I wrote to be posted later. */
    scheduled: /** @type {ReadonlySignal<State["scheduled"]>} */ (parts.scheduled),
    /** What I want to be reminded of, what is due and not done included. */
    reminders: /** @type {ReadonlySignal<State["reminders"]>} */ (parts.reminders),
    /** What I chose in anonymous polls, by message. */
    pollVotes: /** @type {ReadonlySignal<State["pollVotes"]>} */ (parts.pollVotes),
    users: /** @type {ReadonlySignal<State["users"]>} */ (parts.users),
    /** What I saved and am not done with, by message. */
    saved: /** @type {ReadonlySignal<State["saved"]>} */ (parts.saved),
    /** My rooms by id. */
    rooms: /** @type {ReadonlySignal<State["rooms"]>} */ (parts.rooms),
    /** Every open room by id, mine as they stand; null until `setOpenRooms`. */
    openRooms: computed(() => withMine(parts.openRooms.value, parts.rooms.value)),
    isSessionEnded: /** @type {ReadonlySignal<boolean>} */ (parts.isSessionEnded),
    totals: computed(() => {
      const all = Object.values(parts.rooms.value);
      // What is unread in a muted room does not count; who is called there is called.
      const heard = all.filter(room => !room.is_muted);
      return {
        unread: sum(heard, room => room.unread_count),
        mentions: sum(all, room => room.mention_count),
      };
    }),
    connection: /** @type {ReadonlySignal<import("./types.js").Connection>} */ (connection),
    presence: /** @type {ReadonlySignal<Readonly<Record<number, import("./types.js").Presence>>>} */ (
      presence
    ),
    /** Every message on its way, in the order of sending. */
    pending: /** @type {ReadonlySignal<readonly import("./types.js").OutboxRow[]>} */ (pending),
    /** @param {number} roomId @returns {ReadonlySignal<Room | undefined>} */
    room: roomId => made(rooms, roomId, () => signal(state.rooms[roomId])),
    /** By user id. @param {number} roomId @returns {ReadonlySignal<State["members"][number]>} */
    members: roomId => made(members, roomId, () => signal(state.members[roomId] ?? nobody)),
    /** By message id. @param {number} roomId @returns {ReadonlySignal<State["pins"][number]>} */
    pins: roomId => made(pins, roomId, () => signal(state.pins[roomId] ?? nothing)),
    /** The newest messages; null until the room is loaded. @param {number} roomId @returns {ReadonlySignal<Timeline | null>} */
    timeline: roomId => made(timelines, roomId, () => signal(state.timelines[roomId] ?? null)),
    /** The room's messages on their way. @param {number} roomId */
    pendingIn: roomId =>
      made(pendingByRoom, roomId, () => {
        /** @type {readonly import("./types.js").OutboxRow[]} */
        let last = [];
        return computed(() => {
          const rows = pending.value.filter(row => row.room_id === roomId);
          const isSame = rows.length === last.length && rows.every((row, index) => row === last[index]);
          last = isSame ? last : rows;
          return last;
        });
      }),
    /** Who types, without me. @param {number} roomId */
    typing: roomId => typing.in(roomId),

    // --- Who wants to hear of each change ---
    /** Every applied event. @param {(stream: string, event: StreamEvent) => void} listener */
    onEvent: listener => heard.events.add(listener),
    /** Every message as it stands after an event or answer about it. @param {(message: Message, isPosted: boolean) => void} listener */
    onMessage: listener => heard.messages.add(listener),
    /** A stream that starts anew. @param {(stream: string) => void} listener */
    onSnapshot: listener => heard.snapshots.add(listener),
    /** @param {(state: State) => void} listener */
    onChange: listener => heard.changes.add(listener),

    // --- What changes it ---
    apply,
    /** @param {import("./types.js").Snapshot} snapshot */
    applySnapshot(snapshot) {
      batch(() => {
        become(reducer.applySnapshot(state, snapshot));
        heard.snapshots.tell(snapshot.stream);
      });
    },
    /** @param {string} stream */
    purge: stream => become(reducer.purge(state, stream)),
    /** Another history: start from nothing. @param {string} newEpoch */
    reset: newEpoch =>
      become({
        ...reducer.emptyState(userId, state.sessionId, newEpoch),
        isSessionEnded: state.isSessionEnded,
      }),
    /** Start from what was saved. @param {State} saved */
    restore: saved =>
      become({
        ...reducer.emptyState(userId),
        ...saved,
        userId,
        sessionId: state.sessionId,
        isSessionEnded: state.isSessionEnded,
        openRooms: null,
      }),
    /** @param {number | null} id */
    setSession: id => become({ ...state, sessionId: id }),
    endSession: () => become({ ...state, isSessionEnded: true }),
    /** @param {string} newEpoch */
    setEpoch: newEpoch => become({ ...state, epoch: newEpoch }),
    /** Before the first snapshot there is only what the page came with. @param {import("./types.js").User} user @param {import("./types.js").Workspace} workspace */
    seed: (user, workspace) => become({ ...state, workspace, users: { ...state.users, [user.id]: user } }),

    /** @param {Message} message from an answer */
    acceptMessage(message) {
      batch(() => {
        become(reducer.acceptMessage(state, message));
        tellMessage(message.room_id, message.id, false);
      });
    },
    /** @param {number} messageId @param {string} emoji @param {boolean} isOn */
    paintReaction(messageId, emoji, isOn) {
      batch(() => {
        become(reducer.paintReaction(state, messageId, emoji, isOn));
        for (const id of Object.keys(state.timelines)) tellMessage(Number(id), messageId, false);
      });
    },
    /** @param {number} roomId @param {readonly Message[]} messages */
    keepFetched: (roomId, messages) => become(reducer.keepFetched(state, roomId, messages)),
    /**
     * What somebody looks at is not dropped while its room is in view.
     * @param {number} roomId
     * @param {() => Iterable<number>} ids
     * @returns {() => void} they look away
     */
    lookAt(roomId, ids) {
      const all = made(onlookers, roomId, () => new Set());
      all.add(ids);
      return () => void all.delete(ids);
    },
    /** @param {number} roomId @param {number} messageId */
    moveReadMark: (roomId, messageId) => become(reducer.moveReadMark(state, roomId, messageId)),
    /** @param {number} roomId @returns {boolean} false: the messages held do not reach back to the read mark */
    countHeld(roomId) {
      const next = reducer.countHeld(state, roomId);
      if (next) become(next);
      return next !== null;
    },
    /** @param {number} roomId @param {number} unread @param {number} mentions */
    setCounts: (roomId, unread, mentions) => become(reducer.setCounts(state, roomId, unread, mentions)),
    /** @param {readonly Room[]} all */
    setOpenRooms: all =>
      become({ ...state, openRooms: Object.fromEntries(all.map(room => [room.id, room])) }),
    /** The room is in view: nothing of it that somebody looks at is dropped. @param {number} roomId */
    showRoom: roomId => void shownRooms.set(roomId, (shownRooms.get(roomId) ?? 0) + 1),
    /** @param {number} roomId */
    hideRoom(roomId) {
      const left = (shownRooms.get(roomId) ?? 0) - 1;
      if (left > 0) shownRooms.set(roomId, left);
      else shownRooms.delete(roomId);
      become(trimmed(state, roomId));
    },

    /** @param {readonly import("./types.js").OutboxRow[]} rows */
    setPending(rows) {
      pending.value = rows;
    },
    /** @param {import("./types.js").ConnectionState} next */
    setConnection(next) {
      if (connection.peek().state !== next) connection.value = { state: next, since: clock.now() };
    },
    /** @param {Record<number, import("./types.js").Presence>} users @param {boolean} [isWhole] everybody else is offline */
    setPresence(users, isWhole = false) {
      presence.value = isWhole ? users : { ...presence.peek(), ...users };
    },
    /** @param {number} roomId @param {number} typist */
    setTyping(roomId, typist) {
      if (typist !== userId) typing.start(roomId, typist);
    },
  };
}

/** @typedef {ReturnType<typeof createStore>} Store */

/** @type {import("./types.js").Clock} */
export const systemClock = {
  now: () => Date.now(),
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: timer => clearTimeout(timer),
};

/**
 * @param {State["openRooms"]} openRooms
 * @param {State["rooms"]} mine
 * @returns {State["openRooms"]}
 */
const withMine = (openRooms, mine) =>
  openRooms &&
  Object.fromEntries(Object.entries(openRooms).map(([id, room]) => [id, mine[Number(id)] ?? room]));

/** @type {State["members"][number]} */
const nobody = {};

/** @type {State["pins"][number]} */
const nothing = {};

/** @param {import("./types.js").Clock} clock */
function createTyping(clock) {
  /** @type {Map<number, Signal<readonly number[]>>} */
  const rooms = new Map();
  /** @type {Map<string, any>} */
  const timers = new Map();
  const none = /** @type {readonly number[]} */ ([]);
  const inRoom = (/** @type {number} */ roomId) => made(rooms, roomId, () => signal(none));

  /** @param {number} roomId @param {number} userId */
  function start(roomId, userId) {
    const key = `${roomId} ${userId}`;
    const room = inRoom(roomId);
    clock.clearTimeout(timers.get(key));
    timers.set(
      key,
      clock.setTimeout(() => stop(roomId, userId), typingMs),
    );
    if (!room.peek().includes(userId)) room.value = [...room.peek(), userId];
  }

  /** @param {number} roomId @param {number} userId */
  function stop(roomId, userId) {
    const key = `${roomId} ${userId}`;
    clock.clearTimeout(timers.get(key));
    timers.delete(key);
    const room = rooms.get(roomId);
    if (room?.peek().includes(userId)) room.value = room.peek().filter(id => id !== userId);
  }

  return {
    in: (/** @type {number} */ roomId) => /** @type {ReadonlySignal<readonly number[]>} */ (inRoom(roomId)),
    start,
    stop,
  };
}

/** Listeners, each called by itself: one that throws keeps nothing from the others. */
function listeners() {
  /** @type {Set<(...values: any[]) => void>} */
  const all = new Set();
  return {
    /** @param {(...values: any[]) => void} listener @returns {() => void} */
    add(listener) {
      all.add(listener);
      return () => void all.delete(listener);
    },
    /** @param {...unknown} values */
    tell(...values) {
      for (const listener of [...all]) {
        try {
          listener(...values);
        } catch (error) {
          globalThis.reportError ? globalThis.reportError(error) : console.error(error);
        }
      }
    },
  };
}

/**
 * @template K, V
 * @param {Map<K, V>} map
 * @param {K} key
 * @param {() => V} make
 */
function made(map, key, make) {
  const held = map.get(key);
  if (held !== undefined) return held;
  const value = make();
  map.set(key, value);
  return value;
}

/**
 * @template T
 * @param {T[]} list
 * @param {(item: T) => number} count
 */
const sum = (list, count) => list.reduce((total, item) => total + count(item), 0);
