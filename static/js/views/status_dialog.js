/** The dialog in which I say what I am doing, and until when. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { dialogHead, openDialog } from "../lib/dialog.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { endOf } from "../lib/lasting.js";
import { lastings, presets, statusOf } from "../lib/status.js";
import { toast } from "../lib/toast.js";
import { fieldError, formAlert, makeForm } from "./form.js";
import { openPicker } from "./picker.js";
import { glyphOf } from "./status_glyph.js";

const longestText = 100;

/** @typedef {import("../lib/lasting.js").Lasting} Lasting */

export function openStatusDialog() {
  const held = statusOf(chat.me());
  const emoji = signal(held?.emoji ?? "");
  const text = signal(held?.text ?? "");
  const lasting = signal(/** @type {Lasting} */ (held?.expires_at ? "custom" : "never"));
  const until = signal(held?.expires_at ? inputValue(held.expires_at) : "");
  const form = makeForm();
  const title = t("Set a status");
  openDialog({
    label: title,
    className: "dialog-sm status-dialog",
    view: close => {
      const save = async () => {
        const ends = lasting.value === "custom" ? momentOf(until.value) : endOf(lasting.value);
        if (!emoji.value && !text.value.trim()) await chat.clearStatus();
        else await chat.setStatus({ emoji: emoji.value, text: text.value.trim(), expires_at: ends });
        close();
      };
      const clear = () => {
        close();
        chat.clearStatus().catch(error => toast(chat.sentenceOf(error)));
      };
      const take = (/** @type {import("../lib/status.js").Preset} */ preset) => {
        emoji.value = preset.emoji;
        text.value = preset.text;
        lasting.value = preset.lasting;
      };
      const { errors, sentence, isBusy } = form.state.value;
      const late = errors["status-until"] ?? errors.expires_at ?? "";
      return html`${dialogHead(title, close)}
        <form class="dialog-form" novalidate @submit=${(/** @type {Event} */ event) => form.submit(event, save)}>
          <div class="dialog-body">
            ${formAlert(sentence || errors.text || errors.emoji)}
            <div class="status-line">
              <button type="button" class="icon-btn" aria-label=${t("Choose an emoji")} aria-haspopup="dialog"
                @click=${(/** @type {Event} */ event) =>
                  openPicker(/** @type {Element} */ (event.currentTarget), picked => {
                    emoji.value = picked;
                  })}>${emoji.value ? html`<span class="status-glyph">${glyphOf(emoji.value)}</span>` : icon("smile-plus")}</button>
              <input class="input" type="text" autofocus autocomplete="off" maxlength=${longestText} placeholder=${t("What are you doing?")} aria-label=${t("What are you doing?")}
                .value=${text.value} @input=${(/** @type {Event} */ event) => {
                  text.value = /** @type {HTMLInputElement} */ (event.currentTarget).value;
                }}>
            </div>
            <div class="field"><label for="status-lasting">${t("Clear after")}</label>
              <div class="selwrap"><select class="select input" id="status-lasting" .value=${lasting.value} @change=${(
                /** @type {Event} */ event,
              ) => {
                lasting.value = /** @type {Lasting} */ (
                  /** @type {HTMLSelectElement} */ (event.currentTarget).value
                );
              }}>${lastings().map(([value, words]) => html`<option value=${value} ?selected=${value === lasting.value}>${words}</option>`)}</select>${icon("chevrons-up-down", "i-sm")}</div>
              ${
                lasting.value === "custom"
                  ? html`<input class="input" type="datetime-local" id="status-until" required aria-label=${t("Until a day and time")} min=${inputValue(new Date().toISOString())}
                aria-invalid=${late ? "true" : nothing} aria-describedby=${late ? "status-until-error" : nothing}
                .value=${until.value} @input=${(/** @type {Event} */ event) => {
                  until.value = /** @type {HTMLInputElement} */ (event.currentTarget).value;
                }}>${fieldError("status-until", late)}`
                  : null
              }
            </div>
            <ul class="rows" aria-label=${t("Suggestions")}>${presets().map(
              preset => html`<li><button type="button" class="row-item" @click=${() => take(preset)}>
                <span class="status-glyph" aria-hidden="true">${preset.emoji}</span><span class="who"><b>${preset.text}</b></span><small class="muted">${lastings().find(([value]) => value === preset.lasting)?.[1]}</small></button></li>`,
            )}</ul>
          </div>
          <footer class="dialog-foot">
            ${held ? html`<button type="button" class="btn start" @click=${clear}>${t("Clear the status")}</button>` : null}
            <button type="button" class="btn" @click=${close}>${t("Cancel")}</button>
            <button class="btn btn-primary" aria-disabled=${isBusy}>${t("Save")}</button>
          </footer>
        </form>`;
    },
  });
}

/** @param {string} iso what a field of day and time takes */
function inputValue(iso) {
  const date = new Date(iso);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** @param {string} local */
const momentOf = local => (local ? new Date(local).toISOString() : null);
