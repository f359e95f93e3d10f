/** What the timeline shows, in order: messages with the day dividers and the "New" line between them. */
import { dayKey } from "./dates.js";

const groupMs = 5 * 60 * 1000;

/** @typedef {import("../core/types.js").Message} Message */
/** @typedef {"" | "stored" | "sending" | "queued" | "failed"} DeliveryState */

/**
 * @typedef {object} MessageRow
 * @property {"message"} kind
 * @property {string} key stays the same from the first painting to the stored message
 * @property {Message | null} message null while it is on its way
 * @property {string} clientId
 * @property {number} roomId
 * @property {number | null} parentId what it replies to
 * @property {number} authorId
 * @property {string} at
 * @property {string} text
 * @property {readonly import("../core/types.js").FileMeta[]} files of a message that is on its way
 * @property {number | null} quotedId
 * @property {boolean} isHead shows the author
 * @property {DeliveryState} state
 * @property {string} failure why it was not sent, in a sentence
 */

/** @typedef {{kind: "day", key: string, at: string}} DayRow */
/** @typedef {{kind: "new", key: string}} NewRow */
/** @typedef {MessageRow | DayRow | NewRow} Row */

/**
 * @param {Message} message
 * @param {number} myId
 * @returns {MessageRow}
 */
export const storedRow = (message, myId) => ({
  kind: "message",
  key: message.client_id,
  message,
  clientId: message.client_id,
  roomId: message.room_id,
  parentId: message.parent_id,
  authorId: message.author_id,
  at: message.created_at,
  text: message.text,
  files: [],
  quotedId: message.quoted_id,
  isHead: true,
  state: message.author_id === myId ? "stored" : "",
  failure: "",
});

/**
 * Put dividers between messages and find out which of them start a group.
 * @param {MessageRow[]} messages oldest first
 * @param {number | null} newAfterId the "New" line stands before the first message of others behind this one
 * @param {number} myId
 * @returns {Row[]}
 */
export function layOut(messages, newAfterId, myId) {
  /** @type {Row[]} */
  const rows = [];
  /** @type {MessageRow | null} */
  let before = null;
  let isLineDrawn = newAfterId === null;
  for (const row of messages) {
    const startsDay = !before || dayKey(before.at) !== dayKey(row.at);
    if (startsDay) rows.push({ kind: "day", key: `day-${dayKey(row.at)}-${row.key}`, at: row.at });
    const startsNew = !isLineDrawn && isNew(row, /** @type {number} */ (newAfterId), myId);
    if (startsNew) {
      rows.push({ kind: "new", key: "new" });
      isLineDrawn = true;
    }
    const isHead = startsDay || startsNew || !before || startsGroup(before, row);
    rows.push({ ...row, isHead });
    before = row;
  }
  return rows;
}

/**
 * @param {MessageRow} row
 * @param {number} newAfterId
 * @param {number} myId
 */
const isNew = ({ message }, newAfterId, myId) =>
  message !== null && message.id > newAfterId && message.author_id !== myId && !message.deleted_at;

const action = /^\s*\/me[ \t]+\S/;

/**
 * @param {MessageRow} before
 * @param {MessageRow} row
 */
function startsGroup(before, row) {
  // What `/me` says begins with the name of whoever does it.
  if (before.parentId !== row.parentId || action.test(row.text)) return true;
  if (before.authorId !== row.authorId || before.message?.deleted_at || row.message?.deleted_at) return true;
  return Date.parse(row.at) - Date.parse(before.at) > groupMs;
}
