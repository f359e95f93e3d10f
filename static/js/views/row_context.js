/** What the rows of every list of messages need to know. */
import * as chat from "../lib/chat.js";
import { replyNote, threadLink } from "./threads.js";

const longestQuote = 80;

/**
 * @param {number} roomId
 * @returns {import("./message.js").RowContext}
 */
export const rowContext = roomId => ({
  prefix: "m",
  myId: chat.me().id,
  userOf: chat.userOf,
  pendingBody: chat.pendingBody,
  watchedIn: chat.watchedIn,
  canWrite: chat.canWrite(roomId),
  editingId: null,
  newestMineId: null,
  targetId: null,
  openThreadId: null,
  under: message => threadLink(message, chat.userOf, chat.unreadReplies(message.id)),
  above: message => (message.parent_id === null ? null : replyNote(message, quoteOf(message))),
});

/** The beginning of what a reply replies to; nothing when it is not here. @param {import("../core/types.js").Message} message */
function quoteOf({ room_id: roomId, parent_id: parentId }) {
  const parent = chat.heldMessage(roomId, parentId ?? 0);
  if (!parent) return "";
  if (parent.deleted_at) return "";
  const line = parent.text.replace(/\s+/g, " ");
  return line.length > longestQuote ? `${line.slice(0, longestQuote)}…` : line;
}
