/** The one question whether this browser may show notifications: asked gently, and once. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import * as desktop from "../lib/desktop.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";

const laterKey = "stet.notifications.later";

const isOpen = signal(
  desktop.permission() === "asked" && desktop.isWanted() && !localStorage.getItem(laterKey),
);

/** Not before somebody else is there who could write. */
export function notifyOffer() {
  if (!isOpen.value || chat.activeUsers().length < 2) return null;
  return html`<div class="side-ask" role="region" aria-label=${t("Notifications")}>
    <p>${icon("bell", "i-sm")}<span>${t("Show notifications while you are not looking at Stet?")}</span></p>
    <div class="row"><button type="button" class="btn btn-sm btn-primary" @click=${accept}>${t("Turn on")}</button>
    <button type="button" class="btn btn-sm btn-quiet" @click=${later}>${t("Not now")}</button></div></div>`;
}

async function accept() {
  await desktop.turnOn();
  isOpen.value = false;
}

function later() {
  localStorage.setItem(laterKey, "1");
  isOpen.value = false;
}
