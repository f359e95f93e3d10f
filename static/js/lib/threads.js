/** Threads: where they are, what the store holds of them, and how they are opened. */
import { findMessage, isInTimeline } from "../core/reducer.js";
import { client } from "./client.js";
import { openPane } from "./pane.js";
import { place } from "./router.js";
import { TimelineWindow } from "./timeline_window.js";

/** @param {number} messageId what is replied to */
export const openThread = messageId => openPane("thread", messageId);

/** The message whose thread stands in the pane. */
export const openThreadId = () => {
  const { pane } = place.value;
  return pane?.kind === "thread" ? pane.id : null;
};

/**
 * Whether a message stands in the pane.
 * @param {number} roomId
 * @param {number} messageId
 */
export function isInOpenThread(roomId, messageId) {
  const open = openThreadId();
  if (open === null) return false;
  return messageId === open || heldMessage(roomId, messageId)?.parent_id === open;
}

/** Reply in the thread of the newest message. @param {number} roomId */
export function replyToLatest(roomId) {
  const line = client.store.state().timelines[roomId];
  const latest = line?.messages.findLast(message => isInTimeline(message) && !message.deleted_at);
  if (latest) openThread(threadIdOf(latest));
}

/** How many replies to a message I follow and have not read. @param {number} _messageId */
export const unreadReplies = _messageId => 0;

/** Where the thread of a message is: its own, or the one that it replies in. @param {import("../core/types.js").Message} message */
export const threadIdOf = message => message.parent_id ?? message.id;

/** A message in whatever the store holds. @param {number} roomId @param {number} messageId */
export const heldMessage = (roomId, messageId) =>
  findMessage(client.store.timeline(roomId).value ?? undefined, messageId);

/**
 * In which room a message is.
 * @param {number} messageId
 * @returns {Promise<number>} rejects when there is no such message for me
 */
export async function homeOf(messageId) {
  for (const [roomId, line] of Object.entries(client.store.state().timelines))
    if (findMessage(line, messageId)) return Number(roomId);
  const { message } = await client.api.message(messageId);
  return message.room_id;
}

/**
 * The replies to a message.
 * @param {number} roomId
 * @param {number} messageId
 */
export const threadOf = (roomId, messageId) =>
  new TimelineWindow(
    query => client.fetchReplies(roomId, messageId, query),
    () => threadPart(client.store.timeline(roomId).peek(), messageId),
  );

/** @param {number} roomId @param {number} messageId */
export const threadLine = (roomId, messageId) => threadPart(client.store.timeline(roomId).value, messageId);

/**
 * @param {import("../core/types.js").Timeline | null} line
 * @param {number} messageId
 * @returns {import("./timeline_window.js").Line | undefined}
 */
function threadPart(line, messageId) {
  if (!line) return undefined;
  const heldFrom = line.messages[0]?.id ?? 0;
  return {
    messages: line.messages.filter(message => message.parent_id === messageId),
    // Whoever holds a message holds all replies to it.
    hasBefore: line.hasBefore && heldFrom > messageId,
    fetched: line.fetched,
    heldFrom,
  };
}

/**
 * Nothing of a thread is dropped while it is in view.
 * @param {number} roomId
 * @param {number} messageId
 * @param {TimelineWindow} replies
 * @returns {() => void} it is out of view
 */
export function holdThread(roomId, messageId, replies) {
  client.store.showRoom(roomId);
  const lookAway = client.store.lookAt(roomId, () => [
    messageId,
    ...replies.messages.peek().map(({ id }) => id),
  ]);
  return () => {
    lookAway();
    client.store.hideRoom(roomId);
  };
}

/** Tell when a room starts anew: what was fetched of it before is not kept up any more. @param {number} roomId @param {() => void} listener */
export const onRestart = (roomId, listener) =>
  client.store.onSnapshot(stream => stream === `room-${roomId}` && listener());
