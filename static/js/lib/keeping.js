/** What is kept at hand: the pins of a room, what I saved, and the messages that others refer to. */
import { client } from "./client.js";
import { t } from "./i18n.js";
import { openThreadId } from "./threads.js";
import { toast } from "./toast.js";
import { fieldOf } from "./ui.js";
import { sentenceOf } from "./words.js";

/** @import {Message, Pin, Saved} from "../core/types.js" */

const mostLinkCards = 3;

// --- Pins ---

/** The latest pin first. @param {number} roomId @returns {Pin[]} */
export const pinsIn = roomId => Object.values(client.store.pins(roomId).value).sort(latestFirst);

/** @param {Message} message @returns {Pin | undefined} */
export const pinOf = ({ room_id: roomId, id }) => client.store.pins(roomId).value[id];

/** @param {Message} message */
export const togglePin = message => attempt(client.pin(message.id, !pinOf(message)));

// --- Saved ---

/** What I am not done with, the latest first, of the rooms that I am in. @returns {Saved[]} */
export const savedOpen = () =>
  Object.values(client.store.saved.value)
    .filter(({ room_id: roomId }) => roomId in client.store.rooms.value)
    .sort(latestFirst);

/** @param {number} messageId */
export const isSaved = messageId => messageId in client.store.saved.value;

/** @param {Message} message */
export async function toggleSaved({ id }) {
  if (isSaved(id)) return attempt(client.unsave(id));
  if (await attempt(client.save(id, false))) toast(t("Saved for later"));
}

/** @param {number} messageId @param {boolean} isDone */
export async function setDone(messageId, isDone) {
  if (!(await attempt(client.save(messageId, isDone))) || !isDone) return;
  toast(t("Marked as done"), { label: t("Undo"), action: () => setDone(messageId, false) });
}

/** @param {number} messageId */
export const unsave = messageId => attempt(client.unsave(messageId));

/** A page of what I am done with, the latest first. @param {number | null} before */
export const fetchDone = before => client.api.saved({ state: "done", ...(before && { before }), limit: 50 });

/** Tell of every change of what I saved. @param {() => void} listener */
export const onSavedChange = listener =>
  client.store.onEvent((_stream, { type }) => {
    if (type === "message_saved" || type === "message_unsaved") listener();
  });

// --- What refers to messages ---

/**
 * A message by its id, followed as it changes; null when it is not for me, undefined while it is asked for.
 * @param {number} id
 */
export const cardOf = id => client.cards.of(id);

/** @type {WeakMap<Message, number[]>} */
const linked = new WeakMap();

/** The messages of this workspace that a message links to. @param {Message} message @returns {Message[]} */
export const linkedMessages = message =>
  linkedIds(message).flatMap(id => {
    const card = cardOf(id);
    return card && !card.deleted_at ? [card] : [];
  });

/** @param {Message} message */
function linkedIds(message) {
  const known = linked.get(message);
  if (known) return known;
  const ids = message.html.includes("/messages/") ? idsInLinks(message) : [];
  linked.set(message, ids);
  return ids;
}

/** @param {Message} message */
function idsInLinks({ id: ownId, html, quoted_id: quotedId }) {
  const ids = [...html.matchAll(/<a href="([^"]+)"/g)].flatMap(([, href]) => {
    const found = href.startsWith(location.origin)
      ? /^\/rooms\/\d+\/messages\/(\d{1,15})\/?(?:\?[^#]*)?$/.exec(href.slice(location.origin.length))
      : null;
    return found ? [Number(found[1])] : [];
  });
  return [...new Set(ids)].filter(id => id !== ownId && id !== quotedId).slice(0, mostLinkCards);
}

/** How a message came to say what it says, the first version first. @param {number} id */
export const revisionsOf = async id => (await client.api.revisions(id)).revisions;

const entities = /** @type {Record<string, string>} */ ({
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#39": "'",
});

/** What it says in one line, without marks; without words its files. @param {Message} message */
export function excerptOf({ html, attachments }) {
  const words = html
    .replace(/<[^>]*>/g, " ")
    .replace(/&(#?\w+);/g, (whole, name) => entities[name] ?? whole)
    .replace(/\s+/g, " ")
    .trim();
  return words || attachments.map(file => file.name).join(", ");
}

// --- Quoting and forwarding ---

/**
 * What the next message quotes. Its card is null when it is gone, or not for me any more; undefined as long as that is not
 * known.
 * @param {number} roomId
 * @param {number | null} [parentId]
 * @returns {{id: number, card: Message | null | undefined} | null}
 */
export function quotedIn(roomId, parentId = null) {
  const id = client.drafts.quoteOf(roomId, parentId);
  if (id === null) return null;
  const card = cardOf(id);
  return { id, card: card?.deleted_at ? null : card };
}

/** Quote in the next message; a reply whose thread stands in the pane, in the next reply. @param {Message} message */
export function quote({ id, room_id: roomId, parent_id: parentId }) {
  const place = parentId !== null && parentId === openThreadId() ? parentId : null;
  setQuote(id, roomId, place);
  fieldOf(place)?.focus();
}

/** @param {number | null} messageId @param {number} roomId @param {number | null} [parentId] */
export const setQuote = (messageId, roomId, parentId = null) =>
  client.drafts.save(roomId, client.drafts.textOf(roomId, parentId), parentId, messageId);

/** @param {number} roomId @param {number | null} [parentId] */
export const dropQuote = (roomId, parentId = null) => setQuote(null, roomId, parentId);

/** @param {number} roomId @param {string} comment @param {number} messageId */
export const forward = (roomId, comment, messageId) => client.send(roomId, comment, { quotedId: messageId });

/** @param {{at: string, message_id: number}} a @param {{at: string, message_id: number}} b */
const latestFirst = (a, b) => b.at.localeCompare(a.at) || b.message_id - a.message_id;

/** @param {Promise<unknown>} write @returns {Promise<boolean>} whether it was done; else a toast has said why */
async function attempt(write) {
  try {
    await write;
    return true;
  } catch (error) {
    toast(sentenceOf(error));
    return false;
  }
}
