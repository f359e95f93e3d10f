/** The emoji of somebody's status beside their name; its words are its title. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../lib/icon.js";
import { statusOf, statusWords } from "../lib/status.js";
import { glyphOf as emojiOrPicture } from "./emoji_glyph.js";

/** @typedef {import("../core/types.js").User} User */

/** @param {User | undefined} user */
export function statusGlyph(user) {
  const status = statusOf(user);
  if (!status) return null;
  const words = statusWords(status);
  return html`<span class="status-glyph" role="img" aria-label=${words} title=${words}>${glyphOf(status.emoji)}</span>`;
}

/** A character, the workspace's own picture, or a bubble for a status without emoji. @param {string} emoji */
export const glyphOf = emoji => (emoji ? emojiOrPicture(emoji) : icon("message-square", "i-xs"));
