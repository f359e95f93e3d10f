/** Threads: where they are, what the store holds of them, and how they are opened. */
import { findMessage, isInTimeline } from "../core/reducer.js";
import { client } from "./client.js";
import { openPane } from "./pane.js";
import { place } from "./router.js";
import { TimelineWindow } from "./timeline_window.js";
import { toast } from "./toast.js";
import { sentenceOf } from "./words.js";

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

/** How many replies to a message I follow and have not read. @param {number} messageId */
export const unreadReplies = messageId => client.store.threads.value[messageId]?.unread_count ?? 0;

/** Threads with something to read, and how many of their replies name me. */
export function unreadThreads() {
  const all = Object.values(client.store.threads.value);
  return { count: all.length, mentions: all.reduce((sum, one) => sum + one.mention_count, 0) };
}

/** Tell of every thread that has something new to read. @param {(messageId: number) => void} listener */
export const onThreadsChanged = listener =>
  client.store.onEvent((_stream, { data }) => {
    if (data && "follow" in data && data.follow.is_following) listener(data.follow.message_id);
  });

/** Threads that I follow. @param {{before?: number, filter?: "all" | "unread"}} query */
export const followedThreads = query => client.api.threads(query);

/**
 * Tell how I stand to a thread, as often as it changes.
 * @param {number} messageId
 * @param {(follow: import("../core/types.js").ThreadFollow) => void} listener
 */
export const onFollow = (messageId, listener) =>
  client.store.onEvent((_stream, { data }) => {
    if (data && "follow" in data && data.follow.message_id === messageId) listener(data.follow);
  });

/** How I stand to a thread. @param {number} messageId */
export const followOf = async messageId => (await client.api.replies(messageId, { limit: 1 })).follow;

/** @param {number} messageId @param {boolean} isFollowing */
export async function follow(messageId, isFollowing) {
  try {
    await client.api.follow(messageId, isFollowing);
  } catch (error) {
    toast(sentenceOf(error));
  }
}

/** @param {number} messageId @param {number} replyId */
export const markThreadRead = (messageId, replyId) =>
  client.api.markThread(messageId, replyId, "read").catch(() => {});

/** From this reply on everything is unread; whoever wants that follows. @param {number} messageId @param {number} replyId */
export async function markThreadUnread(messageId, replyId) {
  await client.api.follow(messageId, true);
  await client.api.markThread(messageId, replyId, "unread");
}

/** Where the thread of a message is: its own, or the one that it replies in. @param {import("../core/types.js").Message} message */
export const threadIdOf = message => message.parent_id ?? message.id;

/** A message in whatever the store holds. @param {number} roomId @param {number} messageId */
export const heldMessage = (roomId, messageId) =>
  findMessage(client.store.timeline(roomId).value ?? undefined, messageId);

/**
 * What a message of a room replies to; null when it is no reply, or not there.
 * @param {number} roomId
 * @param {number} messageId
 */
export async function parentOf(roomId, messageId) {
  const held = heldMessage(roomId, messageId);
  if (held) return held.parent_id;
  try {
    const { message } = await client.api.message(messageId);
    return message.room_id === roomId ? message.parent_id : null;
  } catch {
    return null;
  }
}

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
export const holdThread = (roomId, messageId, replies) =>
  holdMessages(roomId, () => [messageId, ...replies.messages.peek().map(({ id }) => id)]);

/**
 * Messages of a room are in view: they are not dropped.
 * @param {number} roomId
 * @param {() => Iterable<number>} ids
 * @returns {() => void} they are out of view
 */
export function holdMessages(roomId, ids) {
  client.store.showRoom(roomId);
  const lookAway = client.store.lookAt(roomId, ids);
  return () => {
    lookAway();
    client.store.hideRoom(roomId);
  };
}

/** Tell when a room starts anew: what was fetched of it before is not kept up any more. @param {number} roomId @param {() => void} listener */
export const onRestart = (roomId, listener) =>
  client.store.onSnapshot(stream => stream === `room-${roomId}` && listener());

/**
 * Bring messages into the store, which keeps them as they are from then on while the room is held.
 * @param {number} roomId
 * @param {readonly import("../core/types.js").Message[]} messages oldest first
 */
export const keepMessages = (roomId, messages) => client.store.keepFetched(roomId, messages);
