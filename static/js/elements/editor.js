/** Editing in place: Enter saves, Esc cancels. When somebody was faster, both texts are shown and the person decides. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { StetElement } from "../lib/element.js";
import { describe, iconOf } from "../lib/file_words.js";
import { isFormattingShown } from "../lib/formatting.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { hasMod, isComposing, isTouch } from "../lib/keys.js";
import { enterSends } from "../lib/preferences.js";
import { fitHeight, isInOpenFence, lengthOf } from "../lib/text_edit.js";
import { toast } from "../lib/toast.js";
import { editingId, messageField, takeBack } from "../lib/ui.js";
import { onWritingKey, onWritingPaste } from "../lib/writing_keys.js";
import { completionSources } from "../views/completions.js";
import { formatBar } from "../views/format_bar.js";
import { CompletionList } from "./completion_list.js";

const maxLength = 4000;

/** @typedef {import("../core/types.js").Message} Message */

export class StetEditor extends StetElement {
  /** @type {Message | null} */
  message = null;
  /** The version that was opened: the server refuses to overwrite a later one. */
  #base = 0;
  #isSaving = signal(false);
  #refusal = signal("");
  #theirs = signal(/** @type {Message | null} */ (null));
  /** Files that are taken away with the saving. */
  #dropped = signal(/** @type {readonly number[]} */ ([]));
  #completions = new CompletionList(completionSources);

  start() {
    this.#base = this.message?.version ?? 0;
    queueMicrotask(() => {
      const field = this.#field;
      if (!field) return;
      field.value = this.message?.text ?? "";
      fitHeight(field);
      field.focus({ preventScroll: true });
      field.setSelectionRange(field.value.length, field.value.length);
      this.scrollIntoView({ block: "nearest" });
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    const { message } = this;
    if (message && editingId.peek() === message.id && chat.isDeleted(message)) this.#giveBack(message);
  }

  /** Deleted elsewhere: what was typed is kept. @param {Message} message */
  #giveBack(message) {
    const text = this.#field?.value.trim() ?? "";
    editingId.value = null;
    if (text && text !== message.text) {
      takeBack(text);
      toast(t("The message was deleted. What you typed is in the message field."));
    } else {
      messageField()?.focus({ preventScroll: true });
      toast(t("The message was deleted."));
    }
  }

  get #field() {
    return this.querySelector("textarea");
  }

  view() {
    const theirs = this.#theirs.value;
    return html`<div class="editing">
        ${isFormattingShown.value ? formatBar(() => /** @type {HTMLTextAreaElement} */ (this.#field)) : null}
        <textarea rows="1" aria-label=${t("Edit the message")} aria-autocomplete="list"
          aria-controls=${this.#completions.listId ?? nothing} aria-activedescendant=${this.#completions.activeId ?? nothing}
          @keydown=${this.#onKey} @input=${this.#onInput} @paste=${onWritingPaste} @blur=${() => this.#completions.close()}></textarea>
        ${this.#completions.view()}
      </div>
      ${this.message?.attachments.length ? this.#files(this.message.attachments) : null}
      ${theirs ? this.#conflict(theirs) : this.#buttons()}
      ${this.#refusal.value ? html`<p class="edit-error" role="alert">${icon("circle-alert", "i-sm")}${this.#refusal.value}</p>` : null}`;
  }

  /** @param {Message["attachments"]} files */
  #files(files) {
    const dropped = this.#dropped.value;
    return html`<ul class="attach edit-files" aria-label=${t("Files of this message")}>${files.map(file => {
      const isDropped = dropped.includes(file.id);
      const label = isDropped
        ? t("Keep {name}", { name: file.name })
        : t("Remove {name}", { name: file.name });
      return html`<li class="chip-file ${file.thumbnail_url ? "has-picture" : ""}" data-state=${isDropped ? "dropped" : nothing} title=${file.name}>
        ${file.thumbnail_url ? html`<img src=${file.thumbnail_url} alt=${file.name}>` : html`<span class="ico">${icon(iconOf(file))}</span><span class="grow"><b class="truncate">${file.name}</b><small>${describe(file)}</small></span>`}
        <button type="button" class="chip-remove" aria-label=${label} title=${label} @click=${() => this.#drop(file.id)}>${icon(isDropped ? "corner-up-left" : "x", "i-xs")}</button></li>`;
    })}</ul>`;
  }

  /** Take a file away, or keep it after all; it goes with the saving. @param {number} id */
  #drop(id) {
    const dropped = this.#dropped.value;
    this.#dropped.value = dropped.includes(id) ? dropped.filter(other => other !== id) : [...dropped, id];
    this.#field?.focus({ preventScroll: true });
  }

  #buttons() {
    const isSaving = this.#isSaving.value;
    const hint =
      enterSends.value && !isTouch()
        ? html`<span class="only-wide">${t("Enter saves, Esc cancels")}</span>`
        : null;
    return html`<div class="edit-hint">
      <button type="button" class="btn btn-sm btn-primary" aria-disabled=${isSaving} @click=${this.#save}>${t("Save")}</button>
      <button type="button" class="btn btn-sm" @click=${this.#cancel}>${t("Cancel")}</button>${hint}
    </div>`;
  }

  /** @param {Message} theirs */
  #conflict(theirs) {
    return html`<div class="conflict" role="alert">
      <p class="conflict-head">${icon("circle-alert", "i-sm")}<span>${t("This message was changed elsewhere while you were editing. It says now:")}</span></p>
      <blockquote>${theirs.text}</blockquote>
      <div class="edit-hint">
        <button type="button" class="btn btn-sm" @click=${this.#cancel}>${t("Keep theirs")}</button>
        <button type="button" class="btn btn-sm btn-primary" @click=${() => this.#overwrite(theirs)}>${t("Use mine")}</button>
        <button type="button" class="btn btn-sm btn-quiet" @click=${() => this.#continueFrom(theirs)}>${t("Keep editing")}</button>
      </div>
    </div>`;
  }

  /** @param {Event} event */
  #onInput = event => {
    const field = /** @type {HTMLTextAreaElement} */ (event.currentTarget);
    fitHeight(field);
    this.#completions.update(field, this.message?.room_id ?? 0);
  };

  /** @param {KeyboardEvent} event */
  #onKey = event => {
    if (isComposing(event) || this.#completions.onKey(event)) return;
    const field = /** @type {HTMLTextAreaElement} */ (event.currentTarget);
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.#cancel();
    } else if (event.key === "Enter" && isSaveKey(event, field)) {
      event.preventDefault();
      this.#save();
    } else if (
      (event.key === "ArrowUp" || event.key === "ArrowDown") &&
      this.#isUntouched(field) &&
      !hasMod(event)
    ) {
      if (this.message && chat.editMyOther(this.message, event.key === "ArrowUp" ? -1 : 1))
        event.preventDefault();
    } else {
      onWritingKey(field, event);
    }
  };

  /** @param {HTMLTextAreaElement} field */
  #isUntouched(field) {
    return field.value === this.message?.text;
  }

  #save = async () => {
    const { message } = this;
    const text = this.#field?.value.trim() ?? "";
    if (!message || this.#isSaving.value) return;
    const kept = message.attachments.map(({ id }) => id).filter(id => !this.#dropped.value.includes(id));
    const hasLost = kept.length < message.attachments.length;
    if (text === message.text && !hasLost) return this.#cancel();
    if (!text && !kept.length) return this.#ask(message);
    if (lengthOf(text) > maxLength) {
      this.#refusal.value = t("A message can have {n} characters at most.", { n: maxLength });
      return;
    }
    this.#isSaving.value = true;
    const result = await chat.edit(message, text, this.#base, hasLost ? kept : undefined);
    this.#isSaving.value = false;
    if (result.ok) this.#close();
    else if (result.current) this.#theirs.value = result.current;
    else this.#refusal.value = result.sentence;
  };

  /** Nothing left of the text: that is a deletion, and it is asked about. @param {Message} message */
  #ask(message) {
    this.#close();
    chat.askToDelete(message);
  }

  /** @param {Message} theirs */
  #overwrite(theirs) {
    this.#base = theirs.version;
    this.#theirs.value = null;
    this.#save();
  }

  /** @param {Message} theirs */
  #continueFrom(theirs) {
    this.#base = theirs.version;
    this.#theirs.value = null;
    this.#field?.focus();
  }

  #cancel = () => this.#close();

  #close() {
    const row = this.closest("article");
    const isKeyboard = this.contains(document.activeElement);
    if (editingId.peek() === this.message?.id) editingId.value = null;
    if (!isKeyboard) return;
    if (isTouch()) row?.focus({ preventScroll: true });
    else messageField()?.focus({ preventScroll: true });
  }
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLTextAreaElement} field
 */
function isSaveKey(event, field) {
  if (hasMod(event)) return true;
  if (event.shiftKey || event.altKey || isTouch() || !enterSends.value) return false;
  return !isInOpenFence(field.value.slice(0, field.selectionStart));
}
