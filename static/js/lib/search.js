/** Searching: the page's one search, what was searched for before on this device, and the way to the search page. */
import { effect, signal } from "../../vendor/signals-core/signals-core.module.js";
import { createSearch } from "../core/search.js";
import { typed } from "../core/search_query.js";
import { client } from "./client.js";
import { lang } from "./i18n.js";
import { fold } from "./match.js";
import { me, othersIn, users } from "./people.js";
import { roomTitle } from "./rooms.js";
import { goBack, goTo, place, roomPath, searchPath } from "./router.js";

const recentKey = "stet.searches";
const mostRecent = 8;
const refreshMs = 400;

/** @typedef {import("../core/types.js").Room} Room */
/** @typedef {import("../core/types.js").User} User */

export const search = createSearch({ ask: (question, signal) => client.api.search(question, signal) });

/** Where the results were scrolled to, and which one was opened: Back returns there. */
export const leftAt = { scrollTop: 0, messageId: 0 };

export const isSearching = () => place.value.search !== null;

/** What was searched for before, the latest first. @type {import("../../vendor/signals-core/signals-core.module.js").Signal<string[]>} */
export const recentSearches = signal([]);

export function startSearch() {
  recentSearches.value = readRecent();
  // Whose session is over leaves nothing in this browser.
  effect(() => {
    if (!client.store.isSessionEnded.value) return;
    search.clear();
    forgetSearches();
  });
  client.store.onMessage(message => {
    if (!message.deleted_at) return;
    search.drop(result => result.message.id === message.id);
    search.dropBefore(message.id);
  });
  let before = client.store.rooms.peek();
  effect(() => {
    const now = client.store.rooms.value;
    const left = Object.keys(before).filter(id => !(id in now));
    before = now;
    if (!left.length) return;
    search.drop(({ room }) => left.includes(String(room.id)));
    refreshSoon();
  });
  // A snapshot takes the place of events: what was deleted meanwhile is not told.
  client.store.onSnapshot(refreshSoon);
}

let refreshing = 0;

/** Once, however many streams start anew together. */
function refreshSoon() {
  clearTimeout(refreshing);
  refreshing = window.setTimeout(() => {
    if (place.peek().search) search.refresh();
  }, refreshMs);
}

/** @param {string} [query] */
export const openSearch = (query = "") => goTo(searchPath(query));

/** Search in one room: the operator stands there, the words are next. @param {Room} room */
export const openSearchIn = room => openSearch(`${typed("in", roomValue(room), lang())} `);

/** What is typed for a room: its name, or the other person's; a conversation of several has only a number. @param {Room} room */
export function roomValue(room) {
  if (room.kind !== "direct") return room.name ?? String(room.id);
  if ((room.member_ids?.length ?? 0) > 2) return String(room.id);
  return personValue(othersIn(room)[0] ?? me());
}

/** What is typed for a person: the name, or the address when others have the same name. @param {User} user */
export function personValue(user) {
  const plain = (/** @type {string} */ name) => fold(name).replace(/\s/g, "");
  const isShared = users().some(one => one.id !== user.id && plain(one.name) === plain(user.name));
  return isShared ? user.email : user.name;
}

/** The name behind what was typed for a room. @param {string} value */
export function roomNamed(value) {
  const plain = value.replace(/^#/, "");
  const found = client.store.rooms.value[Number(plain)];
  return found && /^\d+$/.test(plain) ? roomTitle(found) : personNamed(plain);
}

/** The name behind what was typed for a person. @param {string} value */
export function personNamed(value) {
  const plain = value.replace(/^@/, "");
  if (plain === "me" || plain === "나") return me().name;
  return users().find(({ email }) => email === plain)?.name ?? plain;
}

export function closeSearch() {
  const last = Number(localStorage.getItem("stet.room"));
  goBack(last ? roomPath(last) : "/");
}

/** @param {string} query */
export function rememberSearch(query) {
  const kept = query.trim();
  if (!kept) return;
  keep([kept, ...recentSearches.peek().filter(one => one !== kept)].slice(0, mostRecent));
}

export function forgetSearches() {
  recentSearches.value = [];
  localStorage.removeItem(recentKey);
}

/** @param {string[]} queries */
function keep(queries) {
  recentSearches.value = queries;
  localStorage.setItem(recentKey, JSON.stringify({ user_id: client.store.userId, queries }));
}

/** Only my own: another person may have used this browser. @returns {string[]} */
function readRecent() {
  try {
    const { user_id: userId, queries } = JSON.parse(localStorage.getItem(recentKey) ?? "{}");
    return userId === client.store.userId && Array.isArray(queries) ? queries.map(String) : [];
  } catch {
    return [];
  }
}
