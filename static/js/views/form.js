/** Fields of dialogs, and what happens between "send the form" and its answer. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";

/** @typedef {{isBusy: boolean, errors: Record<string, string>, sentence: string}} FormState */

/**
 * One form being filled in: `submit` runs the work once at a time and keeps what the server refused.
 * @returns {{state: import("../../vendor/signals-core/signals-core.module.js").Signal<FormState>, submit: (event: Event, work: (data: FormData) => Promise<unknown>) => Promise<void>}}
 */
export function makeForm() {
  const state = signal(/** @type {FormState} */ ({ isBusy: false, errors: {}, sentence: "" }));
  return {
    state,
    async submit(event, work) {
      event.preventDefault();
      const form = /** @type {HTMLFormElement} */ (event.currentTarget);
      if (state.value.isBusy) return;
      state.value = { isBusy: true, errors: {}, sentence: "" };
      try {
        await work(new FormData(form));
        state.value = { isBusy: false, errors: {}, sentence: "" };
      } catch (error) {
        const { errors = {}, detail = "" } =
          /** @type {{errors?: Record<string, string>, detail?: string}} */ (error ?? {});
        const sentence = Object.keys(errors).length
          ? ""
          : detail || t("That did not work. Please try again.");
        state.value = { isBusy: false, errors, sentence };
        requestAnimationFrame(() =>
          /** @type {HTMLElement | null} */ (form.querySelector('[aria-invalid="true"]'))?.focus(),
        );
      }
    },
  };
}

/**
 * @param {{id: string, name: string, label: string, value?: string, hint?: string, error?: string, maxLength?: number, isOptional?: boolean, isFirst?: boolean}} field
 */
export function textField({
  id,
  name,
  label,
  value = "",
  hint = "",
  error = "",
  maxLength,
  isOptional = false,
  isFirst = false,
}) {
  const described = error ? `${id}-error` : hint ? `${id}-hint` : nothing;
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input class="input" id=${id} name=${name} .defaultValue=${value} maxlength=${maxLength ?? nothing} ?required=${!isOptional} ?autofocus=${isFirst}
      autocomplete="off" aria-invalid=${error ? "true" : nothing} aria-describedby=${described}>
    ${error ? html`<p class="error" id="${id}-error">${icon("circle-alert", "i-sm")}${error}</p>` : hint ? html`<p class="hint" id="${id}-hint">${hint}</p>` : null}
  </div>`;
}

/** @param {string} sentence */
export const formAlert = sentence =>
  sentence
    ? html`<div class="alert" role="alert">${icon("circle-alert", "i-sm")}<span>${sentence}</span></div>`
    : null;
