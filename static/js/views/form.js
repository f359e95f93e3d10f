/** Fields of dialogs, and what happens between "send the form" and its answer. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";

/** @typedef {{isBusy: boolean, errors: Record<string, string>, sentence: string}} FormState */

/**
 * One form being filled in: `submit` runs the work once at a time and keeps what the server refused, by the names of the
 * fields. What is missing is said without the server, by their names and ids. The form is `novalidate`: the browser would
 * say it in a language of its own, and away from the field.
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
      const missing = missingIn(form);
      if (Object.keys(missing).length) {
        state.value = { isBusy: false, errors: missing, sentence: "" };
        focusWrong(form);
        return;
      }
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
        focusWrong(form);
      }
    },
  };
}

/** @param {HTMLFormElement} form */
function focusWrong(form) {
  requestAnimationFrame(() =>
    /** @type {HTMLElement | null} */ (form.querySelector('[aria-invalid="true"]'))?.focus(),
  );
}

/** @param {HTMLFormElement} form @returns {Record<string, string>} */
function missingIn(form) {
  const fields = /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll(":is(input, textarea)"));
  const said = [...fields].map(field => /** @type {const} */ ([field, sentenceFor(field)]));
  return Object.fromEntries(
    said.flatMap(([{ id, name }, sentence]) =>
      sentence
        ? [
            [id, sentence],
            [name, sentence],
          ]
        : [],
    ),
  );
}

/** @param {HTMLInputElement} field */
function sentenceFor({ type, required, value, validity }) {
  if (type === "datetime-local" && !validity.valid) return t("Choose a time that is still to come.");
  if (!required || value.trim()) return "";
  return type === "file" ? t("Choose a picture.") : t("Fill this in.");
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
    ${error ? fieldError(id, error) : hint ? html`<p class="hint" id="${id}-hint">${hint}</p>` : null}
  </div>`;
}

/** What is wrong with a field, under it. @param {string} id of the field @param {string} error */
export const fieldError = (id, error) =>
  error ? html`<p class="error" id="${id}-error">${icon("circle-alert", "i-sm")}${error}</p>` : null;

/** @param {string} sentence */
export const formAlert = sentence =>
  sentence
    ? html`<div class="alert" role="alert">${icon("circle-alert", "i-sm")}<span>${sentence}</span></div>`
    : null;
