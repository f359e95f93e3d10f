/**
 * The text of a stored message: the one place where HTML from the server enters the page. The server made it from
 * Markdown and sanitised it. Code blocks get a copy button here, mentions of me their colour, an edited text its mark.
 */

import { unsafeHTML } from "../../vendor/lit-html/directives/unsafe-html.js";
import { html, render } from "../../vendor/lit-html/lit-html.js";
import { fullTime } from "../lib/dates.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";

export class StetProse extends HTMLElement {
  myId = 0;
  /** @type {string | null} */
  editedAt = null;
  #markup = "";

  /** Set last: it paints with the other two. @param {string} value */
  set markup(value) {
    const key = `${this.editedAt} ${value}`;
    if (key === this.#markup) return;
    this.#markup = key;
    render(unsafeHTML(value), this);
    for (const code of this.querySelectorAll("pre")) code.tabIndex = 0; // wide code scrolls from the keyboard
    for (const figure of this.querySelectorAll(".codeblock")) addCopyButton(figure);
    for (const mention of this.querySelectorAll(`.mention[data-user-id="${Number(this.myId)}"]`))
      mention.classList.add("me");
    if (this.editedAt) this.#addEditedMark(this.editedAt);
  }

  /** @param {string} editedAt */
  #addEditedMark(editedAt) {
    const last = this.lastElementChild;
    const host = last?.matches("p:not(.jumbo)") ? last : this;
    const mark = document.createElement("span");
    mark.className = "edited";
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
