/** Choosing a time: what is usual, or any other. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { inMinutes, mondayMorning, tomorrowMorning } from "../core/when.js";
import * as chat from "../lib/chat.js";
import { comingTime, fieldTime } from "../lib/dates.js";
import { dialogHead, openDialog } from "../lib/dialog.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";

/** @typedef {{label: string, at: Date}} Choice */

/** @returns {Choice[]} */
export const reminderChoices = () => [
  { label: t("In 20 minutes"), at: inMinutes(20) },
  { label: t("In 1 hour"), at: inMinutes(60) },
  { label: t("In 3 hours"), at: inMinutes(180) },
  { label: t("Tomorrow"), at: tomorrowMorning() },
  { label: t("Next week"), at: mondayMorning() },
];

/** @returns {Choice[]} */
export const sendingChoices = () => [
  { label: t("Tomorrow"), at: tomorrowMorning() },
  { label: t("Next Monday"), at: mondayMorning() },
];

/**
 * @param {object} question
 * @param {string} question.title
 * @param {Choice[]} question.choices
 * @param {string} question.action what the button beside the field says
 * @param {(at: Date) => Promise<unknown>} question.onChosen a refusal is shown, and the dialog stays
 */
export function openWhen({ title, choices, action, onChosen }) {
  const problem = signal("");
  openDialog({
    label: title,
    className: "dialog-sm",
    view: close => {
      const choose = async (/** @type {Date} */ at) => {
        try {
          await onChosen(at);
          close();
        } catch (error) {
          problem.value = chat.sentenceOf(error);
        }
      };
      const onSubmit = (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        const at = readTime(/** @type {HTMLFormElement} */ (event.currentTarget));
        problem.value = at ? "" : t("Choose a time that is still to come.");
        if (at) choose(at);
      };
      return html`${dialogHead(title, close)}
        <div class="dialog-body">
          <ul class="rows">${choices.map(
            (
              { label, at },
              i,
            ) => html`<li><button type="button" class="row-item when-choice" ?autofocus=${i === 0} @click=${() => choose(at)}>
            ${icon("clock")}<span class="who">${label}</span><small>${comingTime(at.toISOString())}</small></button></li>`,
          )}</ul>
          <form class="when-other" novalidate @submit=${onSubmit}>
            ${timeField("when-time", inMinutes(60), problem.value)}
            <button class="btn btn-primary">${action}</button>
          </form>
        </div>`;
    },
  });
}

/**
 * @param {string} id
 * @param {Date} at what stands in it first
 * @param {string} problem
 */
export const timeField = (id, at, problem) => html`<div class="field">
    <label for=${id}>${t("Another time")}</label>
    <input class="input" type="datetime-local" id=${id} name="at" required .defaultValue=${fieldTime(at)} min=${fieldTime(new Date())}
      aria-invalid=${problem ? "true" : nothing} aria-describedby=${problem ? `${id}-error` : nothing}>
    ${problem ? html`<p class="error" role="alert" id="${id}-error">${icon("circle-alert", "i-sm")}${problem}</p>` : null}
  </div>`;

/** @param {HTMLFormElement} form @returns {Date | null} null: none, or one that has passed */
export function readTime(form) {
  const at = new Date(String(new FormData(form).get("at") ?? ""));
  return at.getTime() > Date.now() ? at : null;
}
