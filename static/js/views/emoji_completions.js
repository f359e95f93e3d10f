/** Emoji, after a colon and two letters, by their names in English and Korean. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as emojis from "../lib/emoji.js";
import { codeFor, searchEmoji, withTone } from "../lib/emoji_table.js";
import { lang, t } from "../lib/i18n.js";
import { emojiBeingTyped } from "../lib/text_edit.js";
import { emojiGlyph } from "./emoji_glyph.js";

/** @typedef {import("../lib/emoji_table.js").Emoji} Emoji */

/** @type {import("../elements/completion_list.js").CompletionSource} */
export const emojiCompletions = {
  label: () => t("Emoji"),
  typedIn: emojiBeingTyped,
  find: query =>
    emojis.emojiTable.value ? found(query) : emojis.loadEmoji().then(() => found(query), noTable),
};

/** Without the table, the workspace's own are left. */
const noTable = () => [];

/** @param {string} query */
const found = query =>
  searchEmoji(emojis.allEmoji(), query, emojis.useOf)
    .slice(0, 8)
    .map(emoji => completion(emoji, query));

/**
 * @param {Emoji} emoji
 * @param {string} query
 */
function completion(emoji, query) {
  const text = withTone(emoji, emojis.skinTone.peek());
  return {
    text: `${text} `,
    onTake: () => emojis.noteUse(text),
    view: () => html`<span class="glyph" aria-hidden="true">${emojiGlyph(text, emoji.url)}</span><span class="code">:${codeFor(emoji, query)}:</span>
      ${emoji.url ? null : html`<small>${lang() === "ko" ? emoji.localName : emoji.name}</small>`}`,
  };
}
