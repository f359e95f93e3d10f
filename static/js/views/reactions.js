/** The chips under a message: each emoji with its count, pressed when mine is in it. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { glyphOf } from "./emoji_glyph.js";
import { whoReacted } from "./reaction_people.js";

/**
 * @param {{emoji: string, user_ids: number[]}[]} reactions
 * @param {number} myId
 * @param {(id: number) => string} nameOf
 */
export function reactionChips(reactions, myId, nameOf) {
  if (!reactions.length) return null;
  return html`<div class="chips">
    ${reactions.map(reaction => chip(reaction, myId, nameOf))}
    <button type="button" class="chip add" tabindex="-1" data-act="pick" aria-label=${t("Add a reaction")}>${icon("smile-plus", "i-sm")}</button>
  </div>`;
}

/**
 * @param {{emoji: string, user_ids: number[]}} reaction
 * @param {number} myId
 * @param {(id: number) => string} nameOf
 */
function chip({ emoji, user_ids: ids }, myId, nameOf) {
  return html`<button type="button" class="chip" tabindex="-1" data-act="react" data-emoji=${emoji}
    aria-pressed=${ids.includes(myId)}><span>${glyphOf(emoji)}</span>${ids.length}<span class="sr-only">${whoReacted(ids, myId, nameOf)}</span></button>`;
}
