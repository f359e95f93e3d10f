/** The dialog that makes a section of the sidebar, or gives one another name. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { confirmDialog, dialogHead, openDialog } from "../lib/dialog.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { addSection, changeSection, moveRoom, removeSection } from "../lib/sidebar.js";
import { fieldError, makeForm } from "./form.js";
import { openPicker } from "./picker.js";
import { glyphOf } from "./status_glyph.js";

const longestName = 80;

/**
 * @param {import("../core/types.js").Section | null} section null: a new one
 * @param {number | null} [roomId] what is put into the new one
 */
export function openSectionDialog(section, roomId = null) {
  const emoji = signal(section?.emoji ?? "");
  const form = makeForm();
  const title = section ? t("Rename the section") : t("New section");
  openDialog({
    label: title,
    className: "dialog-sm",
    view: close => {
      const save = async (/** @type {FormData} */ data) => {
        const name = String(data.get("name") ?? "").trim();
        close();
        if (section) return changeSection(section.id, { name, emoji: emoji.value });
        const id = await addSection({ name, emoji: emoji.value });
        if (roomId !== null) await moveRoom(roomId, id);
      };
      const { name: error = "" } = form.state.value.errors;
      return html`${dialogHead(title, close)}
        <form class="dialog-form" novalidate @submit=${(/** @type {Event} */ event) => form.submit(event, save)}>
          <div class="dialog-body">
            <div class="field"><div class="status-line">
              <button type="button" class="icon-btn" aria-label=${t("Choose an emoji")} aria-haspopup="dialog"
                @click=${(/** @type {Event} */ event) =>
                  openPicker(/** @type {Element} */ (event.currentTarget), picked => {
                    emoji.value = picked;
                  })}>${emoji.value ? html`<span class="status-glyph">${glyphOf(emoji.value)}</span>` : icon("smile-plus")}</button>
              <input class="input" type="text" id="section-name" name="name" required autofocus aria-invalid=${error ? "true" : nothing} aria-describedby=${error ? "section-name-error" : nothing} autocomplete="off" maxlength=${longestName} placeholder=${t("Name of the section")} aria-label=${t("Name of the section")} value=${section?.name ?? ""}>
            </div>${fieldError("section-name", error)}</div>
          </div>
          <footer class="dialog-foot">
            ${
              emoji.value
                ? html`<button type="button" class="btn start" @click=${() => {
                    emoji.value = "";
                  }}>${t("Without emoji")}</button>`
                : null
            }
            <button type="button" class="btn" @click=${close}>${t("Cancel")}</button>
            <button class="btn btn-primary">${section ? t("Save") : t("Create")}</button>
          </footer>
        </form>`;
    },
  });
}

/** @param {import("../core/types.js").Section} section */
export function askToRemoveSection(section) {
  confirmDialog({
    title: t("Delete the section {name}?", { name: section.name }),
    text: t("Its rooms go back to their usual place. Nothing happens to the rooms."),
    action: t("Delete section"),
    onConfirm: () => removeSection(section.id),
  });
}
