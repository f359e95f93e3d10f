/** An emoji as it is shown outside of text: the character, or the picture of the workspace's own. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { ownEmojiNamed } from "../lib/emoji.js";

/**
 * @param {string} text
 * @param {string} [url]
 */
export const emojiGlyph = (text, url) =>
  url ? html`<img class="emoji" src=${url} alt=${text} loading="lazy" draggable="false">` : text;

/** The same for what stands in a reaction: a name of the workspace's own that is gone stays a name. @param {string} text */
export const glyphOf = text =>
  text.startsWith(":") ? emojiGlyph(text, ownEmojiNamed(text.slice(1, -1))?.url) : text;
