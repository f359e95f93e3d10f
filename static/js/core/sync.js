/**
 * Catching up and keeping up, stream by stream: what was seen is dropped, the next event is applied, a later one waits
 * while the hole before it is asked for. Streams without a usable position start from a snapshot.
 */
import { batch } from "../../vendor/signals-core/signals-core.module.js";
import { positionsOf, roomIdOf, roomStream, userStream } from "./reducer.js";

/** @typedef {import("./types.js").StreamEvent} StreamEvent */
/** @typedef {import("./types.js").SyncAnswer} SyncAnswer */
/** @typedef {import("./types.js").SyncPage} SyncPage */
/** @typedef {import("./types.js").Snapshot} Snapshot */

const everyMs = 60_000;
const pageLimit = 500;
const mostParked = 1000;
const mostLoads = 4;
const retryMs = [1000, 2000, 4000, 8000, 16_000, 30_000];
const patienceMs = 1000;

/**
 * @param {object} options
 * @param {import("./store.js").Store} options.store
 * @param {(request: import("./types.js").SyncRequest) => Promise<SyncAnswer>} options.askSocket
 * @param {(request: import("./types.js").SyncRequest) => Promise<SyncAnswer>} options.askHttp
 * @param {(stream: string) => Promise<Snapshot>} options.fetchSnapshot
 * @param {import("./types.js").Clock} options.clock
 * @param {() => number} [options.openRoomId] which room comes first
 * @param {() => void} [options.onReset] the history is another one
 */
export function createSync({
  store,
  askSocket,
  askHttp,
  fetchSnapshot,
  clock,
  openRoomId = () => 0,
  onReset = () => {},
}) {
  /** Events ahead of their stream, by position. @type {Map<string, Map<number, StreamEvent>>} */
  const parked = new Map();
  /** Streams whose events wait for a snapshot, and what is wanted of it. @type {Map<string, "all" | "counts">} */
  const held = new Map();
  /** @type {string[]} */
  const toLoad = [];
  /** Counts that become true at a position. @type {Map<string, {position: number, unread: number, mentions: number}>} */
  const countsAt = new Map();
  /** Streams whose counts could not be fetched: not again before something happens. @type {Set<string>} */
  const postponed = new Set();
  let loads = 0;
  /** Grows with every reset: what was asked before it is void. */
  let generation = 0;
  let failures = 0;
  let isStopped = false;
  let isAgain = false;
  /** @type {Promise<void> | null} */
  let running = null;
  /** @type {any} */
  let timer = null;
  /** @type {any} */
  let retryTimer = null;

  /** Take in what the socket brings. @param {import("./types.js").EventsPacket} packet */
  function receive({ epoch, stream, events }) {
    if (!meetEpoch(epoch)) return;
    batch(() => {
      for (const event of events) take(stream, event);
    });
    afterApplying();
  }

  /**
   * @param {string} stream
   * @param {StreamEvent} event
   */
  function take(stream, event) {
    const position = store.state().streams[stream]?.position;
    if (position !== undefined && event.stream_seq <= position) return;
    if (position === undefined || held.has(stream) || event.stream_seq > position + 1) {
      park(stream, event);
      if (!held.has(stream)) request();
      return;
    }
    advance(stream, event);
    drain(stream);
  }

  /** @param {string} stream */
  function drain(stream) {
    const waiting = parked.get(stream);
    if (!waiting || held.has(stream)) return;
    for (;;) {
      const position = store.state().streams[stream]?.position;
      const event = position === undefined ? undefined : waiting.get(position + 1);
      if (!event) break;
      waiting.delete(event.stream_seq);
      advance(stream, event);
    }
    const position = store.state().streams[stream]?.position ?? 0;
    for (const seq of waiting.keys()) if (seq <= position) waiting.delete(seq);
    if (waiting.size) request();
    else parked.delete(stream);
  }

  /**
   * @param {string} stream
   * @param {StreamEvent} event
   */
  function advance(stream, event) {
    store.apply(stream, event);
    postponed.delete(stream);
    useCounts(stream);
    if (event.type === "room_joined") loadMissing();
    if (event.type === "room_left") forgetUnseen();
  }

  /**
   * @param {string} stream
   * @param {StreamEvent} event
   */
  function park(stream, event) {
    const waiting = parked.get(stream) ?? new Map();
    parked.set(stream, waiting);
    // What does not fit is asked for again.
    if (waiting.size < mostParked) waiting.set(event.stream_seq, event);
  }

  // --- Asking ---

  /** Ask for everything after the positions; while an answer is on its way, ask once more after it. */
  function request() {
    if (isStopped) return Promise.resolve();
    isAgain = true;
    running ??= run().finally(() => {
      running = null;
    });
    return running;
  }

  async function run() {
    clock.clearTimeout(retryTimer);
    // Others that find a hole in the same moment share the question.
    await null;
    while (isAgain && !isStopped) {
      isAgain = false;
      const asked = generation;
      try {
        const answer = await ask();
        failures = 0;
        postponed.clear();
        if (asked === generation) useAnswer(answer);
        else isAgain = true;
      } catch {
        isAgain = false;
        retryLater();
      }
    }
    forgetStrangers();
    afterApplying();
  }

  async function ask() {
    const state = store.state();
    const question = { epoch: state.epoch, positions: positionsOf(state), limit: pageLimit };
    try {
      return await askSocket(question);
    } catch {
      return askHttp(question);
    }
  }

  function retryLater() {
    if (isStopped) return;
    const delay = retryMs[Math.min(failures, retryMs.length - 1)];
    failures += 1;
    retryTimer = clock.setTimeout(request, delay);
  }

  /** @param {SyncAnswer} answer */
  function useAnswer(answer) {
    if (!meetEpoch(answer.epoch)) return;
    if (answer.reset) {
      if (!hasPositions()) throw new Error("a reset of nothing");
      startAnew(answer.epoch);
      isAgain = true;
      return;
    }
    const before = store.state().streams;
    batch(() => useEvents(answer.events));
    for (const stream of answer.gone) forget(stream);
    for (const { stream } of answer.fresh) if (!store.state().streams[stream]) load(stream);
    for (const stream of answer.stale) load(stream);
    // Without progress the same question would bring the same answer.
    if (answer.more && store.state().streams !== before) isAgain = true;
  }

  /**
   * Streams say nothing about each other's order; `seq` does, and read marks meet the messages that they count.
   * @param {SyncPage["events"]} events
   */
  function useEvents(events) {
    const all = Object.entries(events).flatMap(([stream, list]) => list.map(event => ({ stream, event })));
    all.sort((a, b) => a.event.seq - b.event.seq);
    for (const { stream, event } of all) take(stream, event);
  }

  // --- Starting streams ---

  /**
   * Hold the stream's events until its snapshot is there.
   * @param {string} stream
   * @param {"all" | "counts"} [wanted]
   */
  function load(stream, wanted = "all") {
    if (held.has(stream)) {
      if (wanted === "all") held.set(stream, wanted);
      return;
    }
    held.set(stream, wanted);
    toLoad.push(stream);
    loadNext();
  }

  function loadNext() {
    while (loads < mostLoads && toLoad.length) {
      loads += 1;
      const stream = takeFirst();
      loadOne(stream).finally(() => {
        loads -= 1;
        loadNext();
        if (!loads) afterApplying();
      });
    }
  }

  /** My own stream first, then the room in view. */
  function takeFirst() {
    const wanted = [userStream(store.userId), roomStream(openRoomId())];
    const stream = wanted.find(name => toLoad.includes(name)) ?? toLoad[0];
    toLoad.splice(toLoad.indexOf(stream), 1);
    return stream;
  }

  /** @param {string} stream */
  async function loadOne(stream) {
    const asked = generation;
    const snapshot = await fetchPatiently(stream, () => asked === generation && held.has(stream));
    if (asked !== generation || isStopped || !held.has(stream)) return;
    const wanted = held.get(stream);
    held.delete(stream);
    if (!snapshot) return forget(stream);
    if (!meetEpoch(snapshot.epoch)) return;
    batch(() => {
      if (wanted === "counts" && "room" in snapshot) noteCounts(snapshot);
      else startStream(snapshot);
      drain(stream);
    });
  }

  /** @param {Snapshot} snapshot */
  function startStream(snapshot) {
    countsAt.delete(snapshot.stream);
    store.applySnapshot(snapshot);
    if (!("room" in snapshot)) forgetUnseen();
  }

  /** Counts hold at the position of their snapshot: what is missing up to there is waited for. @param {import("./types.js").RoomSnapshot} snapshot */
  function noteCounts({ stream, stream_seq: position, room }) {
    countsAt.set(stream, { position, unread: room.unread_count, mentions: room.mention_count });
    useCounts(stream);
    if (countsAt.has(stream)) request();
  }

  /**
   * @param {string} stream
   * @param {() => boolean} isWanted
   * @returns {Promise<Snapshot | null>} null: there is no such stream for me
   */
  async function fetchPatiently(stream, isWanted) {
    for (let tries = 0; isWanted() && !isStopped; tries += 1) {
      try {
        return await fetchSnapshot(stream);
      } catch (error) {
        const status = /** @type {{status?: number}} */ (error).status ?? 0;
        if (status === 404 || status === 403) return null;
        if (status === 401) stop();
        else if (held.get(stream) === "counts") letGo(stream);
        else await pause(retryMs[Math.min(tries, retryMs.length - 1)]);
      }
    }
    return null;
  }

  /** Counts are not worth holding events back for long: they are asked for again with the next event. @param {string} stream */
  function letGo(stream) {
    held.delete(stream);
    postponed.add(stream);
    batch(() => drain(stream));
  }

  /** A room that I have just joined has no position yet. */
  function loadMissing() {
    const state = store.state();
    for (const room of Object.values(state.rooms)) if (!state.streams[room.stream]) load(room.stream);
  }

  /** @param {string} stream */
  function forget(stream) {
    const wasKnown = stream in store.state().streams;
    drop(stream);
    store.purge(stream);
    // I may have come back since the answer was made.
    if (wasKnown) request();
  }

  /** Drop what waits for rooms that are not mine any more. */
  function forgetUnseen() {
    const { rooms } = store.state();
    for (const stream of [...parked.keys(), ...held.keys()]) {
      const roomId = roomIdOf(stream);
      if (roomId && !rooms[roomId]) drop(stream);
    }
  }

  /** Drop what came for streams that the server does not count among mine. */
  function forgetStrangers() {
    const { streams } = store.state();
    for (const stream of [...parked.keys()]) if (!streams[stream] && !held.has(stream)) parked.delete(stream);
  }

  /** @param {string} stream */
  function drop(stream) {
    parked.delete(stream);
    held.delete(stream);
    countsAt.delete(stream);
    if (toLoad.includes(stream)) toLoad.splice(toLoad.indexOf(stream), 1);
  }

  // --- The epoch ---

  /** @param {string} epoch @returns {boolean} false: everything starts anew */
  function meetEpoch(epoch) {
    const known = store.state().epoch;
    if (known === null) store.setEpoch(epoch);
    if (known === null || known === epoch) return true;
    startAnew(epoch);
    request();
    return false;
  }

  /** @param {string} epoch */
  function startAnew(epoch) {
    generation += 1;
    parked.clear();
    held.clear();
    countsAt.clear();
    toLoad.length = 0;
    store.reset(epoch);
    onReset();
  }

  const hasPositions = () => Object.keys(store.state().streams).length > 0;

  // --- Counts ---

  /** Once nothing is on its way any more, count again where events could not tell. */
  function afterApplying() {
    if (running && isAgain) return;
    for (const key of Object.keys(store.state().recounts)) {
      const stream = roomStream(Number(key));
      const isWaiting = [held, countsAt, parked, postponed].some(waiting => waiting.has(stream));
      if (!isWaiting && !store.countHeld(Number(key))) load(stream, "counts");
    }
  }

  /** @param {string} stream */
  function useCounts(stream) {
    const counts = countsAt.get(stream);
    const position = store.state().streams[stream]?.position ?? 0;
    if (!counts || position < counts.position) return;
    countsAt.delete(stream);
    if (position === counts.position) store.setCounts(roomIdOf(stream), counts.unread, counts.mentions);
  }

  // --- Time ---

  function startTicking() {
    isStopped = false;
    clock.clearTimeout(timer);
    timer = clock.setTimeout(tick, everyMs);
  }

  function tick() {
    timer = clock.setTimeout(tick, everyMs);
    request();
  }

  function stop() {
    isStopped = true;
    generation += 1;
    clock.clearTimeout(timer);
    clock.clearTimeout(retryTimer);
  }

  /**
   * An answer stands at a position that the socket should have brought by now.
   * @param {string} stream
   * @param {number} position
   */
  function expect(stream, position) {
    clock.setTimeout(() => {
      if (!isStopped && (store.state().streams[stream]?.position ?? 0) < position) request();
    }, patienceMs);
  }

  /** @param {number} ms @returns {Promise<void>} */
  const pause = ms => new Promise(resolve => void clock.setTimeout(() => resolve(), ms));

  return {
    start: startTicking,
    stop,
    receive,
    request,
    expect,
    /** @param {import("./types.js").Hello} hello */
    greet({ epoch, session_id: sessionId }) {
      if (sessionId !== null) store.setSession(sessionId);
      meetEpoch(epoch);
      return request();
    },
    /** Nothing waits and nothing is on its way. */
    isSettled: () => !running && !held.size && !parked.size && !loads,
  };
}

/** @typedef {ReturnType<typeof createSync>} Sync */
