/** The dialog in which something is asked. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { inMinutes } from "../core/when.js";
import * as chat from "../lib/chat.js";
import { fieldTime } from "../lib/dates.js";
import { dialogHead, openDialog } from "../lib/dialog.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { fieldError, formAlert, makeForm, textField } from "./form.js";

const fewest = 2;
const most = 10;

/**
 * @param {import("../commands/command.js").WritingPlace} place
 * @param {string} [question] what stands in it first
 */
export function openPoll({ roomId, parentId }, question = "") {
  const form = makeForm();
  const count = signal(fewest);
  const hasEnd = signal(false);
  const title = t("Ask with a poll");
  openDialog({
    label: title,
    className: "dialog-sm",
    view: close => {
      const { errors, sentence, isBusy } = form.state.value;
      const post = async (/** @type {FormData} */ data) => {
        await chat.askPoll(roomId, read(data, parentId));
        close();
      };
      return html`${dialogHead(title, close)}
        <form class="dialog-form" novalidate @submit=${(/** @type {Event} */ event) => form.submit(event, post)}>
          <div class="dialog-body">
            ${formAlert(sentence)}
            ${textField({ id: "poll-question", name: "question", label: t("Question"), value: question, error: errors.question, maxLength: 250, isFirst: true })}
            ${Array.from({ length: count.value }, (_, i) => textField({ id: `poll-option-${i + 1}`, name: "option", label: t("Option {n}", { n: i + 1 }), error: errors[`poll-option-${i + 1}`] ?? (i === 0 ? errors.options : ""), maxLength: 100, isOptional: i >= fewest }))}
            ${
              count.value < most
                ? html`<button type="button" class="btn btn-sm poll-more" @click=${() => {
                    count.value += 1;
                    requestAnimationFrame(() =>
                      document.getElementById(`poll-option-${count.value}`)?.focus(),
                    );
                  }}>${icon("plus", "i-xs")}${t("Another option")}</button>`
                : null
            }
            <div class="poll-checks">
              <label class="check"><input type="checkbox" name="multiple"><span>${t("More than one can be chosen")}</span></label>
              <label class="check"><input type="checkbox" name="anonymous"><span>${t("Nobody sees who voted what")}</span></label>
              <label class="check"><input type="checkbox" .checked=${hasEnd.value} @change=${(
                /** @type {Event} */ event,
              ) => {
                hasEnd.value = /** @type {HTMLInputElement} */ (event.currentTarget).checked;
              }}><span>${t("It ends by itself")}</span></label>
            </div>
            ${hasEnd.value ? endField(errors.end ?? errors.ends_at ?? "") : null}
          </div>
          <footer class="dialog-foot">
            <button type="button" class="btn" @click=${close}>${t("Cancel")}</button>
            <button class="btn btn-primary" aria-disabled=${isBusy}>${t("Ask")}</button>
          </footer>
        </form>`;
    },
  });
}

/** @param {string} error */
const endField = error => html`<div class="field"><label for="poll-end">${t("End")}</label>
  <input class="input" type="datetime-local" id="poll-end" name="end" required .defaultValue=${fieldTime(inMinutes(24 * 60))} min=${fieldTime(new Date())}
    aria-invalid=${error ? "true" : nothing} aria-describedby=${error ? "poll-end-error" : nothing}>${fieldError("poll-end", error)}</div>`;

/**
 * @param {FormData} data
 * @param {number | null} parentId
 * @returns {import("../core/types.js").Question}
 */
function read(data, parentId) {
  const options = data.getAll("option").map(option => String(option).trim());
  const end = data.get("end");
  return {
    question: String(data.get("question") ?? "").trim(),
    options: options.filter(Boolean),
    is_multiple: data.has("multiple"),
    is_anonymous: data.has("anonymous"),
    ...(end ? { ends_at: new Date(String(end)).toISOString() } : {}),
    ...(parentId === null ? {} : { parent_id: parentId }),
  };
}
