/** The HTTP API: JSON in, JSON out, refusals and lost connections as errors. */

/** @typedef {import("./types.js").Message} Message */
/** @typedef {import("./types.js").Room} Room */
/** @typedef {import("./types.js").User} User */

const timeoutMs = 15_000;
/** A slow line, and with the last piece of a file the server's look at it. */
const chunkTimeoutMs = 90_000;

/** The server refused, or could not. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {Record<string, any>} problem the problem document
   * @param {number} retryAfterMs 0: the server named no time
   */
  constructor(status, problem, retryAfterMs = 0) {
    super(problem.detail || problem.code || `HTTP ${status}`);
    this.status = status;
    this.code = /** @type {string} */ (problem.code ?? "http_error");
    this.detail = /** @type {string} */ (problem.detail ?? "");
    this.errors = /** @type {Record<string, string>} */ (problem.errors ?? {});
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }
}

/** There was no answer: whether the server did it is not known. */
export class NetworkError extends Error {}

/**
 * @param {object} options
 * @param {string} options.csrfToken empty: it is asked for before the first write
 * @param {number} [options.userId] whose page this is: nobody else's token is used
 * @param {typeof globalThis.fetch} [options.fetch]
 * @param {() => void} [options.onSignedOut] called at every 401 of a signed-in person
 */
export function createApi({
  csrfToken,
  userId,
  fetch = globalThis.fetch.bind(globalThis),
  onSignedOut = () => {},
}) {
  let token = csrfToken;

  /**
   * @param {string} method
   * @param {string} path
   * @param {{body?: unknown, key?: string, query?: Record<string, string | number | undefined>, signal?: AbortSignal, headers?: Record<string, string>, waitMs?: number}} [options]
   * @returns {Promise<any>}
   */
  async function request(method, path, options = {}) {
    const isWrite = method !== "GET";
    if (isWrite && !token && userId !== undefined) await renewToken();
    const used = token;
    try {
      return await ask(method, path, options);
    } catch (error) {
      // The token is as old as the page; a session of the same person may have begun since.
      if (!isWrite || userId === undefined || !(error instanceof ApiError) || error.code !== "csrf")
        throw error;
      if (token === used) await renewToken();
      return ask(method, path, options);
    }
  }

  async function renewToken() {
    const { user } = await ask("GET", "/api/me", {});
    if (user.id === userId) return;
    token = "";
    onSignedOut();
    throw new ApiError(401, { code: "signed_out" });
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {{body?: unknown, key?: string, query?: Record<string, string | number | undefined>, signal?: AbortSignal, headers?: Record<string, string>, waitMs?: number}} options
   * @returns {Promise<any>}
   */
  async function ask(method, path, { body, key, query = {}, signal, headers = {}, waitMs }) {
    const parts = requestParts(method, body, key, token);
    const init = { method, ...parts, headers: { ...parts.headers, ...headers } };
    const response = await send(path + queryText(query), init, signal, waitMs);
    if (response.status === 401 && response.body.code === "signed_out") onSignedOut();
    if (!response.ok) throw new ApiError(response.status, response.body, response.retryAfterMs);
    if (response.body.csrf_token) token = response.body.csrf_token;
    return response.body;
  }

  /**
   * @param {string} address
   * @param {RequestInit} init
   * @param {AbortSignal} [signal] the asker's own: nobody waits for the answer any more
   * @param {number} [waitMs]
   */
  async function send(address, init, signal, waitMs = timeoutMs) {
    const abort = new AbortController();
    const stop = () => abort.abort();
    const timer = setTimeout(stop, waitMs);
    signal?.addEventListener("abort", stop);
    try {
      const response = await fetch(address, { credentials: "same-origin", ...init, signal: abort.signal });
      return {
        ok: response.ok,
        status: response.status,
        retryAfterMs: retryAfter(response),
        body: await readBody(response),
      };
    } catch (error) {
      throw new NetworkError(`${init.method} ${address}`, { cause: error });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }

  const path = segment;
  return {
    signIn: (/** @type {{email: string, password: string, remember?: boolean}} */ body) =>
      request("POST", "/api/session", { body }),
    signOut: () => request("DELETE", "/api/session"),
    setUp: (/** @type {object} */ body) => request("POST", "/api/setup", { body }),
    join: (/** @type {string} */ code, /** @type {object} */ body) =>
      request("POST", path`/api/join/${code}`, { body }),

    /** @returns {Promise<import("./types.js").Boot>} */
    me: () => request("GET", "/api/me"),
    updateMe: (/** @type {Partial<User>} */ body) => request("PATCH", "/api/me", { body }),
    setStatus: (/** @type {import("./types.js").Status} */ body) =>
      request("PUT", "/api/me/status", { body }),
    clearStatus: () => request("DELETE", "/api/me/status"),
    setAway: (/** @type {boolean} */ away) => request("PUT", "/api/me/presence", { body: { away } }),
    setPreferences: (/** @type {import("./types.js").Preferences} */ body) =>
      request("PATCH", "/api/me/preferences", { body }),
    /** @returns {Promise<{public_key: string, is_wanted: boolean, endpoint: string | null}>} */
    push: () => request("GET", "/api/push"),
    subscribePush: (/** @type {object} */ body) => request("POST", "/api/push/subscriptions", { body }),
    setAvatar: (/** @type {Blob} */ file) => request("PUT", "/api/me/avatar", { body: formOf(file) }),
    removeAvatar: () => request("DELETE", "/api/me/avatar"),
    setPassword: (/** @type {{current_password: string, new_password: string}} */ body) =>
      request("PUT", "/api/me/password", { body }),

    /** @returns {Promise<{users: User[]}>} */
    users: () => request("GET", "/api/users"),
    updateUser: (/** @type {number} */ id, /** @type {{role?: string, deactivated?: boolean}} */ body) =>
      request("PATCH", path`/api/users/${id}`, { body }),
    resetUser: (/** @type {number} */ id) => request("POST", path`/api/users/${id}/reset`),
    /** @returns {Promise<{sessions: import("./types.js").Session[]}>} */
    sessions: () => request("GET", "/api/sessions"),
    endSession: (/** @type {number} */ id) => request("DELETE", path`/api/sessions/${id}`),
    tokens: () => request("GET", "/api/tokens"),
    createToken: (/** @type {string} */ name) => request("POST", "/api/tokens", { body: { name } }),
    revokeToken: (/** @type {number} */ id) => request("DELETE", path`/api/tokens/${id}`),
    invites: () => request("GET", "/api/invites"),
    createInvite: (/** @type {{max_uses?: number, expires_in_hours?: number}} */ body = {}) =>
      request("POST", "/api/invites", { body }),
    revokeInvite: (/** @type {number} */ id) => request("DELETE", path`/api/invites/${id}`),
    workspace: () => request("GET", "/api/workspace"),
    updateWorkspace: (/** @type {{name: string}} */ body) => request("PATCH", "/api/workspace", { body }),

    /** @returns {Promise<{stream: string, stream_seq: number | null}>} no place: nothing changed */
    saveDraft: (
      /** @type {{room_id: number, parent_id?: number, text: string, quoted_id?: number, version: number, device: string}} */ body,
    ) => request("PUT", "/api/drafts", { body }),

    /** @returns {Promise<import("./types.js").PlacedMessage>} */
    askPoll: (
      /** @type {number} */ roomId,
      /** @type {import("./types.js").Question} */ body,
      key = newKey(),
    ) => request("POST", path`/api/rooms/${roomId}/polls`, { body, key }),
    vote: (/** @type {number} */ messageId, /** @type {number[]} */ options) =>
      request("PUT", path`/api/messages/${messageId}/poll/votes`, { body: { options } }),
    closePoll: (/** @type {number} */ messageId) =>
      request("POST", path`/api/messages/${messageId}/poll/close`),

    removePreview: (/** @type {number} */ messageId, /** @type {number} */ previewId) =>
      request("DELETE", path`/api/messages/${messageId}/previews/${previewId}`),

    /** @returns {Promise<{scheduled: import("./types.js").Scheduled}>} */
    schedule: (
      /** @type {{room_id: number, parent_id?: number, text: string, send_at: string}} */ body,
      key = newKey(),
    ) => request("POST", "/api/scheduled", { body, key }),
    reschedule: (/** @type {number} */ id, /** @type {{text?: string, send_at?: string}} */ body) =>
      request("PATCH", path`/api/scheduled/${id}`, { body }),
    unschedule: (/** @type {number} */ id) => request("DELETE", path`/api/scheduled/${id}`),
    sendScheduled: (/** @type {number} */ id, key = newKey()) =>
      request("POST", path`/api/scheduled/${id}/send`, { key }),
    /** @returns {Promise<{reminder: import("./types.js").Reminder}>} */
    remind: (/** @type {{text?: string, message_id?: number, due_at: string}} */ body, key = newKey()) =>
      request("POST", "/api/reminders", { body, key }),
    changeReminder: (/** @type {number} */ id, /** @type {{text?: string, due_at?: string}} */ body) =>
      request("PATCH", path`/api/reminders/${id}`, { body }),
    dropReminder: (/** @type {number} */ id) => request("DELETE", path`/api/reminders/${id}`),

    /** @returns {Promise<{rooms: Room[]}>} */
    rooms: () => request("GET", "/api/rooms"),
    /** @returns {Promise<{rooms: Room[]}>} */
    openRooms: () => request("GET", "/api/rooms", { query: { scope: "open" } }),
    /** @returns {Promise<{room: Room}>} */
    room: (/** @type {number} */ id) => request("GET", path`/api/rooms/${id}`),
    /** @returns {Promise<{room: Room}>} */
    createRoom: (
      /** @type {{kind: string, name?: string, topic?: string, member_ids?: number[]}} */ body,
      key = newKey(),
    ) => request("POST", "/api/rooms", { body, key }),
    /** @returns {Promise<{room: Room}>} */
    updateRoom: (
      /** @type {number} */ id,
      /** @type {{name?: string, topic?: string, archived?: boolean}} */ body,
    ) => request("PATCH", path`/api/rooms/${id}`, { body }),
    setRoomPreferences: (
      /** @type {number} */ id,
      /** @type {Partial<import("./types.js").RoomPreferences>} */ body,
    ) => request("PATCH", path`/api/rooms/${id}/preferences`, { body }),
    /** @returns {Promise<{room: Room}>} */
    joinRoom: (/** @type {number} */ id) => request("POST", path`/api/rooms/${id}/join`),
    members: (/** @type {number} */ id) => request("GET", path`/api/rooms/${id}/members`),
    addMember: (/** @type {number} */ id, /** @type {number} */ userId) =>
      request("POST", path`/api/rooms/${id}/members`, { body: { user_id: userId } }),
    removeMember: (/** @type {number} */ id, /** @type {number} */ userId) =>
      request("DELETE", path`/api/rooms/${id}/members/${userId}`),

    /** What stands in the room's timeline. @returns {Promise<import("./types.js").MessagePage>} */
    messages: (/** @type {number} */ roomId, /** @type {import("./types.js").PageQuery} */ query = {}) =>
      request("GET", path`/api/rooms/${roomId}/messages`, { query: { ...query, view: "timeline" } }),
    /** @returns {Promise<import("./types.js").ThreadPage>} */
    replies: (/** @type {number} */ messageId, /** @type {import("./types.js").PageQuery} */ query = {}) =>
      request("GET", path`/api/messages/${messageId}/replies`, { query }),
    /** @returns {Promise<import("./types.js").PlacedMessage>} */
    postMessage: (
      /** @type {number} */ roomId,
      /** @type {{text?: string, parent_id?: number, also_in_room?: boolean, quoted_id?: number, attachment_ids?: number[]}} */ body,
      /** @type {string} */ key,
    ) => request("POST", path`/api/rooms/${roomId}/messages`, { body, key }),
    /** @returns {Promise<{upload: import("./types.js").Upload}>} */
    beginUpload: (
      /** @type {{name: string, size_bytes: number, client_id: string, content_type: string}} */ body,
      /** @type {AbortSignal | undefined} */ signal = undefined,
    ) => request("POST", "/api/uploads", { body, signal }),
    /** @returns {Promise<{upload: import("./types.js").Upload}>} */
    sendChunk: (
      /** @type {number} */ id,
      /** @type {number} */ offset,
      /** @type {Blob} */ chunk,
      /** @type {AbortSignal | undefined} */ signal = undefined,
    ) =>
      request("PATCH", path`/api/uploads/${id}`, {
        body: chunk,
        signal,
        headers: { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" },
        waitMs: chunkTimeoutMs,
      }),
    /** @returns {Promise<{files: import("./types.js").RoomFile[], has_before: boolean}>} */
    files: (
      /** @type {number} */ roomId,
      /** @type {{kind?: string, before?: number, limit?: number}} */ query = {},
    ) => request("GET", path`/api/rooms/${roomId}/files`, { query }),
    cancelUpload: (/** @type {number} */ id) => request("DELETE", path`/api/uploads/${id}`),
    /** @returns {Promise<{message: Message}>} */
    message: (/** @type {number} */ id) => request("GET", path`/api/messages/${id}`),
    /** Those that I may see. @returns {Promise<{messages: Message[]}>} */
    messagesById: (/** @type {number[]} */ ids) =>
      request("GET", "/api/messages", { query: { ids: ids.join(",") } }),
    /** The first version first. @returns {Promise<{revisions: import("./types.js").Revision[]}>} */
    revisions: (/** @type {number} */ id) => request("GET", path`/api/messages/${id}/revisions`),
    pin: (/** @type {number} */ id, /** @type {string} */ key) =>
      request("PUT", path`/api/messages/${id}/pin`, { key }),
    unpin: (/** @type {number} */ id, /** @type {string} */ key) =>
      request("DELETE", path`/api/messages/${id}/pin`, { key }),
    save: (/** @type {number} */ id, /** @type {boolean} */ isDone, /** @type {string} */ key) =>
      request("PUT", path`/api/messages/${id}/saved`, { body: { is_done: isDone }, key }),
    unsave: (/** @type {number} */ id, /** @type {string} */ key) =>
      request("DELETE", path`/api/messages/${id}/saved`, { key }),
    /** @returns {Promise<{saved: (import("./types.js").Saved & {message: Message})[], next: number | null}>} */
    saved: (/** @type {{state: "open" | "done", before?: number, limit?: number}} */ query) =>
      request("GET", "/api/saved", { query }),
    /** @returns {Promise<import("./types.js").MessageDelivery>} */
    delivery: (/** @type {number} */ id) => request("GET", path`/api/messages/${id}/delivery`),
    /** @returns {Promise<import("./types.js").PlacedMessage>} */
    editMessage: (
      /** @type {number} */ id,
      /** @type {{text: string, base_version: number, attachment_ids?: number[]}} */ body,
      /** @type {string} */ key,
    ) => request("PATCH", path`/api/messages/${id}`, { body, key }),
    /** @returns {Promise<import("./types.js").PlacedMessage>} */
    deleteMessage: (/** @type {number} */ id, /** @type {string} */ key) =>
      request("DELETE", path`/api/messages/${id}`, { key }),
    react: (/** @type {number} */ id, /** @type {string} */ emoji, /** @type {string} */ key) =>
      request("PUT", path`/api/messages/${id}/reactions/${emoji}`, { key }),
    unreact: (/** @type {number} */ id, /** @type {string} */ emoji, /** @type {string} */ key) =>
      request("DELETE", path`/api/messages/${id}/reactions/${emoji}`, { key }),
    addEmoji: (/** @type {string} */ name, /** @type {Blob} */ file) =>
      request("POST", "/api/emoji", { body: formOf(file, { name }) }),
    removeEmoji: (/** @type {number} */ id) => request("DELETE", path`/api/emoji/${id}`),
    /** @returns {Promise<import("./types.js").FollowedPage>} */
    threads: (/** @type {{before?: number, filter?: "all" | "unread", limit?: number}} */ query = {}) =>
      request("GET", "/api/threads", { query }),
    /** @returns {Promise<{follow: import("./types.js").ThreadFollow}>} */
    follow: (/** @type {number} */ messageId, /** @type {boolean} */ isFollowing) =>
      request(isFollowing ? "PUT" : "DELETE", path`/api/messages/${messageId}/follow`),
    /** @returns {Promise<{follow: import("./types.js").ThreadFollow}>} */
    markThread: (
      /** @type {number} */ messageId,
      /** @type {number} */ replyId,
      /** @type {"read" | "unread"} */ as,
    ) => request("PUT", path`/api/messages/${messageId}/thread/${as}`, { body: { message_id: replyId } }),
    markUnread: (/** @type {number} */ roomId, /** @type {number} */ messageId) =>
      request("PUT", path`/api/rooms/${roomId}/unread`, { body: { message_id: messageId } }),
    /** @returns {Promise<import("./types.js").Marks>} */
    markAllRead: () => request("POST", "/api/rooms/read"),
    restoreMarks: (/** @type {import("./types.js").Marks} */ body) =>
      request("POST", "/api/rooms/unread", { body }),
    markRead: (/** @type {number} */ roomId, /** @type {number} */ messageId) =>
      request("PUT", path`/api/rooms/${roomId}/read`, { body: { message_id: messageId } }),
    /** Newest first. @returns {Promise<{mentions: import("./types.js").MentionEntry[], next: number | null}>} */
    mentions: (/** @type {{before?: number, limit?: number}} */ query = {}) =>
      request("GET", "/api/mentions", { query }),
    /** @returns {Promise<import("./types.js").SearchAnswer>} */
    search: (
      /** @type {{q: string, sort?: string, cursor?: string, limit?: number}} */ query,
      /** @type {AbortSignal | undefined} */ signal = undefined,
    ) => request("GET", "/api/search", { query, signal }),

    /** @returns {Promise<import("./types.js").SyncAnswer>} */
    sync: (/** @type {import("./types.js").SyncRequest} */ body) => request("POST", "/api/sync", { body }),
    /** @returns {Promise<import("./types.js").Snapshot>} */
    snapshot: (/** @type {string} */ stream) => request("GET", path`/api/streams/${stream}/snapshot`),
  };
}

/** @typedef {ReturnType<typeof createApi>} Api */

/** A key for a write: the same for every repeat of it. */
export function newKey() {
  // randomUUID is missing where the page came over plain HTTP.
  if (globalThis.crypto.randomUUID) return globalThis.crypto.randomUUID();
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/**
 * @param {string} method
 * @param {unknown} body
 * @param {string | undefined} key
 * @param {string} token
 */
function requestParts(method, body, key, token) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = token;
  if (key) headers["Idempotency-Key"] = key;
  if (body === undefined || body instanceof FormData || body instanceof Blob) return { headers, body };
  return { headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

/** @param {Response} response */
async function readBody(response) {
  const text = await response.text();
  if (!text) return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    // A proxy's page in place of an answer; with a 2xx it is no answer at all.
    if (response.ok) throw error;
    return {};
  }
}

/** @param {Response} response */
function retryAfter(response) {
  const seconds = Number(response.headers.get("Retry-After"));
  return Number.isFinite(seconds) ? seconds * 1000 : 0;
}

/**
 * @param {TemplateStringsArray} parts
 * @param {...(string | number)} values
 */
const segment = (parts, ...values) =>
  parts
    .map((part, index) => part + (index < values.length ? encodeURIComponent(values[index]) : ""))
    .join("");

/** @param {Record<string, string | number | undefined>} query */
function queryText(query) {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

/**
 * @param {Blob} file
 * @param {Record<string, string>} [fields]
 */
function formOf(file, fields = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file);
  return form;
}
