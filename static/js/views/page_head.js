/** The head of a list that stands in place of a room. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../lib/icon.js";
import { menuButton } from "./room_head.js";

/**
 * @param {string} symbol
 * @param {string} title
 * @param {unknown} [tools]
 */
export const pageHead = (symbol, title, tools = null) => html`<header class="room-head">
    ${menuButton()}
    <div class="room-names"><h1 class="room-title" id="room-title">${icon(symbol)}<span class="truncate">${title}</span></h1></div>
    <span class="grow"></span>${tools}
  </header>`;
