/** Notifications that the worker has shown leave the screen when an open page of the same browser knows better. */
import { effect } from "../../vendor/signals-core/signals-core.module.js";
import { client } from "./client.js";

/** @typedef {{roomId?: number, messageId?: number, parentId?: number | null}} Shown what the worker keeps with each */

/** How far each room was read when it was last looked at. @type {Map<number, number>} */
const marks = new Map();

export function startClosingShown() {
  if (!navigator.serviceWorker) return;
  effect(closeRead);
  client.store.onEvent((_stream, { type, message_id: id, data }) => {
    if (type === "message_deleted") close(({ messageId }) => messageId === id);
    else if (type === "room_left" && data && "room_id" in data) closeRoom(data.room_id);
    else if (type === "thread_read" && data && "follow" in data) closeReplies(data.follow);
  });
}

function closeRead() {
  const rooms = Object.values(client.store.rooms.value);
  const moved = rooms.filter(room => room.read_message_id > (marks.get(room.id) ?? 0));
  for (const room of rooms) marks.set(room.id, room.read_message_id);
  if (!moved.length) return;
  const readUpTo = new Map(moved.map(room => [room.id, room.read_message_id]));
  close(
    ({ roomId = 0, messageId = 0, parentId = null }) =>
      parentId === null && messageId <= (readUpTo.get(roomId) ?? -1),
  );
}

/** @param {number} left */
const closeRoom = left => close(({ roomId }) => roomId === left);

/** @param {import("../core/types.js").ThreadFollow} follow */
const closeReplies = follow =>
  close(
    ({ parentId, messageId = 0 }) => parentId === follow.message_id && messageId <= follow.read_message_id,
  );

/** @param {(shown: Shown) => boolean} isNeedless */
async function close(isNeedless) {
  const registration = await navigator.serviceWorker.getRegistration();
  for (const one of (await registration?.getNotifications()) ?? []) {
    if (one.data && isNeedless(one.data)) one.close();
  }
}
