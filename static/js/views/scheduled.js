/** The dialog in which a scheduled message is changed. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { dialogHead, openDialog } from "../lib/dialog.js";
import { t } from "../lib/i18n.js";
import { fieldError, formAlert } from "./form.js";
import { readTime, timeField } from "./when_dialog.js";

const maxLength = 4000;

/** @param {import("../core/types.js").Scheduled} one */
export function openScheduled(one) {
  const title = t("Scheduled message");
  const problem = signal({ sentence: "", text: "", time: "" });
  openDialog({
    label: title,
    className: "dialog-sm",
    view: close => {
      const save = async (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        const form = /** @type {HTMLFormElement} */ (event.currentTarget);
        const text = String(new FormData(form).get("text") ?? "").trim();
        const at = readTime(form);
        if (!at || !text) {
          problem.value = {
            sentence: "",
            text: text ? "" : t("Fill this in."),
            time: at ? "" : t("Choose a time that is still to come."),
          };
          return;
        }
        try {
          await chat.reschedule(one.id, {
            ...(text === one.text ? {} : { text }),
            send_at: at.toISOString(),
          });
          close();
        } catch (error) {
          problem.value = { sentence: chat.sentenceOf(error), text: "", time: "" };
        }
      };
      return html`${dialogHead(title, close)}
        <form class="dialog-form" novalidate @submit=${save}>
          <div class="dialog-body">
            ${formAlert(problem.value.sentence)}
            <div class="field"><label for="scheduled-text">${t("Message")}</label>
              <textarea class="input plan-field" id="scheduled-text" name="text" rows="4" required aria-invalid=${problem.value.text ? "true" : nothing} aria-describedby=${problem.value.text ? "scheduled-text-error" : nothing} maxlength=${maxLength} .defaultValue=${one.text}></textarea>${fieldError("scheduled-text", problem.value.text)}</div>
            ${timeField("scheduled-time", new Date(one.send_at), problem.value.time)}
          </div>
          <footer class="dialog-foot">
            <button type="button" class="btn" @click=${close}>${t("Cancel")}</button>
            <button class="btn btn-primary">${t("Save")}</button>
          </footer>
        </form>`;
    },
  });
}
