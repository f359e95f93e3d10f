/** What a list in place of a room says when it has nothing to show. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";

/**
 * @param {string} symbol
 * @param {string} title
 * @param {string} sentence
 */
export const emptyList = (symbol, title, sentence) =>
  html`<div class="list-empty"><span class="log-start-mark">${icon(symbol, "i-lg")}</span><h2>${title}</h2><p>${sentence}</p></div>`;

/** @param {() => void} onRetry */
export const listFailed = onRetry => html`<div class="log-note" role="alert">${icon("circle-alert", "i-sm")}
  <span>${t("This list could not be loaded.")}</span><button type="button" class="btn btn-sm" @click=${onRetry}>${t("Try again")}</button></div>`;
