/** How a message looks until the server has rendered it: nodes made one by one, never from a string of HTML. */
import { computed } from "../../vendor/signals-core/signals-core.module.js";
import { format, mentionFinder } from "../core/markdown.js";
import { client } from "./client.js";
import { users } from "./people.js";

const mostKept = 100;

/** The same text gives the same nodes, so that painting again touches nothing. @type {Map<string, HTMLElement[]>} */
const made = new Map();

const findMention = computed(() => mentionFinder(users()));

/**
 * @param {string} clientId
 * @param {string} text
 * @returns {Node[]}
 */
export function pendingBody(clientId, text) {
  const key = `${clientId} ${text}`;
  const nodes = made.get(key) ?? format(text, { findMention: findMention.value }).map(toElement);
  if (made.size > mostKept) made.clear();
  made.set(key, nodes);
  return nodes;
}

/** @param {import("../core/markdown.js").Element} element @returns {HTMLElement} */
function toElement({ tag, attrs, children }) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) node.setAttribute(name, value);
  if (node.dataset.userId === String(client.store.userId)) node.classList.add("me");
  node.append(...children.map(child => (typeof child === "string" ? child : toElement(child))));
  return node;
}
