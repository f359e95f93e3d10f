/** The dialog "Drafts and unsent": what was written and has not reached anybody. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { dialogHead, openDialog } from "../lib/dialog.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { goTo, roomPath, threadPath } from "../lib/router.js";

/** @typedef {{roomId: number, parentId: number | null}} Place */

export function openUnsent() {
  const title = t("Drafts and unsent");
  openDialog({
    label: title,
    view: close => {
      const go = (/** @type {Place} */ { roomId, parentId }) => {
        close();
        goTo(parentId === null ? roomPath(roomId) : threadPath(roomId, parentId));
      };
      const unsent = chat.unsent();
      const drafts = chat.drafts();
      return html`${dialogHead(title, close)}
        <div class="dialog-body">
          ${unsent.length ? html`<section><h3 class="menu-label">${t("Not sent yet")}</h3><ul class="rows">${unsent.map(item => unsentRow(item, go))}</ul></section>` : null}
          ${drafts.length ? html`<section><h3 class="menu-label">${t("Drafts")}</h3><ul class="rows">${drafts.map(item => draftRow(item, go))}</ul></section>` : null}
          ${unsent.length || drafts.length ? null : html`<p class="empty">${t("Everything you wrote was sent.")}</p>`}
        </div>`;
    },
  });
}

/**
 * @param {import("../lib/chat.js").Unsent} item
 * @param {(place: Place) => void} go
 */
function unsentRow({ clientId, roomId, parentId, text, state, failure }, go) {
  const isFailed = state === "failed";
  return html`<li class="row-item">${icon(isFailed ? "circle-alert" : "clock")}
    <button type="button" class="who" @click=${() => go({ roomId, parentId })}><b class="truncate">${text}</b>
      <small class="truncate ${isFailed ? "is-failed" : ""}">${placeLabel({ roomId, parentId })} · ${isFailed ? failure : t("Waiting for connection")}</small></button>
    ${isFailed ? html`<button type="button" class="btn btn-sm" @click=${() => chat.retry(clientId)}>${t("Try again")}</button>` : null}
    <button type="button" class="icon-btn" aria-label=${t("Delete")} @click=${() => chat.discard(clientId)}>${icon("trash-2")}</button>
  </li>`;
}

/**
 * @param {Place & {text: string}} draft
 * @param {(place: Place) => void} go
 */
const draftRow = (
  { roomId, parentId, text },
  go,
) => html`<li><button type="button" class="row-item" @click=${() => go({ roomId, parentId })}>
  ${icon("pencil")}<span class="who"><b class="truncate">${text}</b><small class="truncate">${placeLabel({ roomId, parentId })}</small></span></button></li>`;

/** "#launch", or "Thread in #launch". @param {Place} place */
const placeLabel = ({ roomId, parentId }) =>
  parentId === null ? chat.roomLabel(roomId) : t("Thread in {room}", { room: chat.roomLabel(roomId) });
