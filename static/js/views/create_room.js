/** The dialog that makes a room. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { dialogHead, openDialog } from "../lib/dialog.js";
import { t } from "../lib/i18n.js";
import { goTo, roomPath } from "../lib/router.js";
import { startWriting } from "../lib/ui.js";
import { formAlert, makeForm, textField } from "./form.js";

export function openCreateRoom() {
  const form = makeForm();
  const title = t("Create a room");
  openDialog({
    label: title,
    className: "dialog-sm",
    view: close => {
      const { errors, sentence, isBusy } = form.state.value;
      const onSubmit = (/** @type {Event} */ event) => form.submit(event, data => create(data, close));
      return html`${dialogHead(title, close)}
        <form class="dialog-form" novalidate @submit=${onSubmit}>
          <div class="dialog-body">
            ${formAlert(sentence)}
            ${textField({ id: "room-name", name: "name", label: t("Name"), error: errors.name, maxLength: 80, isFirst: true })}
            ${textField({ id: "room-topic", name: "topic", label: t("Topic"), hint: t("What belongs here, in a few words. You can leave it out."), error: errors.topic, maxLength: 250, isOptional: true })}
            <div class="choices" role="radiogroup" aria-label=${t("Who can join")}>
              ${choice("open", t("Open room"), t("Everybody in the workspace can find and join it."), true)}
              ${choice("closed", t("Closed room"), t("Only people whom a member adds. Others do not see that it exists."), false)}
            </div>
          </div>
          <footer class="dialog-foot">
            <button type="button" class="btn" @click=${close}>${t("Cancel")}</button>
            <button class="btn btn-primary" aria-disabled=${isBusy}>${t("Create room")}</button>
          </footer>
        </form>`;
    },
  });
}

/**
 * @param {string} value
 * @param {string} name
 * @param {string} text
 * @param {boolean} isChosen
 */
const choice = (value, name, text, isChosen) => html`<label class="choice">
  <input type="radio" name="kind" value=${value} ?checked=${isChosen}><span><b>${name}</b><small>${text}</small></span>
</label>`;

/**
 * @param {FormData} data
 * @param {() => void} close
 */
async function create(data, close) {
  const text = (/** @type {string} */ name) => String(data.get(name) ?? "").trim();
  const room = await chat.createRoom({
    kind: data.get("kind") === "closed" ? "closed" : "open",
    name: text("name"),
    topic: text("topic"),
  });
  close();
  goTo(roomPath(room.id));
  startWriting();
}
