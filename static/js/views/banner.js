/** The bar that says that there is no connection, once that has lasted. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";

export function banner() {
  if (!chat.isOfflineForLong()) return null;
  return html`<div class="banner" role="status">${icon("wifi-off")}
    <span><b>${t("You are offline.")}</b> ${t("Messages you send wait here and go out by themselves.")}</span>
    <button type="button" class="btn btn-sm" @click=${chat.connectNow}>${t("Try now")}</button></div>`;
}
