/**
 * Telling me of messages while no tab of mine is looked at: a notification per room, and a sound. One tab does it for
 * all; the decision is `core/attention.js`, and it is made again at the last moment.
 */
import { effect } from "../../vendor/signals-core/signals-core.module.js";
import { howCalled, reasonToTell } from "../core/attention.js";
import { findMessage } from "../core/reducer.js";
import { client } from "./client.js";
import * as desktop from "./desktop.js";
import { t, tn } from "./i18n.js";
import { me, preferences, userOf } from "./people.js";
import { roomTitle } from "./rooms.js";
import { goTo, messagePath, roomPath } from "./router.js";
import { play } from "./sound.js";

/** @typedef {import("../core/types.js").Message} Message */

/** What comes together is told together. */
const gatherMs = 600;
/** More rooms at once, as after an outage, are told in one. */
const mostAtOnce = 3;
/** What is older than this comes from catching up, and is only counted. */
const freshMs = 2 * 60 * 1000;
const longestText = 140;

const leaderLock = "stet-notifier";
const focusLock = "stet-focus";

/** Messages to tell of, by room. @type {Map<number, Message[]>} */
let waiting = new Map();
/** What is on the screen, by room. @type {Map<number, {close: () => void, messageIds: number[]}>} */
const shown = new Map();
let timer = 0;
let isLeader = !navigator.locks;

export function startNotifier() {
  lead();
  holdFocus();
  client.store.onMessage((message, isPosted) => {
    if (isPosted) note(message);
    else if (message.deleted_at) forget(message);
  });
  effect(withdrawRead);
}

/** The first tab leads until it is closed; then the next one does. */
function lead() {
  navigator.locks?.request(leaderLock, () => {
    isLeader = true;
    return new Promise(() => {});
  });
}

/** A tab that is looked at holds a shared lock, so that the others know. */
function holdFocus() {
  /** @type {(() => void) | null} */
  let letGo = null;
  const onChange = () => {
    if (!isLookedAt()) {
      letGo?.();
      letGo = null;
    } else if (!letGo && navigator.locks) {
      const held = new Promise(resolve => {
        letGo = () => resolve(undefined);
      });
      navigator.locks.request(focusLock, { mode: "shared" }, () => held);
    }
  };
  for (const type of ["focus", "blur"]) addEventListener(type, onChange);
  document.addEventListener("visibilitychange", onChange);
  onChange();
}

const isLookedAt = () => document.hasFocus() && document.visibilityState === "visible";

/** Whether any tab of mine in this browser is looked at. */
async function isAnyLookedAt() {
  if (isLookedAt()) return true;
  const locks = await navigator.locks?.query();
  return locks?.held?.some(({ name }) => name === focusLock) ?? false;
}

/** @param {Message} message */
function note(message) {
  // Decided in `tell`: what my own stream says of it, that I follow its thread, may come after it.
  if (!isLeader || message.author_id === me().id) return;
  waiting.set(message.room_id, [...(waiting.get(message.room_id) ?? []), message]);
  if (!timer) timer = window.setTimeout(tell, gatherMs);
}

/** Why I am told of it, as everything stands now; null when I am not. @param {Message} message */
function reasonOf(message) {
  const room = client.store.rooms.peek()[message.room_id];
  const isReply = message.parent_id !== null && !message.also_in_room;
  if (!room || message.deleted_at || (!isReply && message.id <= room.read_message_id)) return null;
  if (Date.now() - Date.parse(message.created_at) > freshMs && !isCalling(message, room)) return null;
  const said = {
    author_id: message.author_id,
    is_direct: room.kind === "direct",
    text: message.text,
    is_reply: isReply,
  };
  const person = {
    user_id: me().id,
    preferences: /** @type {any} */ (client.store.preferences.peek()),
    level: room.level,
    is_muted: room.is_muted,
    called: howCalled(message, me().id),
    follows: isFollowed(message),
  };
  return reasonToTell(said, person, Date.now());
}

/** Whether it is an unread reply in a thread that I follow. @param {Message} message */
function isFollowed({ parent_id: parentId }) {
  return parentId !== null && parentId in client.store.state().threads;
}

/** What came while I was away is told when it calls me. @param {Message} message @param {import("../core/types.js").Room} room */
const isCalling = (message, room) => room.kind === "direct" || message.mentions.includes(me().id);

async function tell() {
  timer = 0;
  const gathered = waiting;
  waiting = new Map();
  if (await isAnyLookedAt()) return;
  // Deleted, read elsewhere, muted or taken out of the room meanwhile: nothing to tell.
  const rooms = [...gathered].flatMap(([roomId, messages]) => {
    const left = messages.map(asItStands).filter(message => reasonOf(message) !== null);
    return left.length ? [{ roomId, messages: left }] : [];
  });
  if (!rooms.length) return;
  if (preferences().is_sound_on) play(preferences().sound);
  if (!desktop.isOn()) return;
  if (rooms.length > mostAtOnce) await showSummary(rooms);
  else for (const { roomId, messages } of rooms) await showRoom(roomId, messages);
}

/** @param {Message} message */
const asItStands = message =>
  findMessage(client.store.state().timelines[message.room_id], message.id) ?? message;

/** @param {number} roomId @param {Message[]} messages */
async function showRoom(roomId, messages) {
  const room = client.store.rooms.peek()[roomId];
  const before = shown.get(roomId)?.messageIds ?? [];
  const messageIds = [...before, ...messages.map(({ id }) => id)];
  const last = messages[messages.length - 1];
  const name = userOf(last.author_id)?.name ?? t("Somebody");
  const where = room.kind === "direct" ? "" : `#${roomTitle(room)}`;
  const title = where ? t("{name} in {room}", { name, room: where }) : name;
  const made = await desktop.show(title, {
    body: bodyOf(last, messageIds.length),
    tag: `stet-room-${roomId}`,
    onClick: () => goTo(messagePath(roomId, last.id)),
  });
  shown.set(roomId, { close: () => made.close(), messageIds });
}

/** @param {Message} message @param {number} count of this room, this one included */
function bodyOf(message, count) {
  const more = count > 1 ? tn("{n} new message", "{n} new messages", count) : "";
  if (!preferences().notify_preview) return more || t("A new message");
  const text = message.text.replace(/\s+/g, " ").trim();
  const short = text.length > longestText ? `${[...text].slice(0, longestText).join("")}…` : text;
  const files = message.attachments.length ? tn("{n} file", "{n} files", message.attachments.length) : "";
  return [short || files, more].filter(Boolean).join("\n");
}

/** @param {{roomId: number, messages: Message[]}[]} rooms */
async function showSummary(rooms) {
  const count = rooms.reduce((sum, { messages }) => sum + messages.length, 0);
  const names = rooms.map(({ roomId }) => roomTitle(client.store.rooms.peek()[roomId]));
  await desktop.show(tn("{n} new message", "{n} new messages", count), {
    body: names.slice(0, mostAtOnce).join(", ") + (names.length > mostAtOnce ? " …" : ""),
    tag: "stet-summary",
    onClick: () => goTo(roomPath(rooms[0].roomId)),
  });
}

/** @param {Message} message that was deleted */
function forget({ id, room_id: roomId }) {
  const held = shown.get(roomId);
  if (!held?.messageIds.includes(id)) return;
  held.close();
  shown.delete(roomId);
}

/** What was read, here or elsewhere, and rooms that are not mine any more leave the screen. */
function withdrawRead() {
  const rooms = client.store.rooms.value;
  for (const [roomId, { close, messageIds }] of shown) {
    const room = rooms[roomId];
    if (room && !room.is_muted && room.read_message_id < Math.max(...messageIds)) continue;
    close();
    shown.delete(roomId);
  }
}
