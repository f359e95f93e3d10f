/** What the names in a text mean here: whom they call, whom they name, which rooms they link. */
import { computed } from "../../vendor/signals-core/signals-core.module.js";
import { nameFinder, namesIn } from "../core/names.js";
import { client } from "./client.js";
import { activeUsers, me, peopleIn, presenceOf, userOf } from "./people.js";

/** @typedef {import("../core/names.js").Call} Call */

const mostInAPair = 2;

/** Only open rooms are linked: whoever reads may not be in a closed one. */
const linkable = computed(() => {
  const { rooms, openRooms } = client.store;
  const known = { ...openRooms.value, ...rooms.value };
  return Object.values(known)
    .filter(room => room.kind === "open")
    .map(({ id, name }) => ({ id, name: name ?? "" }));
});

const finder = computed(() =>
  nameFinder({ people: activeUsers(), rooms: linkable.value, takesCalls: false }),
);
const callingFinder = computed(() =>
  nameFinder({ people: activeUsers(), rooms: linkable.value, takesCalls: true }),
);

/** @param {number} roomId */
export const finderIn = roomId => (takesCalls(roomId) ? callingFinder.value : finder.value);

/** Whether `@here` and `@room` mean anything: who writes to one person has their attention anyway. @param {number} roomId */
export function takesCalls(roomId) {
  const room = client.store.rooms.value[roomId];
  if (!room) return false;
  const people = (room.member_ids ?? []).filter(id => !userOf(id)?.deactivated_at);
  return room.kind !== "direct" || people.length > mostInAPair;
}

/** How many others a call reaches. @param {number} roomId @param {Call} call */
export function reachOf(roomId, call) {
  const others = peopleIn(roomId).filter(({ id }) => id !== me().id);
  return others.filter(({ id }) => call === "room" || presenceOf(id) !== "offline").length;
}

/**
 * What a text would do in a room: how it calls many at once, and which people it names who are not there.
 * @param {number} roomId
 * @param {string} text
 */
export function reachOfText(roomId, text) {
  const { userIds, call } = namesIn(text, finderIn(roomId));
  const here = new Set(peopleIn(roomId).map(({ id }) => id));
  const strangers = userIds.filter(id => !here.has(id)).flatMap(id => userOf(id) ?? []);
  return { call, strangers };
}
