/** How a message looks until the server has rendered it: nodes made one by one, never from a string of HTML. */
import { format, ownEmoji } from "../core/markdown.js";
import { client } from "./client.js";
import { emojiTable, loadEmoji, ownEmojiNamed } from "./emoji.js";
import { withTone } from "./emoji_table.js";
import { finderIn } from "./names.js";
import { showOwnEmoji } from "./own_emoji.js";

const mostKept = 100;

/** The same text gives the same nodes, so that painting again touches nothing. @type {Map<string, HTMLElement[]>} */
const made = new Map();

const maybeEmoji = /:[^\s:]+:/;

/**
 * @param {string} clientId
 * @param {string} text
 * @param {number} roomId
 * @returns {Node[]}
 */
export function pendingBody(clientId, text, roomId) {
  const key = `${clientId} ${emojiTable.value !== null} ${text}`;
  if (maybeEmoji.test(text)) loadEmoji().catch(() => {}); // without it the names show, until the server has read them
  const nodes = made.get(key) ?? format(text, { findMention: finderIn(roomId), findEmoji }).map(toElement);
  if (made.size > mostKept) made.clear();
  made.set(key, nodes);
  return nodes;
}

/** @type {import("../core/markdown.js").FindEmoji} */
function findEmoji(name, tone) {
  if (ownEmojiNamed(name)) return tone ? null : ownEmoji(name);
  const emoji = emojiTable.value?.byCode(name);
  return emoji ? withTone(emoji, tone) : null;
}

/** @param {import("../core/markdown.js").Element} element @returns {HTMLElement} */
function toElement({ tag, attrs, children }) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) node.setAttribute(name, value);
  if (node.matches("img.emoji")) showOwnEmoji(/** @type {HTMLImageElement} */ (node));
  if (node.dataset.userId === String(client.store.userId)) node.classList.add("me");
  node.append(...children.map(child => (typeof child === "string" ? child : toElement(child))));
  return node;
}
