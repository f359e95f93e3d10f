/**
 * What was typed and not sent, per room and thread; it survives a reload and follows to other tabs and devices.
 *
 * What the server keeps is in the store. Here is what it does not have yet: edits that wait for a pause or for a
 * connection. Each stands over the server's draft of the same place until that has caught up.
 */
import { computed, effect, signal } from "../../vendor/signals-core/signals-core.module.js";
import { ApiError } from "./api.js";
import { draftKey, userStream } from "./reducer.js";

/** @typedef {import("./types.js").Draft} Draft */
/** @typedef {import("./types.js").LocalDraft} LocalDraft */

const saveAfterMs = 300;
const pushAfterMs = 1500;
const retryAfterMs = 30_000;
const othersAfterMs = 10_000;
const channelName = "stet-drafts";

/**
 * @param {object} options
 * @param {number} options.userId
 * @param {import("./database.js").Database} options.database
 * @param {import("./types.js").Clock} options.clock
 * @param {import("./store.js").Store} options.store
 * @param {Pick<import("./api.js").Api, "saveDraft">} options.api
 * @param {string} options.device
 * @param {(stream: string, position: number) => void} [options.expect] where a kept draft stands
 * @param {(name: string) => BroadcastChannel} [options.openChannel]
 */
export function createDrafts({
  userId,
  database,
  clock,
  store,
  api,
  device,
  expect = () => {},
  openChannel = name => new BroadcastChannel(name),
}) {
  /** By key. @type {import("../../vendor/signals-core/signals-core.module.js").Signal<Readonly<Record<string, LocalDraft>>>} */
  const local = signal({});
  /** @type {Map<string, any>} */
  const saveTimers = new Map();
  /** @type {Map<string, any>} */
  const pushTimers = new Map();
  /** Places whose draft is on its way to the server. @type {Set<string>} */
  const busy = new Set();
  let isClosed = false;
  let wasOnline = false;
  const channel = openChannel(`${channelName}-${userId}`);
  channel.onmessage = ({ data }) => hear(data);

  /** Every draft by key, as it is to be shown. */
  const all = computed(() => {
    /** @type {Record<string, Draft>} */
    const shown = {};
    for (const [place, draft] of Object.entries(store.drafts.value)) {
      const key = `${userId}-${place}`;
      shown[key] = { key, ...draft, updated: Date.parse(draft.updated_at) };
    }
    for (const [key, draft] of Object.entries(local.value)) {
      if (!isEmpty(draft)) shown[key] = draft;
      else delete shown[key];
    }
    return shown;
  });

  const stopListening = [
    effect(() => {
      const isOnline = store.connection.value.state === "online";
      if (isOnline && !wasOnline) queueMicrotask(pushAll);
      wasOnline = isOnline;
    }),
    store.onEvent((stream, event) => {
      if (stream !== userStream(userId)) return;
      if (event.type === "room_left" && event.data) forgetRoom(/** @type {any} */ (event.data).room_id);
      dropCaughtUp();
    }),
    store.onSnapshot(stream => {
      if (stream === userStream(userId)) forgetStrangers();
    }),
  ];

  /** Take over what an earlier page left. */
  async function start() {
    /** @type {any[]} */
    const stored = await database.all("drafts").catch(() => []);
    const mine = stored.filter(draft => draft.user_id === userId).map(whole);
    local.value = { ...Object.fromEntries(mine.map(draft => [draft.key, draft])), ...local.peek() };
    dropCaughtUp();
  }

  /**
   * An empty text without a quote removes the draft.
   * @param {number} roomId
   * @param {string} text
   * @param {number | null} [parentId]
   * @param {number | null} [quotedId] what it quotes; as it was, if it is not said
   */
  function save(roomId, text, parentId = null, quotedId = quoteOf(roomId, parentId)) {
    const key = `${userId}-${draftKey(roomId, parentId)}`;
    const held = local.peek()[key];
    const kept = store.drafts.peek()[draftKey(roomId, parentId)];
    const before = held ?? kept;
    const words = text.trim() ? text : "";
    const isQuote = quotedId !== (before?.quoted_id ?? null);
    if (!isQuote && (text === before?.text || (!words && !before))) return;
    put({
      key,
      user_id: userId,
      room_id: roomId,
      parent_id: parentId,
      text: words,
      quoted_id: quotedId,
      updated: clock.now(),
      version: Math.max(held?.version ?? 0, kept?.version ?? 0) + 1,
      until: null,
    });
    clock.clearTimeout(saveTimers.get(key));
    // An empty field is what sending leaves: a reload must not bring the text back.
    if (words && !isQuote) {
      saveTimers.set(
        key,
        clock.setTimeout(() => keep(key), saveAfterMs),
      );
    } else keep(key);
    pushSoon(key, words && !isQuote ? pushAfterMs : 0);
  }

  /** @param {number} roomId @param {number | null} parentId */
  function draftIn(roomId, parentId) {
    const place = draftKey(roomId, parentId);
    return local.value[`${userId}-${place}`] ?? store.drafts.value[place];
  }

  /** @param {number} roomId @param {number | null} [parentId] @returns {string} */
  const textOf = (roomId, parentId = null) => draftIn(roomId, parentId)?.text ?? "";

  /** @param {number} roomId @param {number | null} [parentId] @returns {number | null} */
  const quoteOf = (roomId, parentId = null) => draftIn(roomId, parentId)?.quoted_id ?? null;

  // --- This browser ---

  /** Keep it in this browser, and tell the other tabs. @param {string} key */
  function keep(key) {
    clock.clearTimeout(saveTimers.get(key));
    saveTimers.delete(key);
    const draft = local.peek()[key];
    if (!isClosed && draft) channel.postMessage(draft);
    const changes = draft
      ? { put: /** @type {[string, LocalDraft][]} */ ([[key, draft]]) }
      : { remove: [key] };
    return database.change("drafts", changes).catch(() => {});
  }

  /** From another tab; whoever typed it sends it, unless that tab is closed first. @param {LocalDraft} draft */
  function hear(draft) {
    if (draft.version < (local.peek()[draft.key]?.version ?? 0)) return;
    put(draft);
    if (draft.until === null) pushSoon(draft.key, othersAfterMs);
    else dropCaughtUp();
  }

  /** @param {LocalDraft} draft */
  function put(draft) {
    local.value = { ...local.peek(), [draft.key]: draft };
  }

  /** @param {string} key */
  function drop(key) {
    if (!(key in local.peek())) return;
    const { [key]: _, ...others } = local.peek();
    local.value = others;
  }

  // --- The server ---

  /**
   * @param {string} key
   * @param {number} ms
   */
  function pushSoon(key, ms) {
    clock.clearTimeout(pushTimers.get(key));
    pushTimers.set(
      key,
      clock.setTimeout(() => push(key), ms),
    );
  }

  function pushAll() {
    for (const [key, draft] of Object.entries(local.peek())) if (draft.until === null) push(key);
  }

  /** One request per place at a time: a later one must not be overtaken. @param {string} key */
  async function push(key) {
    clock.clearTimeout(pushTimers.get(key));
    pushTimers.delete(key);
    const draft = local.peek()[key];
    if (!draft || draft.until !== null || busy.has(key) || isClosed || !isOnline()) return;
    busy.add(key);
    try {
      const { stream, stream_seq: position } = await api.saveDraft(bodyOf(draft));
      settle(draft, position ?? 0);
      if (position) expect(stream, position);
    } catch (error) {
      refuse(draft, error);
    } finally {
      busy.delete(key);
      // Typed meanwhile.
      const now = local.peek()[key];
      if (now && now.until === null && !pushTimers.has(key)) pushSoon(key, pushAfterMs);
    }
  }

  /** @param {LocalDraft} draft */
  const bodyOf = ({ room_id, parent_id, text, quoted_id, version }) => ({
    room_id,
    ...(parent_id === null ? {} : { parent_id }),
    text,
    ...(quoted_id === null ? {} : { quoted_id }),
    version,
    device,
  });

  /**
   * The server has it: it stands here until its event has come.
   * @param {LocalDraft} draft
   * @param {number} position
   */
  function settle(draft, position) {
    if (local.peek()[draft.key]?.version !== draft.version) return;
    put({ ...draft, until: position });
    keep(draft.key);
    dropCaughtUp();
  }

  function dropCaughtUp() {
    const position = store.state().streams[userStream(userId)]?.position ?? 0;
    for (const { key, until } of Object.values(local.peek())) {
      if (until === null || position < until) continue;
      drop(key);
      keep(key);
    }
  }

  /**
   * @param {LocalDraft} draft
   * @param {unknown} error
   */
  function refuse(draft, error) {
    const { key } = draft;
    if (!(error instanceof ApiError) || error.status >= 500 || error.status === 429 || error.status === 401)
      return pushSoon(key, retryAfterMs);
    if (error.status === 404) return forgetRoom(draft.room_id);
    const now = local.peek()[key];
    if (error.code !== "draft_conflict" || !now) {
      // Too long, or too many: it stays on this device.
      if (now?.version === draft.version) put({ ...now, until: Infinity });
      return;
    }
    const theirs = /** @type {import("./types.js").KeptDraft} */ (error.problem.draft);
    // Who is still typing has the newest edit; else the other device has.
    if (now.version !== draft.version) put({ ...now, version: Math.max(now.version, theirs.version + 1) });
    else {
      drop(key);
      keep(key);
    }
  }

  /** What I typed in a room that I am not in any more goes with it. @param {number} roomId */
  function forgetRoom(roomId) {
    for (const { key, room_id: id } of Object.values(local.peek())) {
      if (id !== roomId) continue;
      drop(key);
      keep(key);
    }
  }

  function forgetStrangers() {
    const { rooms } = store.state();
    for (const { room_id: id } of Object.values(local.peek())) if (!rooms[id]) forgetRoom(id);
    dropCaughtUp();
    // A restored backup does not know what an earlier history had been given.
    for (const draft of Object.values(local.peek())) {
      if (draft.until === null || draft.until === Infinity) continue;
      put({ ...draft, until: null });
      pushSoon(draft.key, pushAfterMs);
    }
  }

  const isOnline = () => store.connection.peek().state === "online";

  return {
    start,
    save,
    textOf,
    quoteOf,
    /** Every draft by key. @type {import("./types.js").ReadonlySignal<Readonly<Record<string, Draft>>>} */
    all,
    /** Store what still waits for its pause: the page is being left. */
    flush() {
      pushAll();
      return Promise.all([...saveTimers.keys()].map(keep));
    },
    close() {
      isClosed = true;
      for (const timer of [...saveTimers.values(), ...pushTimers.values()]) clock.clearTimeout(timer);
      for (const stop of stopListening) stop();
      channel.close();
    },
  };
}

/** @typedef {ReturnType<typeof createDrafts>} Drafts */

/** A page of an earlier version stored less. @param {any} draft @returns {LocalDraft} */
const whole = draft => ({ version: 1, until: null, quoted_id: null, ...draft });

/** @param {LocalDraft} draft */
const isEmpty = ({ text, quoted_id: quotedId }) => !text.trim() && quotedId === null;
