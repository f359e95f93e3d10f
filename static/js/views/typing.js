/** The line under the message field: who is typing. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { rich, t } from "../lib/i18n.js";

const dots = html`<span class="typing" aria-hidden="true"><i></i><i></i><i></i></span>`;

/** @param {number} roomId */
export function typingLine(roomId) {
  const [first, second, ...more] = chat.typingIn(roomId).map(user => html`<b>${user.name}</b>`);
  if (!first) return html`<div class="under"></div>`;
  return html`<div class="under">${dots}<span>${words(first, second, more.length > 0)}</span></div>`;
}

/**
 * @param {unknown} first
 * @param {unknown} second
 * @param {boolean} isCrowd
 */
function words(first, second, isCrowd) {
  if (isCrowd) return t("Several people are typing");
  if (second) return rich(t("{first} and {second} are typing"), { first, second });
  return rich(t("{name} is typing"), { name: first });
}
