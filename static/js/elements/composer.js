/** The message field: an uncontrolled textarea, its tools, and the names that follow an @. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { CommandError, readCommand, withoutEscape } from "../commands/index.js";
import * as chat from "../lib/chat.js";
import { followDraft } from "../lib/draft_field.js";
import { StetElement } from "../lib/element.js";
import { isFormattingShown, toggleFormatting } from "../lib/formatting.js";
import { t, tn } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { hasMod, isComposing, isTouch, modName } from "../lib/keys.js";
import { enterSends } from "../lib/preferences.js";
import { fitHeight, isInOpenFence, lengthOf, replaceRange } from "../lib/text_edit.js";
import { toast } from "../lib/toast.js";
import { insertText, jumpToEnd } from "../lib/ui.js";
import { addFiles, takeFiles, trayOf } from "../lib/uploads.js";
import { onWritingKey, onWritingPaste } from "../lib/writing_keys.js";
import { askBeforeCalling, strangersNote } from "../views/call_question.js";
import { anybodyCompletions, commandCompletions, openRoomCompletions } from "../views/command_completions.js";
import { commandNote } from "../views/command_note.js";
import { completionSources } from "../views/completions.js";
import { formatBar } from "../views/format_bar.js";
import { openPicker } from "../views/picker.js";
import { openPoll } from "../views/poll_dialog.js";
import { openSendLater, saidScheduled } from "../views/send_later.js";
import { trayView } from "../views/tray.js";
import { CompletionList } from "./completion_list.js";

const maxLength = 4000;
const counterFrom = 3800;
const typingEveryMs = 3000;

export class StetComposer extends StetElement {
  /** What is replied to; null in the room itself. @type {number | null} */
  parentId = null;
  #roomId = 0;
  #length = signal(0);
  #isEmpty = signal(true);
  #title = signal("");
  #isAlsoInRoom = signal(false);
  #typedAt = 0;
  /** What is typed, if it is a command. @type {import("../../vendor/signals-core/signals-core.module.js").Signal<import("../commands/index.js").Spoken | null>} */
  #spoken = signal(null);
  /** Why a command was not carried out. */
  #refusal = signal("");
  #completions = new CompletionList([
    commandCompletions,
    anybodyCompletions,
    openRoomCompletions,
    ...completionSources,
  ]);

  /** @param {number} id */
  set roomId(id) {
    if (id === this.#roomId) return;
    this.#roomId = id;
    this.#completions.close();
    if (this.isConnected) this.#restoreDraft();
  }

  /** What the field is called: "Message #launch". @param {string} value */
  set label(value) {
    this.#title.value = value;
  }

  start() {
    queueMicrotask(() => {
      this.#restoreDraft();
      const show = () => chat.draftOf(this.#roomId, this.parentId);
      if (this.isConnected) this.onLeave(followDraft(this.#field, show, () => this.#measure()));
    });
    this.listen(this, "paste", this.#onPaste);
  }

  /** What is attached to the message. */
  get #tray() {
    return trayOf(this.#roomId, this.parentId);
  }

  /** Choose files to attach. */
  attach() {
    /** @type {HTMLInputElement | null} */ (this.querySelector("input[type=file]"))?.click();
  }

  /** Take files that were dropped somewhere in the room. @param {Iterable<File>} files */
  takeFiles(files) {
    addFiles(this.#roomId, this.parentId, files);
    this.#field.focus({ preventScroll: true });
  }

  get #field() {
    return /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea"));
  }

  view() {
    const count = this.#length.value;
    const hasFiles = this.#tray.files.value.some(file => file.state !== "failed");
    const cannotSend = (this.#isEmpty.value && !hasFiles) || count > maxLength;
    const title = this.#title.value;
    return html`<form class="compose" aria-label=${title} @submit=${this.#onSubmit}>
      ${strangersNote({ roomId: this.#roomId, parentId: this.parentId })}${this.#completions.view()}
      <div class="box" @click=${this.#onBoxClick}>
        ${quoting(chat.quotedIn(this.#roomId, this.parentId), () => this.#dropQuote())}
        ${this.#commandNote()}
        ${trayView(this.#tray)}
        ${isFormattingShown.value ? formatBar(() => this.#field) : null}
        <textarea id=${this.parentId === null ? "composer" : `composer-${this.parentId}`} rows="1" placeholder=${title} aria-label=${title} aria-autocomplete="list"
          aria-controls=${this.#completions.listId ?? nothing} aria-activedescendant=${this.#completions.activeId ?? nothing}
          aria-describedby=${count >= counterFrom ? "length-note" : nothing}
          enterkeyhint=${isTouch() ? "enter" : "send"}
          @input=${this.#onInput} @compositionend=${this.#onComposed} @keydown=${this.#onKey} @paste=${onWritingPaste} @blur=${() => this.#completions.close()}></textarea>
        <div class="box-bar">
          <input type="file" multiple hidden tabindex="-1" aria-hidden="true" @change=${this.#onChosen}>
          <button type="button" class="icon-btn" aria-label=${t("Attach files")} title="${modName} U" @click=${() => this.attach()}>${icon("paperclip")}</button>
          <button type="button" class="icon-btn" aria-label=${t("Emoji")} aria-haspopup="dialog" @click=${this.#onEmoji}>${icon("smile")}</button>
          <button type="button" class="icon-btn mention-btn" aria-label=${t("Mention someone")} @click=${this.#onAt}>${icon("at-sign")}</button>
          <button type="button" class="icon-btn" aria-label=${t("Formatting")} title=${t("Formatting")} aria-pressed=${isFormattingShown.value}
            @pointerdown=${keepFocus} @click=${toggleFormatting}>${icon("type")}</button>
          <button type="button" class="icon-btn" aria-label=${t("Ask with a poll")} title=${t("Ask with a poll")} aria-haspopup="dialog" @click=${() => openPoll({ roomId: this.#roomId, parentId: this.parentId })}>${icon("chart-bar")}</button>
          <span class="grow-sm"></span>
          ${count >= counterFrom ? lengthNote(count, this.#attachText) : this.#hint()}
          <button type="button" class="latebtn" aria-label=${t("Send later")} title=${t("Send later")} aria-haspopup="menu" aria-disabled=${cannotSend || hasFiles} @click=${this.#onLater}>${icon("chevron-down", "i-sm")}</button>
          <button class="sendbtn" aria-label=${t("Send")} aria-disabled=${cannotSend}>${icon("arrow-up")}</button>
        </div>
      </div>
      ${this.parentId === null ? null : this.#also()}
    </form>`;
  }

  /** A reply can be sent to the room too. */
  #also() {
    const label = t("Also send to {room}", { room: chat.roomLabel(this.#roomId) });
    const onChange = (/** @type {Event} */ event) => {
      this.#isAlsoInRoom.value = /** @type {HTMLInputElement} */ (event.currentTarget).checked;
    };
    return html`<label class="check also"><input type="checkbox" .checked=${this.#isAlsoInRoom.value} @change=${onChange}><span>${label}</span></label>`;
  }

  /** What the command does that is being typed, or why it was not carried out. */
  #commandNote() {
    const spoken = this.#spoken.value;
    if (!spoken) return null;
    return commandNote(spoken, this.#refusal.value, () => this.#sendText(this.#field.value.trim()));
  }

  #hint() {
    if (this.#isEmpty.value) return null;
    const keys = enterSends.value ? ["Shift", "↵"] : [modName, "↵"];
    const word = enterSends.value ? t("new line") : t("send");
    return html`<span class="hint">${keys.map(key => html`<kbd class="kbd">${key}</kbd>`)} <span>${word}</span></span>`;
  }

  #restoreDraft() {
    const field = this.#field;
    if (!field) return;
    const roomId = this.#roomId;
    field.value = chat.draftOf(roomId, this.parentId);
    this.#measure();
    if (!isTouch() && document.activeElement === document.body) field.focus({ preventScroll: true });
  }

  #measure() {
    const text = this.#field.value;
    this.#length.value = lengthOf(text.trim());
    this.#isEmpty.value = text.trim() === "";
    fitHeight(this.#field);
    this.#spoken.value = readCommand(text.trimStart());
    this.#refusal.value = "";
  }

  /** @param {InputEvent} event */
  #onInput = event => {
    this.#measure();
    if (!event.isComposing) chat.saveDraft(this.#roomId, this.#field.value, this.parentId);
    this.#completions.update(this.#field, this.#roomId);
    this.#sayTyping();
  };

  /** What was composed last comes with no other event. */
  #onComposed = () => chat.saveDraft(this.#roomId, this.#field.value, this.parentId);

  #sayTyping() {
    const now = Date.now();
    if (this.parentId !== null || this.#isEmpty.value || now - this.#typedAt < typingEveryMs) return;
    this.#typedAt = now;
    chat.sayTyping(this.#roomId);
  }

  /** @param {KeyboardEvent} event */
  #onKey = event => {
    if (isComposing(event)) return;
    if (this.#completions.onKey(event)) return;
    const field = this.#field;
    if (event.key === "Enter" && this.#isSendKey(event)) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "ArrowUp" && !field.value && !event.altKey && !hasMod(event)) {
      event.preventDefault();
      if (!event.shiftKey) chat.editMyLast(this.#roomId, this.parentId);
      else if (this.parentId === null) chat.replyToLatest(this.#roomId);
    } else {
      onWritingKey(field, event);
    }
  };

  /** @param {KeyboardEvent} event */
  #isSendKey(event) {
    if (hasMod(event)) return true;
    if (event.shiftKey || event.altKey || isTouch() || !enterSends.value) return false;
    return !isInOpenFence(this.#field.value.slice(0, this.#field.selectionStart));
  }

  /** @param {Event} event */
  #onSubmit = event => {
    event.preventDefault();
    this.#send();
    this.#field.focus();
  };

  #send() {
    const text = this.#field.value.trim();
    const spoken = readCommand(text);
    if (spoken) this.#carryOut(spoken, text);
    else this.#sendText(withoutEscape(text));
  }

  /**
   * The text stays until the command is carried out; what was refused is said above it.
   * @param {import("../commands/index.js").Spoken} spoken
   * @param {string} text
   */
  async #carryOut({ name, rest, command }, text) {
    const roomId = this.#roomId;
    this.#completions.close();
    if (!command) {
      this.#refusal.value = t("There is no command /{name}.", { name });
      return;
    }
    try {
      const toSend = await command.run(rest, { roomId, parentId: this.parentId });
      if (!this.isConnected || this.#roomId !== roomId) return chat.saveDraft(roomId, "", this.parentId);
      if (toSend) this.#sendText(toSend);
      // What was typed meanwhile stays.
      else if (this.#field.value.trim() === text) this.#empty();
    } catch (error) {
      this.#refusal.value = error instanceof CommandError ? error.message : chat.sentenceOf(error);
    }
  }

  /** @param {string} text */
  #sendText(text) {
    if (lengthOf(text) > maxLength) return;
    askBeforeCalling({ roomId: this.#roomId, parentId: this.parentId }, text, () => this.#post(text));
  }

  /** @param {string} text */
  #post(text) {
    const files = takeFiles(this.#tray);
    if (!text && !files.length) return;
    const { parentId } = this;
    const quoted = chat.quotedIn(this.#roomId, parentId);
    // As it was said above the field. What is not known yet is for the server to refuse.
    const quotedId = quoted && quoted.card !== null ? quoted.id : null;
    chat.send(this.#roomId, text, { parentId, isAlsoInRoom: this.#isAlsoInRoom.value, files, quotedId });
    chat.dropQuote(this.#roomId, parentId);
    this.#empty();
    if (parentId === null) jumpToEnd();
  }

  #empty() {
    this.#field.value = "";
    this.#typedAt = 0;
    this.#isAlsoInRoom.value = false;
    chat.saveDraft(this.#roomId, "", this.parentId);
    this.#measure();
    this.#completions.close();
  }

  /** @param {Event} event */
  #onChosen = event => {
    const input = /** @type {HTMLInputElement} */ (event.currentTarget);
    this.takeFiles([...(input.files ?? [])]);
    input.value = ""; // so that the same file can be chosen again
  };

  /** Files become attachments, and a text that no message holds becomes a file. @param {ClipboardEvent} event */
  #onPaste = event => {
    const pasted = event.clipboardData;
    const text = pasted?.getData("text/plain") ?? "";
    // Spreadsheets and word processors put a picture beside the text: the text is meant.
    const files = text ? [] : [...(pasted?.files ?? [])];
    if (files.length) {
      event.preventDefault();
      this.takeFiles(files.map(named));
    } else if (lengthOf(text) > maxLength) {
      event.preventDefault();
      this.takeFiles([snippetOf(text)]);
      toast(t("The text was too long for a message and is attached as a file."));
    }
  };

  /** What was typed is too long for a message: it becomes a file. */
  #attachText = () => {
    const field = this.#field;
    addFiles(this.#roomId, this.parentId, [snippetOf(field.value.trim())]);
    field.setSelectionRange(0, field.value.length);
    replaceRange(field, 0, field.value.length, "");
  };

  #dropQuote() {
    chat.dropQuote(this.#roomId, this.parentId);
    this.#field.focus();
  }

  /** @param {Event} event */
  #onLater = event => {
    const roomId = this.#roomId;
    const text = this.#field.value.trim();
    // What is attached is uploaded for a message of today.
    if (!text || lengthOf(text) > maxLength || this.#tray.files.value.length) return;
    openSendLater(/** @type {Element} */ (event.currentTarget), async at => {
      await chat.schedule(roomId, this.parentId, text, at);
      // What was typed since stays.
      if (this.#roomId === roomId && this.#field.value.trim() === text) this.#empty();
      saidScheduled(at);
    });
  };

  #onAt = () => {
    const field = this.#field;
    field.focus();
    insertText("@", field);
  };

  /** @param {Event} event */
  #onEmoji = event => {
    const field = this.#field;
    openPicker(/** @type {Element} */ (event.currentTarget), emoji =>
      replaceRange(field, field.selectionStart, field.selectionEnd, emoji),
    );
  };

  /** A press beside the text means the text. @param {MouseEvent} event */
  #onBoxClick = event => {
    if (event.target === event.currentTarget) this.#field.focus();
  };
}

/**
 * What the message will quote.
 * @param {ReturnType<typeof chat.quotedIn>} quoted
 * @param {() => void} onDrop
 */
function quoting(quoted, onDrop) {
  if (!quoted) return null;
  return html`<div class="quoting">${icon("quote", "i-sm")}${quotedWords(quoted.card)}
    <button type="button" class="icon-btn" aria-label=${t("Do not quote")} @click=${onDrop}>${icon("x", "i-sm")}</button></div>`;
}

/** @param {import("../core/types.js").Message | null | undefined} message */
function quotedWords(message) {
  if (message === undefined) return html`<span class="truncate">${t("A quoted message")}</span>`;
  if (!message)
    return html`<span class="gone" role="status">${t("What you quoted is gone, or not for you to see any more. Your message goes without it.")}</span>`;
  const name = chat.userOf(message.author_id)?.name ?? t("Somebody");
  return html`<b class="truncate">${name}</b><span class="truncate">${chat.excerptOf(message)}</span>`;
}

/**
 * @param {number} count
 * @param {() => void} onAttach
 */
function lengthNote(count, onAttach) {
  const left = maxLength - count;
  if (left >= 0)
    return html`<span class="hint" id="length-note">${tn("{n} character left", "{n} characters left", left)}</span>`;
  const sentence = tn("{n} character too many to send", "{n} characters too many to send", -left);
  return html`<span class="hint is-over" id="length-note" role="status">${icon("circle-alert", "i-xs")}${sentence}</span>
    <button type="button" class="btn btn-sm" @click=${onAttach}>${t("Attach as a file")}</button>`;
}

/** A press must not take the caret from the field. @param {Event} event */
const keepFocus = event => event.preventDefault();

/** Markdown that shows as such, else plain text. @param {string} text */
function snippetOf(text) {
  const isMarkdown = /^(#{1,6} |```|[-*] |\d+\. )/m.test(text);
  return new File([text], isMarkdown ? "snippet.md" : "snippet.txt", { type: "text/plain" });
}

/** Pictures from the clipboard are all called image.png: the time tells them apart. @param {File} file */
function named(file) {
  if (file.name !== "image.png") return file;
  const at = new Date();
  const digits = [
    at.getFullYear(),
    at.getMonth() + 1,
    at.getDate(),
    at.getHours(),
    at.getMinutes(),
    at.getSeconds(),
  ];
  const stamp = digits.map(part => String(part).padStart(2, "0")).join("");
  return new File([file], `${t("picture")}-${stamp.slice(0, 8)}-${stamp.slice(8)}.png`, { type: file.type });
}
