/** A text file in a message: its first lines, and all of it when somebody asks. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { StetElement } from "../lib/element.js";
import { describe, iconOf } from "../lib/file_words.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { copy } from "../lib/rooms.js";
import { toast } from "../lib/toast.js";

/** @typedef {import("../core/types.js").Attachment} Attachment */

const shownLines = 8;

export class StetSnippet extends StetElement {
  #file = signal(/** @type {Attachment | null} */ (null));
  #whole = signal(/** @type {string | null} */ (null));
  #isOpen = signal(false);

  /** @param {Attachment} file */
  set file(file) {
    const before = this.#file.peek();
    if (before?.id === file.id) return;
    this.#file.value = file;
    this.#whole.value = null;
    this.#isOpen.value = false;
  }

  view() {
    const file = this.#file.value;
    if (!file) return html``;
    const isOpen = this.#isOpen.value;
    const text = (isOpen && this.#whole.value) || (file.excerpt ?? "");
    return html`<figure class="snippet" data-state=${isOpen ? "open" : "closed"}>
      <figcaption>${icon(iconOf(file), "i-sm")}<b class="truncate">${file.name}</b><small>${describe(file)}</small>
        <button type="button" class="icon-btn" tabindex="-1" aria-label=${t("Copy {name}", { name: file.name })} title=${t("Copy")} @click=${this.#copy}>${icon("copy", "i-sm")}</button>
        <a class="icon-btn" tabindex="-1" href="${file.url}?download=1" download=${file.name} aria-label=${t("Download {name}", { name: file.name })} title=${t("Download")}>${icon("download", "i-sm")}</a>
      </figcaption>
      <pre tabindex=${isOpen ? "0" : "-1"}><code>${text}</code></pre>
      ${this.#isLonger(file) ? html`<button type="button" class="snippet-more" tabindex="-1" aria-expanded=${isOpen} @click=${this.#toggle}>${isOpen ? t("Show less") : t("Show more")}</button>` : null}
    </figure>`;
  }

  /** @param {Attachment} file */
  #isLonger(file) {
    return (file.line_count ?? 0) > shownLines || (file.excerpt ?? "").length < this.#lengthOf(file);
  }

  /** A lower bound: letters may take several bytes. @param {Attachment} file */
  #lengthOf(file) {
    return file.size_bytes / 4;
  }

  #toggle = async () => {
    if (this.#isOpen.value) {
      this.#isOpen.value = false;
      this.scrollIntoView({ block: "nearest" });
    } else if (await this.#load()) this.#isOpen.value = true;
  };

  #copy = async () => {
    if (await this.#load()) copy(this.#whole.peek() ?? "");
  };

  async #load() {
    const file = this.#file.peek();
    if (!file) return false;
    if (this.#whole.peek() !== null) return true;
    try {
      const answer = await fetch(file.url, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const charset = /charset=([\w-]+)/.exec(file.content_type)?.[1] ?? "utf-8";
      this.#whole.value = new TextDecoder(charset).decode(await answer.arrayBuffer());
      return true;
    } catch {
      toast(t("{name} could not be loaded. Please try again.", { name: file.name }));
      return false;
    }
  }
}
