/** Where the page is: a room, maybe a message in it. Back and forward work because every move is in the history. */
import { signal } from "../../vendor/signals-core/signals-core.module.js";

/**
 * @typedef {object} Place
 * @property {number | null} roomId
 * @property {number | null} messageId the target of a permalink
 * @property {number | null} anchorId going back: the message that was at the top of the window
 * @property {number} visit grows with every move, so that going to the same message twice flashes it twice
 */

let visits = 0;
/** Tells which message is at the top of the window, null at the newest. @type {() => number | null} */
let whereNow = () => null;

/** The timeline says where it stands, so that Back can return there. @param {() => number | null} answer */
export function tellWhere(answer) {
  whereNow = answer;
}

/** @type {import("../../vendor/signals-core/signals-core.module.js").Signal<Place>} */
export const place = signal(read(location.pathname));

/**
 * @param {string} path
 * @param {{isReplacing?: boolean}} [how]
 */
export function goTo(path, { isReplacing = false } = {}) {
  if (isReplacing || path === location.pathname) {
    history.replaceState(null, "", path);
  } else {
    history.replaceState({ anchor: whereNow() }, "");
    history.pushState(null, "", path);
  }
  place.value = read(path);
}

/** @param {number} roomId */
export const roomPath = roomId => `/rooms/${roomId}`;

/**
 * @param {number} roomId
 * @param {number} messageId
 */
export const messagePath = (roomId, messageId) => `/rooms/${roomId}/messages/${messageId}`;

/** Follow links to rooms inside the page, and the browser's own buttons. */
export function startRouter() {
  addEventListener("popstate", () => {
    place.value = read(location.pathname, Number(history.state?.anchor) || null);
  });
  document.addEventListener("click", event => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!(link instanceof HTMLAnchorElement) || !isPlainClick(event) || link.origin !== location.origin)
      return;
    if (read(link.pathname).roomId === null && link.pathname !== "/") return;
    event.preventDefault();
    goTo(link.pathname);
  });
}

/**
 * @param {string} path
 * @param {number | null} [anchorId]
 * @returns {Place}
 */
function read(path, anchorId = null) {
  const found = /^\/rooms\/(\d+)(?:\/messages\/(\d+))?\/?$/.exec(path);
  visits += 1;
  return {
    roomId: found ? Number(found[1]) : null,
    messageId: found?.[2] ? Number(found[2]) : null,
    anchorId,
    visit: visits,
  };
}

/** @param {MouseEvent} event */
const isPlainClick = event =>
  event.button === 0 &&
  !event.defaultPrevented &&
  !event.ctrlKey &&
  !event.metaKey &&
  !event.shiftKey &&
  !event.altKey;
