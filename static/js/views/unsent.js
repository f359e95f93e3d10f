/** The dialog "Drafts and unsent": what was written and has not reached anybody. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { dialogHead, openDialog } from "../lib/dialog.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { goTo, roomPath } from "../lib/router.js";

export function openUnsent() {
  const title = t("Drafts and unsent");
  openDialog({
    label: title,
    view: close => {
      const go = (/** @type {number} */ roomId) => {
        close();
        goTo(roomPath(roomId));
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
 * @param {(roomId: number) => void} go
 */
function unsentRow({ clientId, roomId, text, state, failure }, go) {
  const isFailed = state === "failed";
  return html`<li class="row-item">${icon(isFailed ? "circle-alert" : "clock")}
    <button type="button" class="who" @click=${() => go(roomId)}><b class="truncate">${text}</b>
      <small class="truncate ${isFailed ? "is-failed" : ""}">${chat.roomLabel(roomId)} · ${isFailed ? failure : t("Waiting for connection")}</small></button>
    ${isFailed ? html`<button type="button" class="btn btn-sm" @click=${() => chat.retry(clientId)}>${t("Try again")}</button>` : null}
    <button type="button" class="icon-btn" aria-label=${t("Delete")} @click=${() => chat.discard(clientId)}>${icon("trash-2")}</button>
  </li>`;
}

/**
 * @param {{roomId: number, text: string}} draft
 * @param {(roomId: number) => void} go
 */
const draftRow = (
  { roomId, text },
  go,
) => html`<li><button type="button" class="row-item" @click=${() => go(roomId)}>
  ${icon("pencil")}<span class="who"><b class="truncate">${text}</b><small class="truncate">${chat.roomLabel(roomId)}</small></span></button></li>`;
