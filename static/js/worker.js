/**
 * The service worker: the page opens without a connection. Scripts, styles and fonts of this version come from its cache,
 * pages from the network, and while that is away the shell, which has nobody in it: whose it is, the page reads from
 * IndexedDB. What the API says is never kept here. The server puts `build` before this file.
 */

/** @type {{version: string, files: string[], pages: string[]}} */
const { version, files, pages } = /** @type {any} */ (globalThis).build;
/** The scope of a worker, which the types of a page do not know. @type {any} */
const scope = globalThis;
const prefix = "stet-";
const ours = prefix + version;
const shell = "/shell";
const offline = "/offline";
const share = "/share";
/** `lib/shared.js` reads it. */
const sharedCache = "shared";
const patterns = pages.map(pattern => new RegExp(pattern));
const patienceMs = 6000;
/** A proxy answers so for a server that is down. */
const away = [502, 503, 504];

scope.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(keepAll()));
scope.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(tidy()));
scope.addEventListener("fetch", onFetch);
scope.addEventListener("message", onMessage);
scope.addEventListener("push", (/** @type {any} */ event) => event.waitUntil(onPush(event.data)));
scope.addEventListener("pushsubscriptionchange", (/** @type {any} */ event) =>
  event.waitUntil(onSubscriptionChange(event)),
);
scope.addEventListener("notificationclick", (/** @type {any} */ event) => event.waitUntil(onPress(event)));

async function keepAll() {
  const cache = await caches.open(ours);
  await cache.addAll(files);
  await keepShell(cache);
}

/** The shell is in a language, and needs its words. @param {Cache} cache */
async function keepShell(cache) {
  const fresh = [shell, offline].map(path => new Request(path, { cache: "reload" }));
  await cache.addAll(fresh);
  const html = await (await cache.match(shell, { ignoreVary: true }))?.text();
  const language = /<html lang="([\w-]+)"/.exec(html ?? "")?.[1] ?? "en";
  await cache.add(`/i18n/${language}.json`);
}

/** The version before stays: other tabs may still run it, and load more of it. */
async function tidy() {
  const all = (await caches.keys()).filter(key => key.startsWith(prefix) && key !== ours);
  await Promise.all(all.slice(0, -1).map(key => caches.delete(key)));
  await scope.clients.claim();
}

/** @param {any} event */
function onFetch(event) {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === "POST" && request.mode === "navigate" && pathname === share)
    event.respondWith(keepShared(request));
  if (request.method !== "GET") return;
  if (pathname.startsWith("/static/")) event.respondWith(keptOrFetched(request));
  else if (pathname.startsWith("/i18n/")) event.respondWith(fetchedOrKept(request));
  else if (request.mode === "navigate") event.respondWith(page(request, pathname));
}

/** The address of a static file has its version in it. @param {Request} request */
async function keptOrFetched(request) {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && answer.status === 200) await keep(request, answer.clone());
  return answer;
}

/** @param {Request} request */
async function fetchedOrKept(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) await keep(request, answer.clone());
    if (!away.includes(answer.status)) return answer;
  } catch {
    // What is kept is better than nothing.
  }
  return (await caches.match(request, { ignoreVary: true })) ?? Response.error();
}

/**
 * @param {Request} request
 * @param {string} pathname
 */
async function page(request, pathname) {
  const isChat = patterns.some(pattern => pattern.test(pathname));
  const fetching = fetch(request);
  try {
    const answer = await (isChat ? Promise.race([fetching, tooLate()]) : fetching);
    if (!away.includes(answer.status)) return answer;
  } catch {
    // No connection, or one that is as good as none.
  }
  const kept = await caches.match(isChat ? shell : offline, { cacheName: ours, ignoreVary: true });
  return kept ?? fetching;
}

/** @returns {Promise<never>} */
const tooLate = () =>
  new Promise((_resolve, reject) => setTimeout(() => reject(new Error("too late")), patienceMs));

/**
 * @param {Request} request
 * @param {Response} answer
 */
async function keep(request, answer) {
  const cache = await caches.open(ours);
  // A full disk must not keep anybody from reading.
  await cache.put(request, answer).catch(() => {});
}

/** What pages say to it. @param {any} event */
function onMessage(event) {
  const { type, addresses } = event.data ?? {};
  if (type === "version") event.ports[0].postMessage(version);
  else if (type === "activate") scope.skipWaiting();
  else if (type === "language") event.waitUntil(caches.open(ours).then(keepShell));
  else if (type === "used") event.waitUntil(Promise.all([keepUsed(addresses), noteVisit()]));
}

/** The fonts of the page that was open before there was a worker. @param {string[]} addresses */
async function keepUsed(addresses) {
  const cache = await caches.open(ours);
  for (const address of addresses) {
    if (!(await cache.match(address, { ignoreVary: true }))) await cache.add(address).catch(() => {});
  }
}

// --- Shares ---

/**
 * What another app shares waits here, as it came, until somebody says which room it is for. The latest one only.
 * @param {Request} request
 */
async function keepShared(request) {
  const address = `${share}?kept=${crypto.randomUUID()}`;
  try {
    await caches.delete(sharedCache);
    const cache = await caches.open(sharedCache);
    const headers = { "Content-Type": request.headers.get("Content-Type") ?? "" };
    await cache.put(address, new Response(await request.blob(), { headers }));
  } catch {
    return Response.redirect(`${share}?lost=1`, 303);
  }
  return Response.redirect(address, 303);
}

// --- Pushes ---

/** @param {any} data */
async function onPush(data) {
  const push = data?.json();
  if (!push) return;
  await Promise.all([push.kind === "withdrawal" ? withdraw(push) : showPush(push), badge(push.badge)]);
}

/**
 * One notification for each room, as the page shows them: whichever comes later takes the other's place.
 * @param {any} push
 */
async function showPush(push) {
  const windows = await openWindows();
  const all = await scope.registration.getNotifications();
  for (const one of all) if (isClosed(one, push.closed)) one.close();
  // Safari ends the subscription of who shows nothing.
  if (!push.must_show && windows.some(({ focused }) => focused)) return;
  const isShown = all.some((/** @type {any} */ one) => one.data?.messageId === push.message_id);
  const isTest = push.kind === "test";
  // An open page has told of it already, and so has an earlier try of the same push.
  await show(push, push.tag, { renotify: isTest || (!windows.length && !isShown) });
}

/**
 * Take what was read elsewhere, deleted or left off the screen. A push that leaves nothing to see is one of few that a
 * browser lets pass; when they are used up, one notification stays, and says so without a word of the message.
 * @param {any} push
 */
async function withdraw(push) {
  const windows = await openWindows();
  const all = await scope.registration.getNotifications();
  const going = all.filter((/** @type {any} */ one) => isClosed(one, push.closed));
  const isVisible =
    all.length > going.length || windows.some(({ visibilityState }) => visibilityState === "visible");
  const maySaveIt = !push.must_show && (isVisible || (await spendSilence()));
  for (const one of going) one.close();
  if (!maySaveIt && (going.length || push.must_show)) {
    await show(push, push.closed[0].tag, { silent: true });
  }
}

/** The number on the icon of the installed app; a test says none. @param {number | undefined} count */
async function badge(count) {
  if (count === undefined) return;
  const done = count ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.();
  await done?.catch(() => {});
}

/**
 * @param {any} notification
 * @param {{tag: string, message_id: number}[]} closed
 */
const isClosed = ({ tag, data }, closed) =>
  closed.some(one => one.tag === tag && data?.messageId <= one.message_id);

/**
 * @param {any} push
 * @param {string} tag
 * @param {object} options
 */
const show = (push, tag, options) =>
  scope.registration.showNotification(push.title, {
    body: push.body,
    tag,
    icon: files.find(file => file.endsWith("/img/icon-192.png")),
    timestamp: push.at ? Date.parse(push.at) : Date.now(),
    data: {
      tag,
      roomId: push.room_id,
      messageId: push.message_id,
      parentId: push.parent_id,
      path: push.url,
    },
    ...options,
  });

const dayMs = 24 * 60 * 60 * 1000;
/** Chrome gives a site that is used much six a day, and then shows a notification of its own. */
const silentInADay = 4;
/** Firefox ends a subscription after 16 without a visit. */
const silentWithoutVisit = 12;
const silences = "pushes";
const silencesKey = "/silent-pushes";

/** @returns {Promise<boolean>} whether one more push may leave nothing to see */
async function spendSilence() {
  const times = await silentTimes();
  if (times.length >= silentWithoutVisit || times.filter(isOfToday).length >= silentInADay) return false;
  await keepSilentTimes([...times, Date.now()]);
  return true;
}

async function noteVisit() {
  const times = await silentTimes();
  if (times.length) await keepSilentTimes(times.filter(isOfToday));
}

/** @param {number} at */
const isOfToday = at => at > Date.now() - dayMs;

/** @returns {Promise<number[]>} */
async function silentTimes() {
  const kept = await caches.match(silencesKey, { cacheName: silences });
  return kept ? kept.json() : [];
}

/** @param {number[]} times */
async function keepSilentTimes(times) {
  const cache = await caches.open(silences);
  await cache.put(silencesKey, new Response(JSON.stringify(times)));
}

/**
 * The push service has ended the subscription, or made another one. The server is told of the new one, unless nobody is
 * signed in who wants it. Without a connection the next page does it.
 * @param {any} event
 */
async function onSubscriptionChange({ newSubscription }) {
  const { pushManager } = scope.registration;
  const [me, known] = await Promise.all([answerOf("/api/me"), answerOf("/api/push")]);
  const present = newSubscription ?? (await pushManager.getSubscription());
  if (!me || !known?.is_wanted) {
    await present?.unsubscribe();
    return;
  }
  const options = { userVisibleOnly: true, applicationServerKey: known.public_key };
  const subscription = present ?? (await pushManager.subscribe(options));
  await fetch("/api/push/subscriptions", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF-Token": me.csrf_token },
    body: JSON.stringify(subscription),
  });
}

/** @param {string} path @returns {Promise<any>} null when nobody is signed in */
async function answerOf(path) {
  const answer = await fetch(path);
  if (answer.ok) return answer.json();
  if (answer.status === 401) return null;
  throw new Error(`${path}: ${answer.status}`);
}

/** @param {any} event */
async function onPress({ notification }) {
  notification.close();
  /** @type {string | undefined} */
  const path = notification.data?.path;
  const windows = await openWindows();
  const isChat = (/** @type {{url: string}} */ { url }) =>
    patterns.some(pattern => pattern.test(new URL(url).pathname));
  const chat = windows.find(isChat);
  const isInChat = !path || patterns.some(pattern => pattern.test(path));
  if (!chat || !isInChat) return scope.clients.openWindow(path ?? "/");
  await chat.focus();
  if (path) chat.postMessage({ type: "open", path });
}

/** @returns {Promise<any[]>} the last one that was looked at first */
const openWindows = () => scope.clients.matchAll({ type: "window", includeUncontrolled: true });
