/** The timeline's rows and what floats over them. */

import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { html } from "../../vendor/lit-html/lit-html.js";
import { dayHeading } from "../lib/dates.js";
import { t, tn } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { messageView } from "./message.js";

/** @typedef {import("../lib/rows.js").Row} Row */

/**
 * @param {Row[]} rows
 * @param {import("./message.js").RowContext} context
 */
export const rowViews = (rows, context) =>
  repeat(
    rows,
    row => row.key,
    row => rowView(row, context),
  );

/**
 * @param {Row} row
 * @param {import("./message.js").RowContext} context
 */
function rowView(row, context) {
  if (row.kind === "message") return messageView(row, context);
  if (row.kind === "new") return html`<div class="newline" role="separator"><span>${t("New")}</span></div>`;
  return html`<div class="day" data-at=${row.at}><span><time datetime=${row.at}>${dayHeading(row.at)}</time></span></div>`;
}

export const skeletons = () => html`<div class="skeletons" aria-hidden="true">
  ${[1, 2, 3].map(() => html`<div class="skel"><i></i><i></i><i></i></div>`)}
</div>`;

/** @param {() => void} onRetry */
export const loadFailed = onRetry => html`<div class="log-note" role="alert">${icon("circle-alert", "i-sm")}
  <span>${t("These messages could not be loaded.")}</span><button type="button" class="btn btn-sm" @click=${onRetry}>${t("Try again")}</button></div>`;

/**
 * What stands above the very first message of a room.
 * @param {import("../core/types.js").Room} room
 * @param {unknown} mark
 * @param {string} title
 */
export function beginning(room, mark, title) {
  const sentence =
    room.kind === "direct"
      ? t("This is the beginning of your conversation.")
      : t("This is the beginning of {room}.", { room: title });
  return html`<div class="log-start"><span class="log-start-mark">${mark}</span><h2>${title}</h2><p>${sentence}</p>${room.topic ? html`<p>${room.topic}</p>` : null}</div>`;
}

/**
 * @param {number} count
 * @param {string} since a time, or nothing
 * @param {() => void} onJump
 * @param {() => void} onRead
 */
export function jumpBar(count, since, onJump, onRead) {
  const words = since
    ? tn("{n} new since {time}", "{n} new since {time}", count, { time: since })
    : tn("{n} new message", "{n} new messages", count);
  return html`<div class="jumpbar"><button type="button" @click=${onJump}>${icon("arrow-up", "i-xs")}<span>${words}</span></button>
    <button type="button" title="Esc" @click=${onRead}>${t("Mark read")}</button></div>`;
}

/**
 * @param {number} count of new messages below; 0 only offers the way down
 * @param {() => void} onPress
 */
export function newPill(count, onPress) {
  const words = count ? tn("{n} new message", "{n} new messages", count) : t("Go to the newest");
  return html`<button type="button" class="newpill" @click=${onPress}>${icon("arrow-down", "i-sm")}<span>${words}</span></button>`;
}
