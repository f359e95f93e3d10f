/** Rooms: what they are called, how they stand in the sidebar, and what can be done with them. */
import { client } from "./client.js";
import { t } from "./i18n.js";
import { compareNames, me, othersIn } from "./people.js";
import { noteRoom } from "./recent_rooms.js";
import { goTo, place, roomPath } from "./router.js";
import { toast } from "./toast.js";
import { sentenceOf } from "./words.js";

/** @typedef {import("../core/types.js").Room} Room */

/** @param {number} id */
export const room = id => client.store.room(id).value;

const all = () => Object.values(client.store.rooms.value);

/** @param {Room | undefined} of "launch", or the names of the other people */
export function roomTitle(of) {
  if (!of) return "";
  if (of.kind !== "direct") return of.name ?? "";
  const names = othersIn(of).map(user => user.name);
  return names.length ? names.join(", ") : me().name;
}

/** @param {number} id "#launch", or the names of the other people */
export function roomLabel(id) {
  const found = room(id);
  return found && found.kind !== "direct" ? `#${roomTitle(found)}` : roomTitle(found);
}

/** @returns {Room[]} by name, archived ones only while they are in view */
export const namedRooms = () =>
  all()
    .filter(one => one.kind !== "direct" && (!one.archived_at || one.id === currentRoomId()))
    .sort((a, b) => compareNames(a.name ?? "", b.name ?? ""));

/** @returns {Room[]} the latest conversation first; those in which nobody wrote yet only while they are in view */
export const directRooms = () =>
  all()
    .filter(
      one =>
        one.kind === "direct" &&
        (one.last_message_at || one.created_by === me().id || one.id === currentRoomId()),
    )
    .sort((a, b) => (b.last_message_at ?? b.created_at).localeCompare(a.last_message_at ?? a.created_at));

/** @returns {Room[]} every room with a name that I am in, archived ones last */
export const searchableRooms = () =>
  all()
    .filter(one => one.kind !== "direct")
    .sort(
      (a, b) =>
        Number(Boolean(a.archived_at)) - Number(Boolean(b.archived_at)) ||
        compareNames(a.name ?? "", b.name ?? ""),
    );

/** @returns {Room[]} what calls loudest first */
export const roomsByUnread = () =>
  [...namedRooms(), ...directRooms()].sort(
    (a, b) => loudness(b) - loudness(a) || latest(b).localeCompare(latest(a)),
  );

/** @param {Room} one */
const loudness = one => (callsFor(one) ? 2 : one.unread_count && !one.is_muted ? 1 : 0);

/** @param {Room} one */
const latest = one => one.last_message_at ?? "";

/** The room in view: the address's, else the first of mine; none while a list is in view. @returns {number | null} */
export function currentRoomId() {
  const { roomId, view } = place.value;
  if (roomId !== null || view !== null) return roomId;
  return firstRoomId();
}

const lastRoomKey = "stet.room";

/** @returns {number | null} */
function firstRoomId() {
  const mine = client.store.rooms.value;
  const last = Number(localStorage.getItem(lastRoomKey));
  if (last && mine[last] && !mine[last].archived_at) return last;
  const named = Object.values(mine).filter(one => one.kind !== "direct" && !one.archived_at);
  const best = named.find(one => one.is_default) ?? named[0] ?? Object.values(mine)[0];
  return best?.id ?? null;
}

/** So that the next visit without an address opens the same room. @param {number} id */
export function rememberRoom(id) {
  localStorage.setItem(lastRoomKey, String(id));
  noteRoom(id);
}

/** Messages that call for me: mentions, and everything in conversations that are not muted. @param {Room} one */
export const callsFor = one =>
  one.kind === "direct" && !one.is_muted ? one.unread_count : one.mention_count;

export const importantUnread = () =>
  all().reduce((sum, one) => sum + callsFor(one), 0) +
  Object.values(client.store.threads.value).reduce((sum, one) => sum + one.mention_count, 0);

/** @returns {Room[]} those with something to read; muted ones only when they call for me */
export const unreadRooms = () =>
  all().filter(one => one.unread_count && (!one.is_muted || one.mention_count));

export const totalUnread = () => client.store.totals.value.unread;

/** Whether I may rename and archive it, and take people out. @param {Room} one */
export const canManage = one =>
  me().role === "owner" || me().role === "admin" || (one.role === "owner" && me().role !== "guest");

/** @param {number} roomId */
export const canWrite = roomId => {
  const one = room(roomId);
  return one !== undefined && one.role !== null && !one.archived_at;
};

// --- What can be done ---

/** Every open room, mine or not, by name; null until they have been fetched once. @returns {Room[] | null} */
export function openRooms() {
  const found = client.store.openRooms.value;
  if (!found) return null;
  return Object.values(found)
    .filter(one => !one.archived_at)
    .map(one => client.store.rooms.value[one.id] ?? one)
    .sort((a, b) => compareNames(a.name ?? "", b.name ?? ""));
}

export const loadOpenRooms = () => client.loadOpenRooms();

/** @param {{kind: "open" | "closed", name: string, topic: string}} wanted */
export const createRoom = wanted => client.createRoom(wanted);

/** @param {number} id */
export const joinRoom = id => client.joinRoom(id);

/** The conversation with these people: the same one every time. @param {number[]} userIds */
export const openDirect = userIds => client.createRoom({ kind: "direct", member_ids: userIds });

/** @param {number} id */
export async function leaveRoom(id) {
  try {
    await client.api.removeMember(id, me().id);
    goTo("/", { isReplacing: true });
  } catch (error) {
    toast(sentenceOf(error));
  }
}

/**
 * @param {number} id
 * @param {{name?: string, topic?: string, archived?: boolean}} change
 */
export const changeRoom = (id, change) => client.api.updateRoom(id, change);

/**
 * @param {number} id
 * @param {number} userId
 */
export const addMember = (id, userId) => client.api.addMember(id, userId);

/**
 * @param {number} id
 * @param {number} userId
 */
export const removeMember = (id, userId) => client.api.removeMember(id, userId);

/** How I want it. @param {number} id @param {Partial<import("../core/types.js").RoomPreferences>} wanted */
export const setRoomPreferences = (id, wanted) => client.api.setRoomPreferences(id, wanted);

/** @param {number} id */
export function copyRoomLink(id) {
  copy(location.origin + roomPath(id));
}

/** @param {string} text */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("Copied"));
  } catch {
    toast(t("The browser did not allow copying."));
  }
}
