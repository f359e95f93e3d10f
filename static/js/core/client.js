/** Everything in `core/`, put together for one signed-in person in one tab. */
import { createApi, newKey } from "./api.js";
import { createCache } from "./cache.js";
import { createCards } from "./cards.js";
import { openDatabase } from "./database.js";
import { createDrafts } from "./drafts.js";
import { createOutbox } from "./outbox.js";
import { fetchSettledPage } from "./pages.js";
import { createReceipts } from "./receipts.js";
import { userStream } from "./reducer.js";
import { createSocket } from "./socket.js";
import { createStore, systemClock } from "./store.js";
import { createSync } from "./sync.js";
import { createUploads } from "./uploads.js";
import { createWrites } from "./writes.js";

const pokeMs = 500;
const appearMs = 10_000;

/**
 * @param {object} options
 * @param {import("./types.js").Boot} options.boot
 * @param {import("./socket.js").Io} options.io
 * @param {typeof globalThis.fetch} [options.fetch]
 * @param {import("./types.js").Clock} [options.clock]
 * @param {Promise<import("./database.js").Database>} [options.opening]
 */
export async function createClient({ boot, io, fetch, clock = systemClock, opening = openDatabase() }) {
  const database = await opening;
  const userId = boot.user.id;
  const tab = newKey();
  let openRoomId = 0;
  let isCacheMine = !globalThis.navigator?.locks;

  const store = createStore({ userId, sessionId: boot.session_id ?? null, epoch: boot.epoch, clock });
  const api = createApi({ csrfToken: boot.csrf_token, userId, fetch, onSignedOut: () => endSession() });
  const cache = createCache({ database, store, clock, tab, mayWrite: () => isCacheMine });
  const sync = createSync({
    store,
    askSocket: request => socket.sync(request),
    askHttp: api.sync,
    fetchSnapshot: api.snapshot,
    clock,
    openRoomId: () => openRoomId,
    onReset: () => cache.purge(),
  });
  const uploads = createUploads({ userId, database, api, clock });
  const outbox = createOutbox({ userId, database, api, store, clock, uploads, expect: sync.expect });
  const drafts = createDrafts({
    userId,
    database,
    clock,
    store,
    api,
    device: tab,
    expect: sync.expect,
  });
  const writes = createWrites({ api, store, clock, expect: sync.expect });
  const cards = createCards({ store, api, clock });
  const socket = createSocket({
    io,
    device: tab,
    epoch: () => store.state().epoch,
    clock,
    listeners: {
      onHello,
      onEvents: sync.receive,
      onConnection: store.setConnection,
      onTyping: ({ room_id: roomId, user_id: typist }) => store.setTyping(roomId, typist),
      onPresence: store.setPresence,
      onSignedOut: () => endSession(),
    },
  });

  /** Whether anybody has asked for the open rooms, which events keep from then on. */
  let hasOpenRooms = false;
  store.onSnapshot(stream => {
    // What happened to them before the snapshot comes by no event.
    if (hasOpenRooms && stream === userStream(userId)) fetchOpenRooms().catch(() => {});
  });

  /** Fetch every open room into `store.openRooms`. */
  async function fetchOpenRooms() {
    hasOpenRooms = true;
    const { rooms } = await api.openRooms();
    store.setOpenRooms(rooms);
    return rooms;
  }

  const receipts = createReceipts({ store, say: report => socket.sayReceived(report), clock });

  /** Paint from what was saved, then catch up. */
  async function start() {
    await cache.load(boot.epoch);
    store.seed(boot.user, boot.workspace);
    await Promise.all([outbox.start(), drafts.start()]);
    holdCache();
    sync.start();
    socket.start();
  }

  /** The first tab saves for all; the next one takes over when it is closed. */
  function holdCache() {
    globalThis.navigator?.locks?.request(
      "stet-cache",
      () =>
        new Promise(() => {
          isCacheMine = true;
        }),
    );
  }

  /** @param {import("./types.js").Hello} hello */
  function onHello(hello) {
    // Somebody else signed in, in another tab: this page is not theirs.
    if (hello.user_id !== userId) return endSession();
    sync.greet(hello);
    receipts.greet();
    outbox.flush();
  }

  function endSession() {
    store.endSession();
  }
  const stopWatching = store.isSessionEnded.subscribe(isEnded => {
    if (isEnded) leaveSession();
  });

  /** What is unsent stays for the next sign-in; what was read does not. */
  function leaveSession() {
    sync.stop();
    receipts.stop();
    socket.stop();
    cache.purge();
    cache.close();
  }

  /** Sign out and leave nothing in this browser. */
  async function signOut() {
    await api.signOut();
    store.endSession();
    const rows = store.pending.peek().map(row => row.client_id);
    await Promise.all(rows.map(clientId => outbox.discard(clientId)));
    await uploads.clear();
    await database.change("drafts", { clear: true });
    await cache.purge();
  }

  /** The last mark of each room on its way: one that goes back must not be overtaken. @type {Map<number, Promise<unknown>>} */
  const marking = new Map();

  /**
   * @param {number} roomId
   * @param {number} messageId
   */
  function markRead(roomId, messageId) {
    store.moveReadMark(roomId, messageId);
    const answer = api.markRead(roomId, messageId).catch(() => {});
    marking.set(roomId, answer);
    return answer;
  }

  /**
   * Everything from this message on is unread again.
   * @param {number} roomId
   * @param {number} messageId
   */
  async function markUnread(roomId, messageId) {
    await marking.get(roomId);
    await api.markUnread(roomId, messageId);
  }

  /** @returns {Promise<import("./types.js").Marks>} what `restoreMarks` takes back */
  async function markAllRead() {
    await Promise.all(marking.values());
    return api.markAllRead();
  }

  /**
   * Wait until a room that an answer named is among mine.
   * @param {Promise<{room: import("./types.js").Room}>} answer
   * @returns {Promise<import("./types.js").Room>}
   */
  async function arrived(answer) {
    const { room } = await answer;
    const isHere = () => room.id in store.state().rooms;
    if (isHere()) return room;
    const poke = clock.setTimeout(() => sync.request(), pokeMs);
    await new Promise(resolve => {
      const giveUp = clock.setTimeout(() => finish(), appearMs);
      const stop = store.onChange(() => isHere() && finish());
      const finish = () => {
        clock.clearTimeout(giveUp);
        stop();
        resolve(undefined);
      };
    });
    clock.clearTimeout(poke);
    return room;
  }

  return {
    store,
    api,
    outbox,
    drafts,
    uploads,
    /** What the server takes. */
    limits: boot.limits ?? { file_bytes: 100_000_000, files_per_message: 10 },
    cards,
    sync,
    start,
    signOut,
    markRead,
    markUnread,
    markAllRead,

    /** The room in view: it is loaded first, and nothing of it is dropped. @param {number} roomId */
    openRoom(roomId) {
      openRoomId = roomId;
      store.showRoom(roomId);
    },
    /** @param {number} roomId */
    closeRoom(roomId) {
      if (openRoomId === roomId) openRoomId = 0;
      store.hideRoom(roomId);
    },
    /** A page of history, with what happened while it was on its way. @param {number} roomId @param {import("./types.js").PageQuery} query */
    fetchPage: (roomId, query) =>
      fetchSettledPage({ store, roomId, fetch: () => api.messages(roomId, query) }),
    /** The same of the replies to a message. @param {number} roomId @param {number} messageId @param {import("./types.js").PageQuery} query */
    fetchReplies: (roomId, messageId, query) =>
      fetchSettledPage({ store, roomId, fetch: () => api.replies(messageId, query) }),

    send: outbox.send,
    retry: outbox.retry,
    discard: outbox.discard,
    edit: writes.sendEdit,
    remove: writes.sendDelete,
    /** @param {number} messageId @param {string} emoji @param {boolean} isOn */
    react: writes.sendReaction,
    pin: writes.sendPin,
    save: writes.sendSave,
    unsave: writes.sendUnsave,
    sayTyping: socket.sayTyping,
    sayPresence: socket.sayPresence,

    /** Fetch every open room into `store.openRooms`, where events keep it. */
    loadOpenRooms: fetchOpenRooms,
    /** @param {{kind: string, name?: string, topic?: string, member_ids?: number[]}} body */
    createRoom: body => arrived(api.createRoom(body)),
    /** @param {number} roomId */
    joinRoom: roomId => arrived(api.joinRoom(roomId)),

    /** The network is back, or somebody asks: do not wait. */
    wake() {
      socket.connectNow();
      outbox.flush();
    },
    /** The page is being left: store what waits. */
    leave: () => Promise.all([cache.save(), drafts.flush()]),
    close() {
      stopWatching();
      sync.stop();
      receipts.stop();
      socket.stop();
      outbox.close();
      cards.close();
      drafts.close();
      cache.close();
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof createClient>>} Client */
