/**
 * Where the page is: a room, maybe a message in it, a list such as the threads, or the search; and what stands in the
 * pane beside it. Back and forward work because every move is in the history.
 */
import { signal } from "../../vendor/signals-core/signals-core.module.js";

/** @typedef {import("../core/search.js").Sort} Sort */

/**
 * @typedef {object} Place
 * @property {number | null} roomId
 * @property {number | null} messageId the target of a permalink
 * @property {number | null} anchorId going back: the message that was at the top of the window
 * @property {string | null} view a list in place of a room, by its name in `views/places.js`
 * @property {{kind: string, id: number | null} | null} pane what stands beside it, by its name in `views/panes.js`
 * @property {{query: string, sort: Sort} | null} search what is searched for; null outside the search
 * @property {boolean} isReturn whether the browser's own buttons led here
 * @property {number} visit grows with every move but those of the pane, so that going to the same message twice flashes it twice
 */

/** The lists that have an address of their own; the server hands out the page for each. */
export const viewNames = /** @type {const} */ ([
  "threads",
  "unread",
  "mentions",
  "saved",
  "people",
  "drafts",
  "reminders",
]);

let visits = 0;
/** Tells which message is at the top of the window, null at the newest. @type {() => number | null} */
let whereNow = () => null;

/** The timeline says where it stands, so that Back can return there. @param {() => number | null} answer */
export function tellWhere(answer) {
  whereNow = answer;
}

/** @type {import("../../vendor/signals-core/signals-core.module.js").Signal<Place>} */
export const place = signal(read(here()));

/**
 * @param {string} path
 * @param {{isReplacing?: boolean}} [how]
 */
export function goTo(path, { isReplacing = false } = {}) {
  if (isReplacing || path === here()) {
    history.replaceState({ depth: depth() }, "", path);
  } else {
    history.replaceState({ depth: depth(), anchor: whereNow() }, "");
    history.pushState({ depth: depth() + 1 }, "", path);
  }
  become(read(path));
}

/** A move of the pane alone leaves everything else where it is. @param {Place} next */
function become(next) {
  const { roomId, messageId, view, search, visit, pane } = place.peek();
  const isSame =
    next.roomId === roomId &&
    next.view === view &&
    !search &&
    !next.search &&
    isPaneMove(next, messageId, pane);
  place.value = isSame ? { ...next, messageId, anchorId: null, visit } : next;
}

/**
 * @param {Place} next
 * @param {number | null} messageId
 * @param {Place["pane"]} pane
 */
const isPaneMove = (next, messageId, pane) =>
  next.messageId === messageId && (next.pane?.kind !== pane?.kind || next.pane?.id !== pane?.id);

/**
 * The address of the present place with something in the pane, or without.
 * @param {string | null} kind
 * @param {number | null} [id]
 */
export function panePath(kind, id = null) {
  const address = new URL(here(), location.origin);
  if (kind === null) address.searchParams.delete("pane");
  else address.searchParams.set("pane", id === null ? kind : `${kind}-${id}`);
  return address.pathname + address.search;
}

/** Where the person came from; whoever opened the page here goes to `path`. @param {string} path */
export function goBack(path) {
  if (depth()) history.back();
  else goTo(path, { isReplacing: true });
}

/** How many moves inside this page led here. @returns {number} */
const depth = () => Number(history.state?.depth) || 0;

/** @param {number} roomId */
export const roomPath = roomId => `/rooms/${roomId}`;

/**
 * @param {number} roomId
 * @param {number} messageId
 */
export const messagePath = (roomId, messageId) => `/rooms/${roomId}/messages/${messageId}`;

/** A room with a thread beside it. @param {number} roomId @param {number} messageId what is replied to */
export const threadPath = (roomId, messageId) => `${roomPath(roomId)}?pane=thread-${messageId}`;

/**
 * @param {string} query
 * @param {Sort} [sort]
 */
export function searchPath(query, sort = "relevance") {
  const asked = new URLSearchParams({ ...(query && { q: query }), ...(sort === "newest" && { sort }) });
  return asked.size ? `/search?${asked}` : "/search";
}

/** Follow links to rooms inside the page, and the browser's own buttons. */
export function startRouter() {
  addEventListener("popstate", () => {
    become({ ...read(here(), Number(history.state?.anchor) || null), isReturn: true });
  });
  document.addEventListener("click", event => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!(link instanceof HTMLAnchorElement) || !isPlainClick(event) || link.origin !== location.origin)
      return;
    const path = link.pathname + link.search;
    if (link.hash || !isOurs(path)) return;
    event.preventDefault();
    goTo(path);
  });
}

/** Whether this page shows it, without asking the server for another one. @param {string} path */
function isOurs(path) {
  const { roomId, search, view } = read(path);
  return roomId !== null || search !== null || view !== null || path === "/" || path.startsWith("/?");
}

/** The address without the server. */
function here() {
  return location.pathname + location.search;
}

/**
 * @param {string} path
 * @param {number | null} [anchorId]
 * @returns {Place}
 */
function read(path, anchorId = null) {
  const { pathname, searchParams } = new URL(path, location.origin);
  const found = /^\/rooms\/(\d+)(?:\/messages\/(\d+))?\/?$/.exec(pathname);
  visits += 1;
  return {
    roomId: found ? Number(found[1]) : null,
    messageId: found?.[2] ? Number(found[2]) : null,
    anchorId,
    view: viewNames.find(name => pathname === `/${name}`) ?? null,
    pane: readPane(searchParams.get("pane")),
    search: pathname === "/search" ? readSearch(searchParams) : null,
    isReturn: false,
    visit: visits,
  };
}

/** @param {string | null} asked "thread-12" or "pins" @returns {Place["pane"]} */
function readPane(asked) {
  const found = /^([a-z]+)(?:-(\d+))?$/.exec(asked ?? "");
  return found ? { kind: found[1], id: found[2] ? Number(found[2]) : null } : null;
}

/** @param {URLSearchParams} asked @returns {{query: string, sort: Sort}} */
function readSearch(asked) {
  return { query: asked.get("q") ?? "", sort: asked.get("sort") === "newest" ? "newest" : "relevance" };
}

/** @param {MouseEvent} event */
const isPlainClick = event =>
  event.button === 0 &&
  !event.defaultPrevented &&
  !event.ctrlKey &&
  !event.metaKey &&
  !event.shiftKey &&
  !event.altKey;
