/**
 * The text of a stored message: the one place where HTML from the server enters the page. The server made it from
 * Markdown and sanitised it. Code blocks get a copy button here, mentions of me their colour, the workspace's own emoji
 * their pictures, words that I watch for their ground, an edited text its mark; whoever wrote tasks can tick them.
 */

import { unsafeHTML } from "../../vendor/lit-html/directives/unsafe-html.js";
import { html, render } from "../../vendor/lit-html/lit-html.js";
import { effect } from "../../vendor/signals-core/signals-core.module.js";
import { fullTime } from "../lib/dates.js";
import { customEmoji } from "../lib/emoji.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { markWords } from "../lib/marked_words.js";
import { showOwnEmoji } from "../lib/own_emoji.js";

export class StetProse extends HTMLElement {
  myId = 0;
  /** Whether the tasks can be ticked here. */
  mayTick = false;
  /** @type {string | null} */
  editedAt = null;
  /** @type {readonly string[]} */
  #watched = [];
  #markup = "";
  #key = "";
  /** @type {(() => void) | null} */
  #stop = null;

  connectedCallback() {
    this.#followEmoji();
  }

  disconnectedCallback() {
    this.#stop?.();
    this.#stop = null;
  }

  /** Set last: it paints with the others. @param {string} value */
  set markup(value) {
    this.#markup = value;
    this.#follow();
  }

  /** Words that I watch for and that this text has. They change without the text. @param {readonly string[]} words */
  set watched(words) {
    this.#watched = words;
    if (this.#markup) this.#follow();
  }

  #follow() {
    const key = `${this.editedAt} ${this.mayTick} ${JSON.stringify(this.#watched)} ${this.#markup}`;
    if (key === this.#key) return;
    this.#key = key;
    this.#paint();
    this.#followEmoji();
  }

  #paint() {
    // lit would leave alone what it painted before, and pictures may have become names since.
    render(null, this);
    render(unsafeHTML(this.#markup), this);
    for (const code of this.querySelectorAll("pre")) code.tabIndex = 0; // wide code scrolls from the keyboard
    for (const table of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(".table")))
      table.tabIndex = 0;
    for (const figure of this.querySelectorAll(".codeblock")) addCopyButton(figure);
    for (const mention of this.querySelectorAll(
      `.mention:is([data-user-id="${Number(this.myId)}"], [data-call])`,
    ))
      mention.classList.add("me");
    for (const image of this.#emoji) showOwnEmoji(image);
    for (const task of this.querySelectorAll(".task > input"))
      this.#nameTask(/** @type {HTMLInputElement} */ (task));
    if (this.#watched.length) markWords(this, this.#watched);
    if (this.editedAt) this.#addEditedMark(this.editedAt);
  }

  get #emoji() {
    return /** @type {NodeListOf<HTMLImageElement>} */ (this.querySelectorAll("img.emoji"));
  }

  /** When one of the workspace's own is added or goes, the text shows it. */
  #followEmoji() {
    if (this.#stop || !this.isConnected || !this.#markup.includes('class="emoji"')) return;
    let isFirst = true;
    this.#stop = effect(() => {
      customEmoji.value;
      if (!isFirst) this.#paint();
      isFirst = false;
    });
  }

  /** @param {HTMLInputElement} box */
  #nameTask(box) {
    const item = /** @type {HTMLElement} */ (box.parentElement);
    box.ariaLabel =
      (item.firstElementChild === box ? box.nextSibling : box)?.textContent?.trim() || t("Task");
    if (!this.mayTick) return;
    box.disabled = false;
    box.tabIndex = -1;
    box.dataset.act = "tick";
    box.dataset.line = item.dataset.line;
  }

  /** @param {string} editedAt */
  #addEditedMark(editedAt) {
    const last = this.lastElementChild;
    const host = last?.matches("p:not(.jumbo)") ? last : this;
    const mark = document.createElement("button");
    mark.type = "button";
    mark.className = "edited";
    mark.tabIndex = -1;
    mark.dataset.act = "history";
    mark.title = t("Edited {when}", { when: fullTime(editedAt) });
    mark.textContent = t("(edited)");
    host.append(" ", mark);
  }
}

/** @param {Element} figure */
function addCopyButton(figure) {
  const holder = figure.querySelector("figcaption") ?? figure;
  const slot = document.createElement("span");
  holder.append(slot);
  render(
    html`<button type="button" class="icon-btn" tabindex="-1" data-act="copy-code" aria-label=${t("Copy the code")}>${icon("copy", "i-sm")}</button>`,
    slot,
  );
}
