/** An emoji as it is shown outside of text: the character, or the picture of the workspace's own. */
import { html } from "../../vendor/lit-html/lit-html.js";

/**
 * @param {string} text
 * @param {string} [url]
 */
export const emojiGlyph = (text, url) =>
  url ? html`<img class="emoji" src=${url} alt=${text} loading="lazy" draggable="false">` : text;
