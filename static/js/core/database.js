/**
 * IndexedDB, or memory where there is none (private windows): the same few calls either way.
 */
import { openDB } from "../../vendor/idb/index.js";

/** @typedef {"outbox" | "drafts" | "cache" | "files"} Shelf */
/** @typedef {{put?: [string, any][], remove?: string[], clear?: boolean}} Changes in the order clear, remove, put */

/**
 * @typedef {object} Database
 * @property {(shelf: Shelf) => Promise<any[]>} all
 * @property {(shelf: Shelf, key: string) => Promise<any>} get
 * @property {(shelf: Shelf, changes: Changes) => Promise<void>} change everything or nothing
 * @property {() => void} close
 * @property {boolean} isLasting
 */

const shelves = /** @type {Shelf[]} */ (["outbox", "drafts", "cache", "files"]);
const version = 2;

/**
 * @param {string} [name]
 * @returns {Promise<Database>}
 */
export async function openDatabase(name = "stet") {
  try {
    return await openLasting(name);
  } catch {
    return openPassing();
  }
}

/**
 * @param {string} name
 * @returns {Promise<Database>}
 */
async function openLasting(name) {
  const db = await openDB(name, version, {
    upgrade(fresh) {
      for (const shelf of shelves)
        if (!fresh.objectStoreNames.contains(shelf)) fresh.createObjectStore(shelf);
    },
    // Another tab has a newer version of the page: do not stand in its way.
    blocking: (_current, _blocked, event) => /** @type {IDBDatabase} */ (event.target).close(),
  });
  return {
    isLasting: true,
    all: shelf => db.getAll(shelf),
    get: (shelf, key) => db.get(shelf, key),
    async change(shelf, { put = [], remove = [], clear = false }) {
      // Acknowledged must mean on disk: a row that is painted survives a crash.
      const transaction = db.transaction(shelf, "readwrite", {
        durability: shelf === "outbox" || shelf === "files" ? "strict" : "relaxed",
      });
      const { store } = transaction;
      if (clear) store.clear();
      for (const key of remove) store.delete(key);
      for (const [key, value] of put) store.put(value, key);
      await transaction.done;
    },
    close: () => db.close(),
  };
}

/** @returns {Database} */
function openPassing() {
  const all = { outbox: new Map(), drafts: new Map(), cache: new Map(), files: new Map() };
  return {
    isLasting: false,
    all: async shelf => [...all[shelf].values()],
    get: async (shelf, key) => all[shelf].get(key),
    async change(shelf, { put = [], remove = [], clear = false }) {
      if (clear) all[shelf].clear();
      for (const key of remove) all[shelf].delete(key);
      for (const [key, value] of put) all[shelf].set(key, value);
    },
    close() {},
  };
}
