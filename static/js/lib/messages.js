/** What can be done with messages: editing, deleting, reacting, copying, reading. */
import { ApiError } from "../core/api.js";
import { findMessage, isInTimeline, roomIdOf } from "../core/reducer.js";
import { client } from "./client.js";
import { confirmDialog } from "./dialog.js";
import { t } from "./i18n.js";
import { me } from "./people.js";
import { canWrite, copy } from "./rooms.js";
import { messagePath } from "./router.js";
import { isInOpenThread } from "./threads.js";
import { TimelineWindow } from "./timeline_window.js";
import { toast } from "./toast.js";
import { editingId } from "./ui.js";
import { sentenceOf } from "./words.js";

/** @typedef {import("../core/types.js").Message} Message */

/** What the store holds of a room's timeline. @param {number} roomId */
export const lineOf = roomId => timelinePart(client.store.timeline(roomId).value);

/** @param {number} roomId */
export const timelineOf = roomId =>
  new TimelineWindow(
    query => client.fetchPage(roomId, query),
    () => timelinePart(client.store.timeline(roomId).peek()),
  );

/** A page of a room's timeline, kept in the store. @param {number} roomId @param {import("../core/types.js").PageQuery} query */
export const timelinePage = (roomId, query) => client.fetchPage(roomId, query);

/** @type {WeakMap<import("../core/types.js").Timeline, import("./timeline_window.js").Line>} */
const timelineParts = new WeakMap();

/** @param {import("../core/types.js").Timeline | null} line */
function timelinePart(line) {
  if (!line) return undefined;
  const known = timelineParts.get(line);
  if (known) return known;
  const part = { ...line, messages: line.messages.filter(isInTimeline), heldFrom: line.messages[0]?.id ?? 0 };
  timelineParts.set(line, part);
  return part;
}

/**
 * @param {number} roomId
 * @param {TimelineWindow} window what of it is in view
 * @returns {() => void} the room is out of view
 */
export function showRoom(roomId, window) {
  client.openRoom(roomId);
  const lookAway = client.store.lookAt(roomId, () => window.messages.peek().map(({ id }) => id));
  return () => {
    lookAway();
    client.closeRoom(roomId);
  };
}

/** Tell of every new message. @param {(message: Message) => void} listener */
export const onPosted = listener =>
  client.store.onMessage((message, isPosted) => {
    if (isPosted) listener(message);
  });

/** Tell of every message as it stands after something happened to it. @param {(message: Message) => void} listener */
export const onChanged = listener => client.store.onMessage(message => listener(message));

/** Tell when a room starts anew: what happened before came by no event. @param {number} roomId @param {() => void} listener */
export const onRoomSnapshot = (roomId, listener) =>
  client.store.onSnapshot(stream => {
    if (roomIdOf(stream) === roomId) listener();
  });

/** A page of the room's files, newest first. @param {number} roomId @param {{kind?: string, before?: number}} query */
export const filesIn = (roomId, query) => client.api.files(roomId, query);

/**
 * Save another text. A refusal because of a newer version brings that version.
 * @param {Message} message
 * @param {string} text
 * @param {number} baseVersion
 * @param {number[]} [attachmentIds] the files that stay; without it all of them
 * @returns {Promise<{ok: true} | {ok: false, current?: Message, sentence: string}>}
 */
export async function edit(message, text, baseVersion, attachmentIds) {
  try {
    await client.edit(message, text, baseVersion, attachmentIds);
    return { ok: true };
  } catch (error) {
    const current =
      error instanceof ApiError && error.code === "edit_conflict" ? error.problem.message : undefined;
    return { ok: false, current, sentence: sentenceOf(error) };
  }
}

/** The message as the store has it by now. @param {Message} message */
export const messageNow = message =>
  findMessage(client.store.timeline(message.room_id).value ?? undefined, message.id) ?? message;

/** Whether the store knows that it is gone. @param {Message} message */
export const isDeleted = ({ room_id: roomId, id }) =>
  Boolean(findMessage(client.store.state().timelines[roomId], id)?.deleted_at);

/** @param {Message} message */
export function askToDelete(message) {
  confirmDialog({
    title: t("Delete this message?"),
    text: t("Everybody sees that it was deleted. It cannot be brought back."),
    action: t("Delete"),
    onConfirm: () => remove(message),
  });
}

/** @param {Message} message */
async function remove(message) {
  try {
    await client.remove(message);
  } catch (error) {
    toast(sentenceOf(error));
  }
}

/**
 * Shown at once; taken back when the server refuses.
 * @param {Message} message
 * @param {string} emoji
 */
export async function toggleReaction(message, emoji) {
  const isMine = message.reactions.some(one => one.emoji === emoji && one.user_ids.includes(me().id));
  const current = () => findMessage(client.store.state().timelines[message.room_id], message.id) ?? message;
  client.store.acceptMessage({ ...current(), reactions: withReaction(current().reactions, emoji, !isMine) });
  try {
    await client.react(message.id, emoji, !isMine);
  } catch (error) {
    client.store.acceptMessage({ ...current(), reactions: withReaction(current().reactions, emoji, isMine) });
    toast(sentenceOf(error));
  }
}

/**
 * @param {import("../core/types.js").Reaction[]} reactions
 * @param {string} emoji
 * @param {boolean} isWanted
 */
function withReaction(reactions, emoji, isWanted) {
  const myId = me().id;
  const found = reactions.find(one => one.emoji === emoji);
  if (!found) return isWanted ? [...reactions, { emoji, user_ids: [myId] }] : reactions;
  const others = found.user_ids.filter(id => id !== myId);
  const next = { emoji, user_ids: isWanted ? [...others, myId] : others };
  return reactions.map(one => (one === found ? next : one)).filter(one => one.user_ids.length);
}

/**
 * @param {number} roomId
 * @param {number | null} parentId in a thread; null: in the room's timeline
 * @returns {Message[]} what I wrote, of what the store holds, oldest first
 */
function mine(roomId, parentId) {
  const line = client.store.state().timelines[roomId];
  const isHere = (/** @type {Message} */ message) =>
    parentId === null ? isInTimeline(message) : message.parent_id === parentId;
  return (
    line?.messages.filter(
      message => message.author_id === me().id && !message.deleted_at && !message.poll && isHere(message),
    ) ?? []
  );
}

/** @param {number} roomId @param {number | null} [parentId] */
export function editMyLast(roomId, parentId = null) {
  const last = canWrite(roomId) ? mine(roomId, parentId).at(-1) : undefined;
  if (last) editingId.value = last.id;
}

/**
 * Walk through what I wrote.
 * @param {Message} message
 * @param {1 | -1} step
 * @returns {boolean} whether there was another one
 */
export function editMyOther(message, step) {
  const parentId = isInOpenThread(message.room_id, message.id) ? message.parent_id : null;
  const all = mine(message.room_id, parentId);
  const other = all[all.findIndex(({ id }) => id === message.id) + step];
  if (!other || !all.some(({ id }) => id === message.id)) return false;
  editingId.value = other.id;
  return true;
}

/** How far it has come. @param {Message} message */
export const deliveryOf = message => client.api.delivery(message.id);

/** @param {Message} message */
export const copyText = message => copy(message.text);

/** @param {Message} message */
export const copyLink = message => copy(location.origin + messagePath(message.room_id, message.id));

/**
 * @param {number} roomId
 * @param {number} messageId
 */
export const markRead = (roomId, messageId) => client.markRead(roomId, messageId);
