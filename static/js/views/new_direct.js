/** The dialog that starts a conversation with one or several people. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { dialogHead, openDialog } from "../lib/dialog.js";
import { t } from "../lib/i18n.js";
import { goTo, roomPath } from "../lib/router.js";
import { startWriting } from "../lib/ui.js";
import { formAlert } from "./form.js";
import { makePeoplePicker } from "./people_picker.js";

export function openNewDirect() {
  const picker = makePeoplePicker({ isExcluded: user => user.id === chat.me().id });
  const problem = signal("");
  const title = t("New direct message");
  openDialog({
    label: title,
    className: "dialog-sm",
    view: close => {
      const start = async () => {
        const people = picker.picked.value;
        if (!people.length) return;
        try {
          const room = await chat.openDirect(people.map(user => user.id));
          close();
          goTo(roomPath(room.id));
          startWriting();
        } catch (error) {
          problem.value = chat.sentenceOf(error);
        }
      };
      return html`${dialogHead(title, close)}
        <div class="dialog-body">${formAlert(problem.value)}${picker.view()}</div>
        <footer class="dialog-foot">
          <button type="button" class="btn" @click=${close}>${t("Cancel")}</button>
          <button type="button" class="btn btn-primary" aria-disabled=${!picker.picked.value.length} @click=${start}>${t("Open conversation")}</button>
        </footer>`;
    },
  });
}
