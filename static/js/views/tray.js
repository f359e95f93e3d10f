/** What is attached to the message that is being written: chips with a picture, how far each is, and how to take it back. */
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { html } from "../../vendor/lit-html/lit-html.js";
import { endingOf, sizeOf } from "../lib/file_words.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { dismissRefusals, removeFile, retryFile } from "../lib/uploads.js";
import { bar } from "./attachments.js";

/** @typedef {import("../lib/uploads.js").Tray} Tray */
/** @typedef {import("../lib/uploads.js").TrayFile} TrayFile */

/** @param {Tray} tray */
export function trayView(tray) {
  const files = tray.files.value;
  const refusals = tray.refusals.value;
  if (!files.length && !refusals.length) return null;
  return html`<div class="tray">
    ${refusals.length ? refused(tray, refusals) : null}
    ${
      files.length
        ? html`<ul class="attach" aria-label=${t("Files of this message")}>${repeat(
            files,
            file => file.client_id,
            file => chip(tray, file),
          )}</ul>`
        : null
    }
  </div>`;
}

/**
 * @param {Tray} tray
 * @param {readonly string[]} sentences
 */
const refused = (tray, sentences) => html`<div class="tray-note" role="alert">${icon("circle-alert", "i-sm")}
  <div>${sentences.map(sentence => html`<p>${sentence}</p>`)}</div>
  <button type="button" class="icon-btn" aria-label=${t("Close")} @click=${() => dismissRefusals(tray)}>${icon("x", "i-sm")}</button></div>`;

/**
 * @param {Tray} tray
 * @param {TrayFile} file
 */
function chip(tray, file) {
  const { client_id: clientId, name, state, failure, pictureUrl } = file;
  return html`<li class="chip-file ${pictureUrl ? "has-picture" : ""}" data-state=${state} title=${name}>
    ${pictureUrl ? html`<img src=${pictureUrl} alt=${name}>` : html`<span class="ico">${icon("file")}</span><span class="grow"><b class="truncate">${name}</b><small class="truncate">${word(file)}</small></span>`}
    ${state === "failed" && pictureUrl ? html`<span class="sr-only">${failure}</span>` : null}
    ${state === "failed" ? html`<button type="button" class="chip-retry" aria-label=${t("Upload {name} again", { name })} title=${failure} @click=${() => retryFile(tray, clientId)}>${icon("rotate-cw", "i-sm")}</button>` : null}
    ${state === "uploading" || state === "waiting" ? bar(file) : null}
    <button type="button" class="chip-remove" aria-label=${t("Remove {name}", { name })} @click=${() => removeFile(tray, clientId)}>${icon("x", "i-xs")}</button>
  </li>`;
}

/** @param {TrayFile} file */
function word({ name, size_bytes: size, state, failure }) {
  if (state === "failed") return failure;
  if (state === "waiting") return t("Waiting for connection");
  return `${endingOf(name)} · ${sizeOf(size)}`;
}
