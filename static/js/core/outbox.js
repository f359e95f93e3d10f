/**
 * Messages on their way. A row is stored before it is painted, and leaves only when the server has stored the message
 * or somebody discards it. Rooms are independent; inside a room the first in is the first out, but for messages whose
 * files are still being uploaded: the others do not wait for them. One tab sends at a time.
 */
import { ApiError, newKey } from "./api.js";
import { roomIdOf } from "./reducer.js";

/** @typedef {import("./types.js").OutboxRow} OutboxRow */
/**
 * What a message has besides its text.
 * @typedef {object} Sending
 * @property {number | null} [parentId] what it replies to
 * @property {boolean} [isAlsoInRoom] of a reply: it stands in the room's timeline too
 * @property {readonly import("./types.js").FileMeta[]} [files]
 * @property {number | null} [quotedId] the message that it quotes or forwards: then there may be no text
 */
/** @typedef {"stored" | "failed" | "later" | "stop"} Outcome "later": try the same row again; "stop": leave the room for now */

export const retryDelaysMs = [1000, 2000, 4000, 8000, 16_000];
const longestWaitMs = 60_000;
const channelName = "stet-outbox";

/**
 * @typedef {object} Locks the part of `navigator.locks` that is used
 * @property {(name: string, run: () => Promise<void>) => Promise<unknown>} request
 */

/**
 * @param {object} options
 * @param {number} options.userId
 * @param {import("./database.js").Database} options.database
 * @param {Pick<import("./api.js").Api, "postMessage">} options.api
 * @param {import("./store.js").Store} options.store
 * @param {import("./types.js").Clock} options.clock
 * @param {Pick<import("./uploads.js").Uploads, "finish" | "forget" | "cancel">} [options.uploads]
 * @param {(stream: string, position: number) => void} [options.expect] where a stored message stands
 * @param {Locks} [options.locks]
 * @param {(name: string) => BroadcastChannel} [options.openChannel]
 */
export function createOutbox({
  userId,
  database,
  api,
  store,
  clock,
  uploads = noUploads,
  expect = () => {},
  locks = pageLocks(),
  openChannel = name => new BroadcastChannel(name),
}) {
  /** @type {Map<string, OutboxRow>} */
  const rows = new Map();
  /** Rooms that are being sent from. @type {Map<number, Promise<void>>} */
  const busy = new Map();
  /** Rows whose files are being uploaded. @type {Map<string, Promise<void>>} */
  const preparing = new Map();
  /** The uploads of a row, once all of them have arrived. @type {Map<string, number[]>} */
  const ready = new Map();
  /** Ends the pause of a room, or of a row whose files are uploaded. @type {Map<number | string, () => void>} */
  const wakers = new Map();
  /** Keys that are done with: a write that was on its way must not bring them back. @type {Set<string>} */
  const settled = new Set();
  /** How long a row waits for its next try. @type {Map<string, number>} */
  const waits = new Map();
  let isSending = false;
  let isWaiting = false;
  let isSignedOut = false;
  let isClosed = false;
  let lastCreated = 0;
  let pauses = 0;
  /** @type {any} */
  let laterTimer = null;
  const channel = openChannel(`${channelName}-${userId}`);
  channel.onmessage = ({ data }) => hear(data);
  const stopListening = [
    store.onMessage(message => settleStored([message])),
    store.onSnapshot(stream => settleStored(store.state().timelines[roomIdOf(stream)]?.messages ?? [])),
  ];

  /** Take over what an earlier page left, and send it. */
  async function start() {
    await readRows();
    for (const { messages } of Object.values(store.state().timelines)) settleStored(messages);
    flush();
  }

  /**
   * @param {number} roomId
   * @param {string} text
   * @param {Sending} [more]
   * @returns {Promise<string>} the message's client_id
   */
  async function send(
    roomId,
    text,
    { parentId = null, isAlsoInRoom = false, files = [], quotedId = null } = {},
  ) {
    // Behind every other row, those of other tabs too, even if the clock went back.
    lastCreated = Math.max(clock.now(), lastCreated + 1, ...[...rows.values()].map(row => row.created + 1));
    const row = /** @type {OutboxRow} */ ({
      client_id: newKey(),
      user_id: userId,
      room_id: roomId,
      parent_id: parentId,
      also_in_room: isAlsoInRoom,
      quoted_id: quotedId,
      text,
      created: lastCreated,
      tries: 0,
      state: isOffline() ? "queued" : "sending",
      error: null,
      ...(files.length && { files }),
    });
    await write(row);
    flush();
    return row.client_id;
  }

  /** Try a failed row again, with its old key. @param {string} clientId */
  async function retry(clientId) {
    const row = rows.get(clientId);
    if (row?.state !== "failed") return;
    await write({ ...row, tries: 0, state: isOffline() ? "queued" : "sending", error: null });
    flush();
  }

  /**
   * Give up a row.
   * @param {string} clientId
   * @param {boolean} [isKeepingFiles] they go on in the message field
   * @returns {Promise<OutboxRow | undefined>} what it was, to edit it
   */
  async function discard(clientId, isKeepingFiles = false) {
    const row = rows.get(clientId);
    await settle(clientId, true);
    if (!isKeepingFiles) await Promise.all((row?.files ?? []).map(file => uploads.cancel(file.client_id)));
    return row;
  }

  /** Send what waits: after a reconnection, or because somebody asks. */
  function flush() {
    if (isClosed) return;
    if (isSignedOut) return void queueRows(() => true);
    pauses = 0;
    for (const wake of wakers.values()) wake();
    if (isSending) return startRooms();
    if (isWaiting) return;
    isWaiting = true;
    locks.request(channelName, sendAll).catch(() => {
      isWaiting = false;
    });
  }

  // --- Sending ---

  async function sendAll() {
    isWaiting = false;
    if (isClosed || isSignedOut) return;
    isSending = true;
    try {
      // Other tabs have sent, added and discarded since.
      await readRows();
      startRooms();
      while (busy.size || preparing.size) await Promise.race([...busy.values(), ...preparing.values()]);
    } finally {
      isSending = false;
    }
  }

  function startRooms() {
    for (const row of inOrder()) {
      if (needsFiles(row) && row.state !== "failed" && !preparing.has(row.client_id))
        preparing.set(row.client_id, prepare(row.client_id));
    }
    const roomIds = new Set(inOrder().map(row => row.room_id));
    for (const roomId of roomIds) {
      if (!busy.has(roomId) && nextIn(roomId)) busy.set(roomId, sendRoom(roomId));
    }
  }

  /** @param {number} roomId */
  async function sendRoom(roomId) {
    await null;
    try {
      for (let row = nextIn(roomId); row && !isSignedOut && !isClosed; row = nextIn(roomId)) {
        const outcome = await sendRow(row);
        if (outcome === "stop") return;
        if (outcome === "later") await pause(roomId, row.client_id);
      }
    } finally {
      // In the same moment as the last look at the rows, so that none slips in between.
      busy.delete(roomId);
    }
  }

  /** @param {number} roomId */
  const nextIn = roomId =>
    inOrder().find(row => row.room_id === roomId && row.state !== "failed" && !needsFiles(row));

  /** @param {OutboxRow} row */
  const needsFiles = row => Boolean(row.files?.length) && !ready.has(row.client_id);

  /** Upload the files of a row; then it is sent like any other. @param {string} clientId */
  async function prepare(clientId) {
    await null;
    try {
      for (let row = rows.get(clientId); row && !isSignedOut && !isClosed; row = rows.get(clientId)) {
        const outcome = await uploadFiles(row);
        if (outcome !== "later") break;
        await pause(clientId, clientId);
      }
    } finally {
      preparing.delete(clientId);
    }
    if (ready.has(clientId) && rows.has(clientId) && isSending) startRooms();
  }

  /** @param {OutboxRow} row @returns {Promise<Outcome>} */
  async function uploadFiles(row) {
    try {
      if (row.state === "queued" && !isOffline()) await write({ ...row, state: "sending" });
      const whole = await Promise.all((row.files ?? []).map(file => uploads.finish(file)));
      ready.set(
        row.client_id,
        whole.map(({ id }) => id),
      );
      return "stored";
    } catch (error) {
      const present = rows.get(row.client_id);
      return present ? refuse(present, error) : "stored";
    }
  }

  /** @param {OutboxRow} row @returns {Promise<Outcome>} */
  async function sendRow(row) {
    try {
      if (row.state === "queued" && !isOffline()) await write({ ...row, state: "sending" });
      if (!rows.has(row.client_id)) return "stored";
      const {
        message,
        stream,
        stream_seq: position,
      } = await api.postMessage(row.room_id, bodyOf(row, ready.get(row.client_id) ?? []), row.client_id);
      store.acceptMessage(message);
      await settle(row.client_id);
      expect(stream, position);
      return "stored";
    } catch (error) {
      // It may have been stored or discarded meanwhile, whatever became of this try.
      const present = rows.get(row.client_id);
      return present ? refuse(present, error) : "stored";
    }
  }

  /**
   * @param {OutboxRow} row
   * @param {unknown} error
   * @returns {Promise<Outcome>}
   */
  async function refuse(row, error) {
    if (!(error instanceof ApiError)) return queue(row);
    if (error.status === 401) return stopForSignIn();
    const isPassing = error.status >= 500 || error.status === 429 || error.status === 408;
    if (isPassing && row.tries < retryDelaysMs.length) return countTry(row, error);
    const { status, code, detail } = error;
    // What had arrived may have been given up meanwhile: at the next try the files are looked at again.
    ready.delete(row.client_id);
    await write({ ...row, state: "failed", error: { status, code, detail } });
    return "failed";
  }

  /** No connection: the room goes on by itself when there is one, and no try is counted. @param {OutboxRow} row @returns {Promise<Outcome>} */
  async function queue(row) {
    await queueRows(other => other.room_id === row.room_id);
    clock.clearTimeout(laterTimer);
    laterTimer = clock.setTimeout(tryLater, retryDelaysMs[Math.min(pauses, retryDelaysMs.length - 1)]);
    return "stop";
  }

  /** @param {(row: OutboxRow) => boolean} isMeant */
  async function queueRows(isMeant) {
    const meant = inOrder().filter(row => row.state === "sending" && isMeant(row));
    await Promise.all(meant.map(row => write({ ...row, state: "queued" })));
  }

  function tryLater() {
    const before = pauses;
    flush();
    pauses = before + 1;
  }

  /** @returns {Promise<Outcome>} */
  async function stopForSignIn() {
    isSignedOut = true;
    await queueRows(() => true);
    store.endSession();
    return "stop";
  }

  /**
   * @param {OutboxRow} row
   * @param {ApiError} error
   * @returns {Promise<Outcome>}
   */
  async function countTry(row, error) {
    waits.set(row.client_id, Math.max(retryDelaysMs[row.tries], Math.min(error.retryAfterMs, longestWaitMs)));
    await write({ ...row, tries: row.tries + 1 });
    return "later";
  }

  /**
   * Wait for the next try, or until the row is gone or somebody asks.
   * @param {number | string} name what pauses: a room, or a row whose files are uploaded
   * @param {string} clientId
   */
  async function pause(name, clientId) {
    const ms = waits.get(clientId) ?? retryDelaysMs[0];
    waits.delete(clientId);
    await new Promise(resolve => {
      const timer = clock.setTimeout(() => resolve(undefined), ms);
      wakers.set(name, () => {
        if (rows.has(clientId) && !isClosed) return;
        clock.clearTimeout(timer);
        resolve(undefined);
      });
    });
    wakers.delete(name);
  }

  // --- Rows ---

  /** Store the row, then paint it, then tell the other tabs. @param {OutboxRow} row */
  async function write(row) {
    // A full disk must not keep a message from being sent.
    await database.change("outbox", { put: [[row.client_id, row]] }).catch(() => {});
    if (settled.has(row.client_id)) return settle(row.client_id);
    rows.set(row.client_id, row);
    paint();
    tell({ row });
  }

  /**
   * The message is stored, or nobody wants it any more.
   * @param {string} clientId
   * @param {boolean} [isGivenUp] not stored: what becomes of its files is said elsewhere
   */
  async function settle(clientId, isGivenUp = false) {
    settled.add(clientId);
    ready.delete(clientId);
    const files = isGivenUp ? [] : (rows.get(clientId)?.files ?? []);
    if (files.length) uploads.forget(files.map(file => file.client_id));
    if (rows.delete(clientId)) paint();
    for (const wake of wakers.values()) wake();
    tell({ gone: clientId });
    await database.change("outbox", { remove: [clientId] }).catch(() => {});
  }

  /** What is there as a message needs no sending. @param {Iterable<import("./types.js").Message>} messages */
  function settleStored(messages) {
    for (const { author_id: authorId, client_id: clientId } of messages) {
      if (authorId === userId && rows.has(clientId)) settle(clientId);
    }
  }

  async function readRows() {
    /** @type {OutboxRow[]} */
    const stored = await database.all("outbox");
    const mine = stored.filter(row => row.user_id === userId && !settled.has(row.client_id));
    const kept = new Map(mine.map(row => [row.client_id, row]));
    for (const clientId of rows.keys()) if (!kept.has(clientId)) rows.delete(clientId);
    for (const [clientId, row] of kept) rows.set(clientId, row);
    paint();
  }

  /** @param {{row?: OutboxRow, gone?: string}} news from another tab */
  function hear({ row, gone }) {
    if (gone) {
      settled.add(gone);
      rows.delete(gone);
      for (const wake of wakers.values()) wake();
    }
    if (row && !settled.has(row.client_id)) {
      rows.set(row.client_id, row);
      if (isSending) startRooms();
    }
    paint();
  }

  const inOrder = () =>
    [...rows.values()].sort((a, b) => a.created - b.created || (a.client_id < b.client_id ? -1 : 1));

  const paint = () => store.setPending(inOrder());

  /** @param {{row?: OutboxRow, gone?: string}} news */
  const tell = news => !isClosed && channel.postMessage(news);

  const isOffline = () => store.connection.peek().state === "offline";

  return {
    start,
    send,
    retry,
    discard,
    flush,
    /** Somebody signed in again. */
    resume() {
      isSignedOut = false;
      flush();
    },
    close() {
      isClosed = true;
      clock.clearTimeout(laterTimer);
      for (const wake of wakers.values()) wake();
      for (const stop of stopListening) stop();
      channel.close();
    },
  };
}

/** @typedef {ReturnType<typeof createOutbox>} Outbox */

/**
 * @param {OutboxRow} row
 * @param {number[]} attachmentIds
 */
const bodyOf = (
  { text, parent_id: parentId, also_in_room: isAlsoInRoom, quoted_id: quotedId, files },
  attachmentIds,
) => ({
  ...((text || !quotedId) && { text }),
  ...(parentId !== null && { parent_id: parentId, also_in_room: isAlsoInRoom ?? false }),
  ...(quotedId && { quoted_id: quotedId }),
  ...(files?.length && { attachment_ids: attachmentIds }),
});

const noUploads = {
  finish: () => Promise.reject(new Error("there are no uploads")),
  forget: async () => {},
  cancel: async () => {},
};

/** Without `navigator.locks` (plain HTTP) each tab waits for itself only; the key makes double sending harmless. @returns {Locks} */
function pageLocks() {
  if (globalThis.navigator?.locks) return globalThis.navigator.locks;
  return { request: (_name, run) => run() };
}
