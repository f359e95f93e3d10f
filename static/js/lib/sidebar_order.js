/** Which rooms stand where in the sidebar: starred ones first, then my own sections, then the rest. Pure. */
import { matchName } from "./match.js";

/** @typedef {import("../core/types.js").Room} Room */
/** @typedef {import("../core/types.js").Section} Section */

/**
 * @typedef {object} Arranged
 * @property {string} id "starred", "rooms", "direct", or that of a section of mine
 * @property {Section | null} own null: one that everybody has
 * @property {boolean} isCollapsed
 * @property {Room[]} rooms those to show, in their order
 * @property {number} roomCount those in it, shown or not
 * @property {boolean} isUnread whether something in it waits that does not show
 */

/**
 * @typedef {object} Wishes
 * @property {readonly Section[]} sections
 * @property {readonly string[]} collapsed the sections of everybody that are collapsed
 * @property {"all" | "unread"} filter
 * @property {"name" | "recent"} sort
 * @property {boolean} keepsUnread whether unread rooms of a collapsed section stay in view
 * @property {string} text what the name must have
 * @property {number | null} here the room in view, which always shows
 * @property {(room: Room) => string} titleOf
 */

/** Whether a room calls: what is muted only does when I am mentioned. @param {Room} room */
export const isCalling = room => room.mention_count > 0 || (room.unread_count > 0 && !room.is_muted);

/**
 * @param {readonly Room[]} rooms
 * @param {Wishes} wishes
 * @returns {Arranged[]}
 */
export function arrange(rooms, wishes) {
  const own = new Map(wishes.sections.map(section => [section.id, section]));
  /** @type {Map<string, Room[]>} */
  const places = new Map(
    ["starred", ...own.keys(), "rooms", "direct"].map(id => [id, /** @type {Room[]} */ ([])]),
  );
  for (const room of rooms) places.get(placeOf(room, own))?.push(room);
  return [...places].map(([id, inside]) => {
    const section = own.get(id) ?? null;
    const isCollapsed = section ? section.is_collapsed : wishes.collapsed.includes(id);
    const isOpen = !isCollapsed || wishes.text !== "";
    const shown = sorted(inside, id, wishes).filter(room => isShown(room, isOpen, wishes));
    const isUnread = inside.some(room => isCalling(room) && !shown.includes(room));
    return { id, own: section, isCollapsed: !isOpen, rooms: shown, roomCount: inside.length, isUnread };
  });
}

/**
 * @param {Room} room
 * @param {ReadonlyMap<string, Section>} own
 */
export function placeOf(room, own) {
  if (room.is_starred) return "starred";
  if (room.section_id && own.has(room.section_id)) return room.section_id;
  return room.kind === "direct" ? "direct" : "rooms";
}

/**
 * @param {Room} room
 * @param {boolean} isOpen
 * @param {Wishes} wishes
 */
function isShown(room, isOpen, { filter, keepsUnread, text, here, titleOf }) {
  if (text) return matchName(titleOf(room), text) !== null;
  if (room.id === here) return true;
  if (filter === "unread" && !isCalling(room)) return false;
  return isOpen || (keepsUnread && isCalling(room));
}

/**
 * Conversations stand by their latest message anyway, where they are among themselves.
 * @param {readonly Room[]} rooms
 * @param {string} id
 * @param {Wishes} wishes
 */
function sorted(rooms, id, { sort, titleOf }) {
  const byRecent = (/** @type {Room} */ a, /** @type {Room} */ b) => recent(b).localeCompare(recent(a));
  const byName = (/** @type {Room} */ a, /** @type {Room} */ b) => collator.compare(titleOf(a), titleOf(b));
  return rooms.toSorted(sort === "recent" || id === "direct" ? byRecent : byName);
}

const collator = new Intl.Collator(undefined, { numeric: true });

/** @param {Room} room */
const recent = room => room.last_message_at ?? room.created_at;

/**
 * The sections with one of them moved up or down.
 * @param {readonly Section[]} sections
 * @param {string} id
 * @param {1 | -1} step
 */
export function moved(sections, id, step) {
  const from = sections.findIndex(section => section.id === id);
  const to = from + step;
  if (from < 0 || to < 0 || to >= sections.length) return [...sections];
  const rest = sections.toSpliced(from, 1);
  return rest.toSpliced(to, 0, sections[from]);
}
