/** The client as a whole: store, connection, outbox and drafts, made once when the page starts. */
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { io } from "../../vendor/socket.io-client/socket.io.esm.min.js";
import { createApi, newKey } from "../core/api.js";
import { createCache } from "../core/cache.js";
import { openDatabase } from "../core/database.js";
import { createDrafts } from "../core/drafts.js";
import { createOutbox } from "../core/outbox.js";
import { userStream } from "../core/reducer.js";
import { createSocket } from "../core/socket.js";
import { createStore, systemClock } from "../core/store.js";
import { createSync } from "../core/sync.js";
import { createWrites } from "../core/writes.js";
import { watchConnection } from "./connection.js";
import { place } from "./router.js";

/** @typedef {Awaited<ReturnType<typeof make>>} Client */

/** @type {Client} */
export let client;

/** @param {import("../core/types.js").Boot} boot what the server put into the page */
export async function start(boot) {
  client = await make(boot);
  const { store, cache, drafts, outbox, socket, sync } = client;
  await Promise.all([cache.load(boot.epoch), drafts.start()]);
  store.seed(boot.user, boot.workspace);
  watchLoading(store);
  watchConnection();
  sync.start();
  socket.start();
  await outbox.start();
  addEventListener("pagehide", () => {
    drafts.flush();
    cache.save();
  });
  addEventListener("online", () => socket.connectNow());
}

/** @param {import("../core/types.js").Boot} boot */
async function make(boot) {
  const clock = systemClock;
  const store = createStore({ userId: boot.user.id, sessionId: boot.session_id ?? null, epoch: boot.epoch, clock });
  const api = createApi({ csrfToken: boot.csrf_token, onSignedOut: store.endSession });
  const database = await openDatabase();
  const sync = createSync({
    store,
    clock,
    askSocket: request => socket.sync(request),
    askHttp: api.sync,
    fetchSnapshot: api.snapshot,
    openRoomId: () => place.peek().roomId ?? 0,
  });
  const socket = createSocket({
    io: /** @type {any} */ (io),
    clock,
    device: newKey(),
    epoch: () => store.state().epoch,
    listeners: {
      onHello(hello) {
        sync.greet(hello);
        outbox.flush();
      },
      onEvents: sync.receive,
      onConnection: store.setConnection,
      onTyping: ({ room_id: roomId, user_id: userId }) => store.setTyping(roomId, userId),
      onPresence: store.setPresence,
      onSignedOut: store.endSession,
    },
  });
  const outbox = createOutbox({ userId: boot.user.id, database, api, store, clock, expect: sync.expect });
  const drafts = createDrafts({ userId: boot.user.id, database, clock });
  const cache = createCache({ database, store, clock, tab: newKey() });
  const writes = createWrites({ api, store, clock, expect: sync.expect });
  return { store, api, sync, socket, outbox, drafts, cache, writes };
}

export const connectNow = () => client.socket.connectNow();

/** @param {"active" | "away"} state */
export const sayPresence = state => client.socket.sayPresence(state);

/** @param {number} roomId */
export const sayTyping = roomId => client.socket.sayTyping(roomId);

export async function signOut() {
  try {
    await client.cache.purge();
    await client.api.signOut();
  } finally {
    location.assign("/sign-in");
  }
}

/** Whether my own affairs (rooms, people) have been loaded. */
export const isLoaded = signal(false);

/** @param {import("../core/store.js").Store} store */
function watchLoading(store) {
  const look = () => {
    if (!(userStream(store.userId) in store.state().streams)) return;
    isLoaded.value = true;
    stop();
  };
  const stop = store.onChange(look);
  look();
}

const roomPatienceMs = 8000;

/** A room that I have just joined is in the store as soon as its event is. @param {number} roomId @returns {Promise<void>} */
export function awaitRoom(roomId) {
  if (client.store.state().rooms[roomId]) return Promise.resolve();
  client.sync.request();
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(done, roomPatienceMs);
    const stop = client.store.onChange(state => {
      if (state.rooms[roomId]) done();
    });
  });
}
