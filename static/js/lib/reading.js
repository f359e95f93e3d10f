/** Read and unread: marks that go back, and everything at once. */
import { isInTimeline } from "../core/reducer.js";
import { client } from "./client.js";
import { t } from "./i18n.js";
import { isInOpenThread, markThreadUnread } from "./threads.js";
import { toast } from "./toast.js";
import { sentenceOf } from "./words.js";

/** From this message on everything is unread: in its thread if it stands there, else in the room. @param {import("../core/types.js").Message} message */
export async function markUnread(message) {
  const { id, room_id: roomId, parent_id: parentId } = message;
  const isOfThread = parentId !== null && (!isInTimeline(message) || isInOpenThread(roomId, id));
  try {
    if (isOfThread) await markThreadUnread(parentId, id);
    else await client.markUnread(roomId, id);
  } catch (error) {
    toast(sentenceOf(error));
  }
}

/** Tell when a room is made unread, here or on another device. @param {number} roomId @param {(readId: number) => void} listener */
export const onUnreadMarked = (roomId, listener) =>
  client.store.onEvent((_stream, { type, data }) => {
    if (type === "unread_marked" && data && "unread_count" in data && data.room_id === roomId)
      listener(data.message_id);
  });

/** Every room and thread is read; instead of asking first it can be taken back. */
export async function markAllRead() {
  try {
    const marks = await client.markAllRead();
    if (!marks.rooms.length && !marks.threads.length) return toast(t("Everything was read already."));
    toast(t("Everything is marked read."), { label: t("Undo"), action: () => restore(marks) });
  } catch (error) {
    toast(sentenceOf(error));
  }
}

/**
 * A room is read up to its newest message; that can be taken back.
 * @param {number} roomId
 */
export async function markRoomRead(roomId) {
  const room = client.store.room(roomId).peek();
  if (!room) return;
  const former = { rooms: [{ room_id: roomId, message_id: room.read_message_id }], threads: [] };
  try {
    const held = client.store.timeline(roomId).peek()?.messages.at(-1);
    const newest = held ?? (await client.api.messages(roomId, { limit: 1 })).messages.at(-1);
    if (!newest) return;
    await client.markRead(roomId, newest.id);
    toast(t("Marked read."), { label: t("Undo"), action: () => restore(former) });
  } catch (error) {
    toast(sentenceOf(error));
  }
}

/** @param {import("../core/types.js").Marks} marks */
async function restore(marks) {
  try {
    await client.api.restoreMarks(marks);
  } catch (error) {
    toast(sentenceOf(error));
  }
}

/** A room opens at the newest message instead of where I left off. */
export const startsAtNewest = () => client.store.preferences.value.reading_start === "newest";
