/** The lists that stand in place of a room, by the name in the address: the sidebar links to them. */
import { directory } from "./directory.js";
import { draftsPlace } from "./drafts_page.js";
import { mentions } from "./mentions_place.js";
import { threadsPlace, unreadPlace } from "./reading_places.js";
import { remindersPlace } from "./reminders_page.js";
import { savedMessages } from "./saved_messages.js";

/**
 * @typedef {object} Place
 * @property {(typeof import("../lib/router.js").viewNames)[number]} name its path without the slash
 * @property {string} icon
 * @property {() => string} label
 * @property {() => {count: number, isLoud?: boolean, words: string} | null} badge
 * @property {() => boolean} [isShown] whether the sidebar has it now; left out: always
 * @property {() => unknown} page a `pageHead` and what is under it
 */

/** In the order of the sidebar. @type {Place[]} */
export const places = [
  unreadPlace,
  threadsPlace,
  mentions,
  draftsPlace,
  savedMessages,
  remindersPlace,
  directory,
];

/** @param {string | null} name */
export const placeNamed = name => places.find(one => one.name === name);
