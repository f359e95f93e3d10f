/**
 * The list under what is being typed: people after an @, and whatever else a source offers. The field keeps the focus;
 * the list is told its keys.
 */
import { html } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { replaceRange } from "../lib/text_edit.js";

const mostShown = 8;

/**
 * What can be taken: `view` paints the row, `text` takes the place of what was typed, its mark included.
 * @typedef {object} Completion
 * @property {() => unknown} view
 * @property {string} text
 * @property {() => void} [onTake]
 */

/**
 * Where completions come from. `typedIn` gets the text up to the caret and tells what is being typed and where its mark
 * is; `find` answers best first, or later when it has to load first.
 * @typedef {object} CompletionSource
 * @property {() => string} label
 * @property {(text: string) => {start: number, query: string} | null} typedIn
 * @property {(query: string, roomId: number) => Completion[] | Promise<Completion[]>} find
 */

let lists = 0;

export class CompletionList {
  #sources;
  #domId = `completions-${++lists}`;
  #state = signal({ label: "", found: /** @type {Completion[]} */ ([]), at: 0, start: 0 });
  /** Where the person closed the list with Esc: it stays closed for that mark. */
  #dismissedAt = -1;
  /** Counts the questions: an answer that comes late is of no use. */
  #asked = 0;
  /** @type {HTMLTextAreaElement | null} */
  #field = null;

  /** @param {CompletionSource[]} sources asked in order; the first that something is typed for answers */
  constructor(sources) {
    this.#sources = sources;
  }

  get isOpen() {
    return this.#state.value.found.length > 0;
  }

  /** The DOM id of the open list. */
  get listId() {
    return this.isOpen ? this.#domId : null;
  }

  /** The DOM id of the chosen row. */
  get activeId() {
    return this.isOpen ? `${this.#domId}-${this.#state.value.at}` : null;
  }

  close() {
    this.#asked += 1;
    if (this.#state.peek().found.length) this.#show("", [], 0);
  }

  /**
   * Look again at what is being typed.
   * @param {HTMLTextAreaElement} field
   * @param {number} roomId
   */
  async update(field, roomId) {
    this.#field = field;
    const { source, typed } = this.#typedIn(field.value.slice(0, field.selectionStart));
    if (!typed) this.#dismissedAt = -1;
    if (!source || !typed || typed.start === this.#dismissedAt) return this.close();
    this.#asked += 1;
    const asked = this.#asked;
    const answer = source.find(typed.query, roomId);
    const found = answer instanceof Promise ? await answer : answer;
    if (asked === this.#asked) this.#show(source.label(), found.slice(0, mostShown), typed.start);
  }

  /** @param {string} text up to the caret */
  #typedIn(text) {
    for (const source of this.#sources) {
      const typed = source.typedIn(text);
      if (typed) return { source, typed };
    }
    return {};
  }

  /**
   * @param {string} label
   * @param {Completion[]} found
   * @param {number} start
   */
  #show(label, found, start) {
    this.#state.value = { label, found, at: 0, start };
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} whether the key was the list's
   */
  onKey(event) {
    const state = this.#state.peek();
    const { found, at } = state;
    if (!found.length) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#state.value = { ...state, at: (at + step + found.length) % found.length };
    } else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) {
      this.#take(found[at]);
    } else if (event.key === "Escape") {
      this.#dismissedAt = state.start;
      this.close();
    } else {
      return false;
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  view() {
    const { label, found, at } = this.#state.value;
    if (!found.length) return null;
    return html`<div class="ac" id=${this.#domId} role="listbox" aria-label=${label} @pointerdown=${keepFocus}>
      ${found.map((completion, i) => this.#option(completion, i, i === at))}
    </div>`;
  }

  /**
   * @param {Completion} completion
   * @param {number} index
   * @param {boolean} isActive
   */
  #option(completion, index, isActive) {
    return html`<div class="opt" role="option" id="${this.#domId}-${index}" aria-selected=${isActive}
      @click=${() => this.#take(completion)}>
      ${completion.view()}
      ${isActive ? html`<span class="end"><kbd class="kbd">↵</kbd></span>` : null}
    </div>`;
  }

  /** @param {Completion | undefined} completion */
  #take(completion) {
    const { start } = this.#state.peek();
    const field = this.#field;
    this.close();
    if (!field || !completion) return;
    replaceRange(field, start, field.selectionStart, completion.text);
    completion.onTake?.();
  }
}

/** A press on the list must not take the focus from the field. @param {Event} event */
const keepFocus = event => event.preventDefault();
