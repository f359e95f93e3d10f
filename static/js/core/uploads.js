/**
 * Files on their way. The bytes are kept in this browser until the server has the whole file, so that a reload, a crash
 * or an outage costs time only: an upload goes on where the server says that it stands.
 */
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { ApiError } from "./api.js";

/** @typedef {import("./types.js").FileMeta} FileMeta */
/** @typedef {import("./types.js").KeptFile} KeptFile */
/** @typedef {import("./types.js").Upload} Upload */

const smallestChunk = 64 * 1024;
const firstChunk = 256 * 1024;
const largestChunk = 1024 * 1024;
const quickMs = 800;
const slowMs = 4000;
const atATime = 2;
const mostConflicts = 20;
/** After a day without a message the server gives an upload up; much earlier it is asked again. */
const trustedMs = 3600_000;

/**
 * @param {object} options
 * @param {number} options.userId
 * @param {import("./database.js").Database} options.database
 * @param {Pick<import("./api.js").Api, "beginUpload" | "sendChunk" | "cancelUpload">} options.api
 * @param {import("./types.js").Clock} options.clock
 */
export function createUploads({ userId, database, api, clock }) {
  /** Also where there is no room in the database. @type {Map<string, KeptFile>} */
  const held = new Map();
  /** @type {Map<string, {done: Promise<Upload>, abort: AbortController}>} */
  const running = new Map();
  /** @type {Map<string, import("../../vendor/signals-core/signals-core.module.js").Signal<number>>} */
  const sent = new Map();
  /** Uploads that are whole, and since when. @type {Map<string, {upload: Upload, at: number}>} */
  const whole = new Map();
  /** What the server has of each. @type {Map<string, number>} */
  const ids = new Map();
  /** Given up: what was on its way must not bring them back. @type {Set<string>} */
  const gone = new Set();
  const turns = createTurns(atATime);

  /**
   * Keep a file that somebody chose.
   * @param {FileMeta & {room_id: number, parent_id: number | null, blob: Blob}} file
   */
  async function keep(file) {
    const kept = { ...file, user_id: userId, created: clock.now() };
    held.set(file.client_id, kept);
    await database.change("files", { put: [[file.client_id, kept]] }).catch(() => {});
    if (gone.has(file.client_id)) await forget([file.client_id]);
  }

  /** What was kept by an earlier page, oldest first. @returns {Promise<KeptFile[]>} */
  async function kept() {
    /** @type {KeptFile[]} */
    const all = await database.all("files").catch(() => []);
    const mine = all.filter(file => file.user_id === userId && !gone.has(file.client_id));
    return mine.sort((a, b) => a.created - b.created);
  }

  /** @param {string} clientId @returns {Promise<Blob | undefined>} */
  async function blobOf(clientId) {
    const file = held.get(clientId) ?? (await database.get("files", clientId).catch(() => undefined));
    return file?.blob;
  }

  /**
   * Upload a file, or what is missing of it; whoever asks for the same file waits for the same upload.
   * @param {FileMeta} file
   * @returns {Promise<Upload>} the whole upload; rejects like a request does, or when the file was given up
   */
  function finish(file) {
    const now = running.get(file.client_id);
    if (now) return now.done;
    const known = whole.get(file.client_id);
    if (known && clock.now() - known.at < trustedMs) return Promise.resolve(known.upload);
    const abort = new AbortController();
    const done = turns.take(() => run(file, abort.signal));
    running.set(file.client_id, { done, abort });
    const end = () => running.delete(file.client_id);
    done.then(end, end);
    return done;
  }

  /**
   * @param {FileMeta} file
   * @param {AbortSignal} stopped
   */
  async function run(file, stopped) {
    if (gone.has(file.client_id)) throw new ApiError(410, { code: "upload_gone" });
    const { client_id, name, size_bytes, content_type } = file;
    let { upload } = await api.beginUpload({ client_id, name, size_bytes, content_type }, stopped);
    ids.set(client_id, upload.id);
    say(upload);
    // The bytes are looked for only when the server wants them.
    const blob = upload.is_complete ? undefined : await blobOf(client_id);
    if (!upload.is_complete && !blob) throw new ApiError(410, { code: "file_lost" });
    let size = firstChunk;
    let conflicts = 0;
    while (!upload.is_complete) {
      const began = clock.now();
      try {
        const chunk = /** @type {Blob} */ (blob).slice(upload.offset, upload.offset + size);
        ({ upload } = await api.sendChunk(upload.id, upload.offset, chunk, stopped));
      } catch (error) {
        const isElsewhere = error instanceof ApiError && error.code === "offset_conflict";
        if (!isElsewhere || ++conflicts > mostConflicts) throw error;
        upload = { ...upload, offset: error.problem.offset };
      }
      size = nextSize(size, clock.now() - began);
      say(upload);
    }
    whole.set(client_id, { upload, at: clock.now() });
    return upload;
  }

  /** @param {Upload} upload */
  function say({ client_id: clientId, offset, size_bytes: size }) {
    progressSignal(clientId).value = offset / size;
  }

  /** @param {string} clientId */
  function progressSignal(clientId) {
    const known = sent.get(clientId);
    if (known) return known;
    const made = signal(0);
    sent.set(clientId, made);
    return made;
  }

  /** Give a file up, here and on the server. @param {string} clientId */
  async function cancel(clientId) {
    gone.add(clientId);
    running.get(clientId)?.abort.abort();
    await forget([clientId]);
    const id = ids.get(clientId);
    // Without an answer the server gives it up by itself after a day.
    if (id !== undefined) await api.cancelUpload(id).catch(() => {});
  }

  /** The server has them, with their message: the bytes here are not needed any more. @param {Iterable<string>} clientIds */
  async function forget(clientIds) {
    const remove = [...clientIds];
    for (const clientId of remove) {
      gone.add(clientId);
      held.delete(clientId);
      whole.delete(clientId);
    }
    await database.change("files", { remove }).catch(() => {});
  }

  return {
    keep,
    kept,
    blobOf,
    finish,
    cancel,
    forget,
    /** How much of a file the server has, from 0 to 1. @param {string} clientId @returns {import("./types.js").ReadonlySignal<number>} */
    progressOf: clientId => progressSignal(clientId),
    /** Leave nothing in this browser. */
    async clear() {
      for (const { abort } of running.values()) abort.abort();
      held.clear();
      await database.change("files", { clear: true }).catch(() => {});
    },
  };
}

/** @typedef {ReturnType<typeof createUploads>} Uploads */

/**
 * Larger pieces on a quick line, smaller ones on a slow line: what is lost with a piece is little.
 * @param {number} size
 * @param {number} tookMs
 */
function nextSize(size, tookMs) {
  if (tookMs < quickMs) return Math.min(size * 2, largestChunk);
  return tookMs > slowMs ? Math.max(size / 2, smallestChunk) : size;
}

/** So many at a time, the others in line. @param {number} count */
function createTurns(count) {
  /** @type {(() => void)[]} */
  const waiting = [];
  let free = count;

  /**
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  async function take(work) {
    if (free > 0) free -= 1;
    else await new Promise(resolve => void waiting.push(() => resolve(undefined)));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  }

  return { take };
}
