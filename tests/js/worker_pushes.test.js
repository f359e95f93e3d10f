/** What the service worker does with pushes: one notification for each room, and none that has become needless. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const source = readFileSync(new URL("../../static/js/worker.js", import.meta.url), "utf8");
const build = { version: "1", files: [], pages: ["^/$", "^/rooms/"] };
const hour = 60 * 60 * 1000;

/** @typedef {{title: string, body: string, tag: string, data: any, renotify?: boolean, silent?: boolean, close: () => void}} Shown */

/** A worker among fakes of a browser: what is on its screen, and its windows. */
function worker() {
  /** @type {Map<string, (event: any) => void>} */
  const handlers = new Map();
  /** @type {Shown[]} */
  let screen = [];
  /** @type {any[]} */
  const windows = [];
  /** @type {string[]} */
  const opened = [];
  const kept = new Map();
  /** @type {number[]} */
  const badges = [];
  /** @type {string[]} */
  const asked = [];
  /** What the server answers: [status, body] of a path; none is no connection. @type {Record<string, [number, object]>} */
  const server = {};
  /** @type {{held: any, options: any}} */
  const subscribed = { held: null, options: null };
  const clock = { now: 1_000_000_000_000 };
  const subscription = {
    toJSON: () => ({ endpoint: "https://push.example.com/new" }),
    unsubscribe: async () => {
      subscribed.held = null;
    },
  };
  const registration = {
    pushManager: {
      getSubscription: async () => subscribed.held,
      subscribe: async (/** @type {any} */ options) => {
        subscribed.options = options;
        subscribed.held = subscription;
        return subscription;
      },
    },
    /** @param {{tag?: string}} [filter] */
    getNotifications: async ({ tag } = {}) => screen.filter(one => !tag || one.tag === tag),
    /** @param {string} title @param {any} options */
    showNotification: async (title, options) => {
      const made = { title, ...options, close: () => remove(made) };
      screen = [...screen.filter(one => one.tag !== options.tag), made];
    },
  };
  /** @param {Shown} made */
  const remove = made => {
    screen = screen.filter(one => one !== made);
  };
  const cache = {
    put: async (/** @type {any} */ key, /** @type {any} */ value) => void kept.set(key, value),
    match: async (/** @type {any} */ key) => kept.get(key)?.clone(),
  };
  const scope = {
    build,
    registration,
    clients: {
      matchAll: async () => windows,
      openWindow: async (/** @type {string} */ path) => opened.push(path),
    },
    caches: { open: async () => cache, match: cache.match, keys: async () => [] },
    addEventListener: (/** @type {string} */ type, /** @type {any} */ handler) => handlers.set(type, handler),
    location: { origin: "https://chat.example.com" },
    Date: class extends Date {
      static now() {
        return clock.now;
      }
    },
    navigator: {
      setAppBadge: async (/** @type {number} */ count) => void badges.push(count),
      clearAppBadge: async () => void badges.push(0),
    },
    fetch: async (/** @type {string} */ path, /** @type {any} */ init = {}) => {
      asked.push(
        [init.method ?? "GET", path, init.headers?.["X-CSRF-Token"], init.body].filter(Boolean).join(" "),
      );
      const [status, body] = server[path];
      return new Response(JSON.stringify(body), { status });
    },
    Response,
    Request,
    URL,
    setTimeout,
  };
  vm.runInNewContext(source, scope);
  /** @param {string} type @param {any} event */
  const happen = async (type, event) => {
    /** @type {Promise<any>[]} */
    const waits = [];
    handlers.get(type)?.({ ...event, waitUntil: (/** @type {Promise<any>} */ wait) => waits.push(wait) });
    await Promise.all(waits);
  };
  return {
    clock,
    windows,
    opened,
    badges,
    asked,
    server,
    subscription,
    subscribed,
    endSubscription: (more = {}) => happen("pushsubscriptionchange", more),
    screen: () => screen.map(({ title, body, tag }) => ({ title, body, tag })),
    shown: () => screen,
    push: (/** @type {object} */ content) => happen("push", { data: { json: () => content } }),
    press: (/** @type {Shown} */ notification) => happen("notificationclick", { notification }),
    visit: () => happen("message", { data: { type: "used", addresses: [] } }),
  };
}

const message = (/** @type {number} */ roomId, /** @type {number} */ id, more = {}) => ({
  v: 1,
  kind: "message",
  tag: `stet-room-${roomId}`,
  room_id: roomId,
  message_id: id,
  parent_id: null,
  title: "Alice Kim",
  body: `message ${id}`,
  url: `/rooms/${roomId}/messages/${id}`,
  at: "2026-12-01T09:00:00Z",
  closed: [],
  must_show: false,
  ...more,
});

const withdrawal = (/** @type {[number, number][]} */ closed, more = {}) => ({
  v: 1,
  kind: "withdrawal",
  title: "Saebom Studio",
  body: "You have read it on another device.",
  url: "/",
  closed: closed.map(([roomId, id]) => ({ tag: `stet-room-${roomId}`, message_id: id })),
  must_show: false,
  ...more,
});

const window = (more = {}) => ({
  url: "https://chat.example.com/rooms/7",
  focused: false,
  visibilityState: "hidden",
  ...more,
});

test("the later message of a room takes the place of the earlier one", async () => {
  const it = worker();
  await it.push(message(7, 1));
  await it.push(message(7, 2));
  await it.push(message(8, 3));

  assert.deepEqual(
    it.screen().map(({ body }) => body),
    ["message 2", "message 3"],
  );
  await it.push(message(7, 2));
  assert.deepEqual(
    it.shown().map(({ renotify }) => renotify),
    [true, false],
  );
});

test("nothing is shown to who looks at Stet, but where the browser ends what shows nothing", async () => {
  const it = worker();
  it.windows.push(window({ focused: true, visibilityState: "visible" }));
  await it.push(message(7, 1));
  assert.deepEqual(it.screen(), []);

  await it.push(message(7, 1, { must_show: true }));
  assert.equal(it.screen().length, 1);
  assert.equal(it.shown()[0].renotify, false);
});

test("what was read is closed, and what came later in the room stays", async () => {
  const it = worker();
  await it.push(message(7, 2));
  await it.push(message(8, 3));
  await it.push(withdrawal([[7, 1]]));
  assert.equal(it.screen().length, 2);

  await it.push(withdrawal([[7, 2]]));
  assert.deepEqual(
    it.screen().map(({ body }) => body),
    ["message 3"],
  );
  await it.push(message(9, 4, { closed: [{ tag: "stet-room-8", message_id: 3 }] }));
  assert.deepEqual(
    it.screen().map(({ body }) => body),
    ["message 4"],
  );
});

test("after four pushes in a day that leave nothing to see one stays, without the text", async () => {
  const it = worker();
  for (let id = 1; id <= 5; id++) {
    await it.push(message(7, id));
    await it.push(withdrawal([[7, id]]));
    assert.equal(it.screen().length, id < 5 ? 0 : 1);
  }
  assert.deepEqual(it.screen(), [
    { title: "Saebom Studio", body: "You have read it on another device.", tag: "stet-room-7" },
  ]);
  assert.equal(it.shown()[0].silent, true);

  it.windows.push(window({ visibilityState: "visible" }));
  await it.push(message(8, 6));
  await it.push(withdrawal([[8, 6]]));
  assert.equal(it.screen().length, 1, "a page that is seen is seen enough");
});

test("twelve are the most without a visit, however many days pass", async () => {
  const it = worker();
  const withdrawn = async (/** @type {number} */ id) => {
    it.clock.now += 7 * hour;
    await it.push(message(7, id));
    await it.push(withdrawal([[7, id]]));
    return it.screen().length === 0;
  };
  for (let id = 1; id <= 12; id++) assert.equal(await withdrawn(id), true, `${id}`);
  assert.equal(await withdrawn(13), false);

  await it.visit();

  assert.equal(await withdrawn(14), true);
});

test("Safari shows what stands in the place of a deleted message", async () => {
  const it = worker();
  await it.push(message(7, 1, { must_show: true }));
  await it.push(withdrawal([[7, 1]], { must_show: true, body: "This is not there any more." }));

  assert.deepEqual(it.screen(), [
    { title: "Saebom Studio", body: "This is not there any more.", tag: "stet-room-7" },
  ]);
});

test("the number on the icon is what each push says, and stays when it says none", async () => {
  const it = worker();
  await it.push(message(7, 1, { badge: 3 }));
  await it.push({ ...message(7, 1), kind: "test", tag: "stet-test" });
  await it.push(withdrawal([[7, 1]], { badge: 0 }));

  assert.deepEqual(it.badges, [3, 0]);
});

test("a subscription that the push service has ended is made anew, and the server told", async () => {
  const it = worker();
  it.server["/api/me"] = [200, { csrf_token: "fresh" }];
  it.server["/api/push"] = [200, { is_wanted: true, public_key: "key" }];
  it.server["/api/push/subscriptions"] = [201, {}];
  await it.endSubscription();

  const told = 'POST /api/push/subscriptions fresh {"endpoint":"https://push.example.com/new"}';
  assert.equal(it.asked.at(-1), told);
  assert.deepEqual({ ...it.subscribed.options }, { userVisibleOnly: true, applicationServerKey: "key" });

  it.subscribed.options = null;
  await it.endSubscription({ newSubscription: it.subscription });
  assert.equal(it.asked.at(-1), told);
  assert.equal(it.subscribed.options, null, "the browser has made one already");
});

test("who is signed out, or has switched pushes off, is not subscribed again", async () => {
  const it = worker();
  for (const [me, known] of [
    [
      [401, {}],
      [401, {}],
    ],
    [
      [200, { csrf_token: "fresh" }],
      [200, { is_wanted: false, public_key: "key" }],
    ],
  ]) {
    it.server["/api/me"] = /** @type {[number, object]} */ (me);
    it.server["/api/push"] = /** @type {[number, object]} */ (known);
    it.subscribed.held = it.subscription;
    await it.endSubscription();
    assert.equal(it.subscribed.held, null);
  }
  assert.ok(it.asked.every(one => one.startsWith("GET ")));
});

test("a press opens the message: in a window of the chat that is open, else in a new one", async () => {
  const it = worker();
  await it.push(message(7, 1));
  await it.press(it.shown()[0]);
  assert.deepEqual(it.opened, ["/rooms/7/messages/1"]);
  assert.deepEqual(it.screen(), []);

  /** @type {any[]} */
  const done = [];
  const chat = window({
    focus: async () => done.push("focus"),
    postMessage: (/** @type {any} */ said) => done.push({ ...said }),
  });
  it.windows.push(window({ url: "https://chat.example.com/settings/profile" }), chat);
  await it.push(message(7, 2));
  await it.press(it.shown()[0]);
  assert.deepEqual(done, ["focus", { type: "open", path: "/rooms/7/messages/2" }]);
  assert.equal(it.opened.length, 1);

  await it.push({ ...message(7, 3), kind: "test", tag: "stet-test", url: "/settings/notifications" });
  await it.press(it.shown()[0]);
  assert.deepEqual(it.opened.slice(1), ["/settings/notifications"], "not a page of the chat");
});
