/** The dialog with the workspace's own emoji: add one, see who added which, remove. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { confirmDialog, dialogHead, openDialog } from "../lib/dialog.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { toast } from "../lib/toast.js";
import { formAlert, makeForm, textField } from "./form.js";

/** @typedef {import("../core/types.js").OwnEmoji} OwnEmoji */

export function openOwnEmoji() {
  const form = makeForm();
  /** The picture chosen, as an address of this page. */
  const preview = signal("");
  const title = t("Emoji of this workspace");
  const forget = () => {
    if (preview.peek()) URL.revokeObjectURL(preview.peek());
    preview.value = "";
  };
  openDialog({
    label: title,
    className: "dialog-sm",
    onClose: forget,
    view: close => {
      const { errors, sentence, isBusy } = form.state.value;
      const onSubmit = (/** @type {Event} */ event) =>
        form.submit(event, async data => {
          await add(data);
          /** @type {HTMLFormElement} */ (event.target).reset();
          forget();
        });
      return html`${dialogHead(title, close)}
        ${
          chat.me().role === "guest"
            ? null
            : html`<form class="emoji-form" novalidate @submit=${onSubmit}>
          ${formAlert(sentence || errors.file)}
          <label class="emoji-file">
            ${preview.value ? html`<img src=${preview.value} alt="">` : icon("image")}
            <input class="sr-only" type="file" name="file" accept="image/png,image/gif,image/webp,image/jpeg" required aria-invalid=${errors.file ? "true" : nothing}
              aria-label=${t("Picture")} aria-describedby="emoji-file-hint" @change=${(/** @type {Event} */ event) => choose(event, preview, forget)}>
          </label>
          ${textField({ id: "emoji-name", name: "name", label: t("Name"), error: errors.name, maxLength: 34, hint: t("It is written as :name:.") })}
          <button class="btn btn-primary" aria-disabled=${isBusy}>${t("Add")}</button>
          <p class="hint" id="emoji-file-hint">${t("A square picture looks best: PNG, GIF, WebP or JPEG, up to 5 MB. Pictures may move.")}</p>
        </form>`
        }
        <div class="dialog-body">${list()}</div>`;
    },
  });
}

function list() {
  const all = chat.ownEmoji();
  if (!all.length)
    return html`<p>${t("There are none yet. What you add here, everybody can use in messages and reactions.")}</p>`;
  return html`<ul class="rows">${all.map(row)}</ul>`;
}

/** @param {OwnEmoji} emoji */
function row(emoji) {
  const adder = chat.userOf(emoji.added_by);
  const mayRemove = emoji.added_by === chat.me().id || /^(?:owner|admin)$/.test(chat.me().role);
  return html`<li class="row-item">
    <img class="own-emoji" src=${emoji.url} alt="" loading="lazy">
    <span class="who"><b>:${emoji.name}:</b><small>${t("Added by {name}", { name: adder?.name ?? t("Somebody") })}</small></span>
    ${mayRemove ? html`<button type="button" class="icon-btn" aria-label=${t("Remove {emoji}", { emoji: `:${emoji.name}:` })} @click=${() => askToRemove(emoji)}>${icon("trash-2")}</button>` : null}
  </li>`;
}

/** @param {OwnEmoji} emoji */
function askToRemove(emoji) {
  confirmDialog({
    title: t("Remove {emoji}?", { emoji: `:${emoji.name}:` }),
    text: t("Where it was used, its name stays."),
    action: t("Remove"),
    onConfirm: () => chat.removeEmoji(emoji.id).catch(error => toast(chat.sentenceOf(error))),
  });
}

/** @param {FormData} data */
function add(data) {
  const name = String(data.get("name") ?? "");
  return chat.addEmoji(name.trim(), /** @type {File} */ (data.get("file")));
}

/**
 * Show the picture, and name it as its file until somebody has typed a name.
 * @param {Event} event
 * @param {import("../../vendor/signals-core/signals-core.module.js").Signal<string>} preview
 * @param {() => void} forget
 */
function choose(event, preview, forget) {
  const input = /** @type {HTMLInputElement} */ (event.currentTarget);
  forget();
  const file = input.files?.[0];
  if (!file) return;
  preview.value = URL.createObjectURL(file);
  const name = /** @type {HTMLInputElement | null | undefined} */ (input.form?.querySelector("[name=name]"));
  if (name && !name.value) name.value = nameOf(file.name);
}

/** @param {string} fileName */
const nameOf = fileName =>
  fileName
    .normalize("NFC")
    .toLowerCase()
    .replace(/\.[a-z]+$/, "")
    .replace(/[^a-z0-9_+가-힣-]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 32);
