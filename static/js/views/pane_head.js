/** The head of the pane: what it shows, of what, and the way to close it. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { closePane } from "../lib/pane.js";

/**
 * @param {string} title
 * @param {unknown} [sub] what it belongs to
 * @param {unknown} [tools] more buttons, before the last one
 */
export const paneHead = (title, sub = null, tools = null) => html`<header class="pane-head">
    <button type="button" class="icon-btn only-narrow" aria-label=${t("Back")} @click=${closePane}>${icon("arrow-left", "i-lg")}</button>
    <h2 id="pane-title" tabindex="-1">${title}</h2><span class="sub truncate">${sub}</span>${tools}
    <button type="button" class="icon-btn only-wide" aria-label=${t("Close")} @click=${closePane}>${icon("x")}</button>
  </header>`;
