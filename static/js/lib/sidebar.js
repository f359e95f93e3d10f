/** The sidebar as I want it: its sections, its order, its filter; kept on the server, the same on every device. */
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { client } from "./client.js";
import { currentRoomId, directRooms, namedRooms, roomTitle } from "./rooms.js";
import { arrange, moved } from "./sidebar_order.js";
import { toast } from "./toast.js";
import { sentenceOf } from "./words.js";

/** @typedef {import("../core/types.js").Room} Room */
/** @typedef {import("../core/types.js").Section} Section */

export const mostSections = 50;
const settleMs = 500;

/** What is typed into the sidebar's filter; null while there is no field for it. */
export const filterText = signal(/** @type {string | null} */ (null));

/** Preferences that were chosen here and are on their way: they count at once. */
const chosen = signal(/** @type {import("../core/types.js").Preferences} */ ({}));

const wishes = () => ({ ...client.store.preferences.value, ...chosen.value });

/** @returns {Section[]} */
export const sections = () => wishes().sections ?? [];

export const sidebarFilter = () => /** @type {"all" | "unread"} */ (wishes().sidebar_filter ?? "all");
export const sidebarSort = () => /** @type {"name" | "recent"} */ (wishes().sidebar_sort ?? "name");
export const keepsUnread = () => wishes().keeps_unread_in_view !== false;

/** @returns {import("./sidebar_order.js").Arranged[]} */
export const arrangedRooms = () =>
  arrange([...namedRooms(), ...directRooms()], {
    sections: sections(),
    collapsed: wishes().collapsed_sections ?? [],
    filter: sidebarFilter(),
    sort: sidebarSort(),
    keepsUnread: keepsUnread(),
    text: filterText.value?.trim() ?? "",
    here: currentRoomId(),
    titleOf: roomTitle,
  });

/** Every room that shows, from top to bottom. */
export const roomsInOrder = () => arrangedRooms().flatMap(({ rooms }) => rooms);

/** @param {import("../core/types.js").Preferences} wanted */
export async function setSidebar(wanted) {
  chosen.value = { ...chosen.peek(), ...wanted };
  try {
    await client.api.setPreferences(wanted);
    // The answer may be here before the event that brings the choice to the store.
    setTimeout(() => settle(wanted), settleMs);
  } catch (error) {
    settle(wanted);
    toast(sentenceOf(error));
  }
}

/** What the server has, holds again; unless something else has been chosen since. @param {import("../core/types.js").Preferences} wanted */
function settle(wanted) {
  const left = Object.entries(chosen.peek()).filter(([name, value]) => wanted[name] !== value);
  chosen.value = Object.fromEntries(left);
}

/** @param {string} id @param {boolean} isCollapsed */
export function collapse(id, isCollapsed) {
  const own = sections();
  if (own.some(section => section.id === id)) return changeSection(id, { is_collapsed: isCollapsed });
  const others = (wishes().collapsed_sections ?? []).filter((/** @type {string} */ other) => other !== id);
  return setSidebar({ collapsed_sections: isCollapsed ? [...others, id] : others });
}

/** @param {string} id @param {Partial<Section>} part */
export const changeSection = (id, part) =>
  setSidebar({
    sections: sections().map(section => (section.id === id ? { ...section, ...part } : section)),
  });

/** @param {string} id @param {1 | -1} step */
export const moveSection = (id, step) => setSidebar({ sections: moved(sections(), id, step) });

/** Its rooms go back to their usual place. @param {string} id */
export const removeSection = id => setSidebar({ sections: sections().filter(section => section.id !== id) });

/** @param {{name: string, emoji: string}} wanted @returns {Promise<string>} its id */
export async function addSection({ name, emoji }) {
  const id = crypto.randomUUID().slice(0, 8);
  await setSidebar({ sections: [...sections(), { id, name, emoji, is_collapsed: false }] });
  return id;
}

/** @param {number} roomId @param {boolean} isStarred */
export const star = (roomId, isStarred) => wantRoom(roomId, { is_starred: isStarred });

/**
 * Put a room under a heading of the sidebar.
 * @param {number} roomId
 * @param {string} place "starred", "rooms", "direct", or the id of a section
 */
export function moveRoom(roomId, place) {
  if (place === "starred") return star(roomId, true);
  const isOwn = sections().some(section => section.id === place);
  return wantRoom(roomId, { is_starred: false, section_id: isOwn ? place : null });
}

/**
 * @param {number} roomId
 * @param {Partial<import("../core/types.js").RoomPreferences>} wanted
 */
async function wantRoom(roomId, wanted) {
  try {
    await client.api.setRoomPreferences(roomId, wanted);
  } catch (error) {
    toast(sentenceOf(error));
  }
}

export const addSectionIsPossible = () => sections().length < mostSections;
