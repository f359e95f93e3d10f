/**
 * The connection over which events arrive. It is online from `hello` to the disconnect; in between nothing is emitted,
 * because the library would keep it and send it later, beside our outbox.
 */

/** @typedef {import("./types.js").SyncAnswer} SyncAnswer */

/** @typedef {(options: import("../../vendor/socket.io-client/socket.io.esm.min.js").SocketOptions) => import("../../vendor/socket.io-client/socket.io.esm.min.js").Socket} Io */

/**
 * @typedef {object} SocketListeners
 * @property {(hello: import("./types.js").Hello) => void} onHello
 * @property {(packet: import("./types.js").EventsPacket) => void} onEvents
 * @property {(state: import("./types.js").ConnectionState) => void} onConnection
 * @property {(packet: {room_id: number, user_id: number}) => void} onTyping
 * @property {(users: Record<number, import("./types.js").Presence>, isWhole: boolean) => void} onPresence
 * @property {() => void} onSignedOut
 */

const ackMs = 10_000;
const helloMs = 15_000;
const typingEveryMs = 3000;
const firstDelayMs = 1000;
const lastDelayMs = 10_000;

/**
 * @param {object} options
 * @param {Io} options.io
 * @param {string} options.device this browser tab, a UUID
 * @param {() => string | null} options.epoch
 * @param {SocketListeners} options.listeners
 * @param {import("./types.js").Clock} options.clock
 * @param {() => number} [options.random] between 0 and 1
 */
export function createSocket({ io, device, epoch, listeners, clock, random = Math.random }) {
  let isOnline = false;
  let isStopped = true;
  let failures = 0;
  let byeRetryMs = 0;
  let isWholePresenceNext = false;
  /** @type {any} */
  let timer = null;
  /** @type {any} */
  let helloTimer = null;
  /** @type {Map<number, number>} */
  const typingTold = new Map();
  /** @type {"active" | "away"} */
  let presence = "active";

  // Reconnecting is ours: the library gives up after a disconnect by the server and after a refusal.
  const socket = io({
    autoConnect: false,
    reconnection: false,
    auth: answer => answer({ v: 1, device, epoch: epoch() ?? undefined }),
  });
  socket.on("hello", onHello);
  socket.on("connect", waitForHello);
  socket.on("events", packet => isOnline && listeners.onEvents(packet));
  socket.on("typing", packet => listeners.onTyping(packet));
  socket.on("presence", onPresence);
  socket.on("bye", onBye);
  socket.on("disconnect", onLost);
  socket.on("connect_error", onRefused);

  /** @param {import("./types.js").Hello} hello */
  function onHello(hello) {
    clock.clearTimeout(helloTimer);
    isOnline = true;
    failures = 0;
    byeRetryMs = 0;
    isWholePresenceNext = true;
    listeners.onConnection("online");
    if (presence !== "active") emit("presence", { state: presence });
    listeners.onHello(hello);
  }

  /** A server that says nothing after the connect is no connection. */
  function waitForHello() {
    clock.clearTimeout(helloTimer);
    helloTimer = clock.setTimeout(() => {
      socket.disconnect();
      onLost();
    }, helloMs);
  }

  /** @param {{users: Record<number, import("./types.js").Presence>}} packet the first one after `hello` is whole */
  function onPresence({ users }) {
    listeners.onPresence(users, isWholePresenceNext);
    isWholePresenceNext = false;
  }

  /** @param {import("./types.js").Bye} bye */
  function onBye({ reason, retry_ms: retryMs }) {
    if (reason === "signed_out") {
      stop();
      listeners.onSignedOut();
    } else {
      byeRetryMs = retryMs ?? 0;
    }
  }

  /** @param {{message?: string, data?: {code?: string}}} error */
  function onRefused(error) {
    if (error?.data?.code === "signed_out") {
      stop();
      listeners.onSignedOut();
    } else {
      onLost();
    }
  }

  function onLost() {
    clock.clearTimeout(helloTimer);
    isOnline = false;
    if (isStopped) return;
    listeners.onConnection("offline");
    connectLater();
  }

  function connectLater() {
    if (timer) return;
    const delay = byeRetryMs || Math.min(lastDelayMs, firstDelayMs * 2 ** failures);
    failures += 1;
    timer = clock.setTimeout(connectNow, delay * (0.5 + random()));
  }

  function connectNow() {
    clock.clearTimeout(timer);
    timer = null;
    if (isStopped || isOnline) return;
    if (!socket.connected) socket.connect();
  }

  function start() {
    isStopped = false;
    listeners.onConnection("connecting");
    connectNow();
  }

  function stop() {
    isStopped = true;
    isOnline = false;
    clock.clearTimeout(timer);
    clock.clearTimeout(helloTimer);
    timer = null;
    socket.disconnect();
    listeners.onConnection("offline");
  }

  /**
   * @param {string} name
   * @param {object} packet
   * @returns {boolean} whether there was a connection to say it on
   */
  function emit(name, packet) {
    const isHeard = isOnline && socket.connected;
    if (isHeard) socket.emit(name, packet);
    return isHeard;
  }

  return {
    start,
    stop,
    /** Do not wait for the next try. */
    connectNow() {
      failures = 0;
      connectNow();
    },
    isOnline: () => isOnline && socket.connected,

    /**
     * @param {import("./types.js").SyncRequest} request
     * @returns {Promise<SyncAnswer>} rejects without a connection, without an answer in time, or when it is refused
     */
    sync(request) {
      if (!isOnline || !socket.connected) return Promise.reject(new Error("not connected"));
      return new Promise((resolve, reject) => {
        socket
          .timeout(ackMs)
          .emit("sync", request, (/** @type {Error | null} */ error, /** @type {any} */ answer) => {
            if (error || !answer || answer.ok === false)
              reject(error ?? new Error(answer?.error?.code ?? "no answer"));
            else resolve(answer);
          });
      });
    },

    /** Tell the room that I type; often enough is every three seconds. @param {number} roomId */
    sayTyping(roomId) {
      const now = clock.now();
      if (now - (typingTold.get(roomId) ?? -Infinity) < typingEveryMs) return;
      typingTold.set(roomId, now);
      emit("typing", { room_id: roomId });
    },

    /** Tell how far this tab has come. @param {{epoch: string, positions: Record<string, number>}} report */
    sayReceived: report => emit("received", report),

    /** @param {"active" | "away"} state */
    sayPresence(state) {
      presence = state;
      emit("presence", { state });
    },
  };
}

/** @typedef {ReturnType<typeof createSocket>} Socket */
