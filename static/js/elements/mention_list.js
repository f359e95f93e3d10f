/** The list of people that follows an @ in the message field. The field keeps the focus; the list is told its keys. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { t } from "../lib/i18n.js";
import { bestMatches } from "../lib/match.js";
import { mentionBeingTyped } from "../lib/text_edit.js";
import { avatar } from "../views/avatar.js";

const mostShown = 8;

/** @typedef {import("../core/types.js").User} User */
/** @typedef {{thing: User, start: number, end: number}} Match */
/** @typedef {(text: string, start: number) => void} Take replaces the text from `start` to the caret */

export class MentionList {
  /** @type {import("../../vendor/signals-core/signals-core.module.js").Signal<{matches: Match[], at: number, start: number}>} */
  #state = signal({ matches: [], at: 0, start: 0 });
  /** Where the person closed the list with Esc: it stays closed for that @. */
  #dismissedAt = -1;

  get isOpen() {
    return this.#state.value.matches.length > 0;
  }

  /** The DOM id of the chosen person. */
  get activeId() {
    return this.isOpen ? `mention-${this.#state.value.at}` : null;
  }

  close() {
    if (this.#state.peek().matches.length) this.#state.value = { matches: [], at: 0, start: 0 };
  }

  /**
   * @param {HTMLTextAreaElement} field
   * @param {number} roomId
   */
  update(field, roomId) {
    const typed = mentionBeingTyped(field.value.slice(0, field.selectionStart));
    if (!typed) this.#dismissedAt = -1;
    if (!typed || typed.start === this.#dismissedAt) return this.close();
    const people = chat.peopleIn(roomId);
    const matches = bestMatches(people, typed.query, person => person.name).slice(0, mostShown);
    const isFinished = matches.length === 1 && typed.query.endsWith(" ");
    this.#state.value = { matches: isFinished ? [] : matches, at: 0, start: typed.start };
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Take} take
   * @returns {boolean} whether the key was the list's
   */
  onKey(event, take) {
    const { matches, at, start } = this.#state.peek();
    if (!matches.length) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#state.value = { matches, start, at: (at + step + matches.length) % matches.length };
    } else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) {
      this.#take(matches[at], start, take);
    } else if (event.key === "Escape") {
      this.#dismissedAt = start;
      this.close();
    } else {
      return false;
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  /** @param {Take} take */
  view(take) {
    const { matches, at, start } = this.#state.value;
    if (!matches.length) return null;
    return html`<div class="ac" id="mention-list" role="listbox" aria-label=${t("People")} @pointerdown=${keepFocus}>
      ${matches.map((match, i) => this.#option(match, i === at, i, () => this.#take(match, start, take)))}
    </div>`;
  }

  /**
   * @param {Match} match
   * @param {boolean} isActive
   * @param {number} index
   * @param {() => void} onTake
   */
  #option({ thing: person, start, end }, isActive, index, onTake) {
    const { name } = person;
    return html`<div class="opt" role="option" id="mention-${index}" aria-selected=${isActive} @click=${onTake}>
      ${avatar(person, "av-24")}<span>${name.slice(0, start)}<mark>${name.slice(start, end)}</mark>${name.slice(end)}</span>
      ${isActive ? html`<span class="end"><kbd class="kbd">↵</kbd></span>` : null}
    </div>`;
  }

  /**
   * People of one name are told apart by their number.
   * @param {Match | undefined} match
   * @param {number} start
   * @param {Take} take
   */
  #take(match, start, take) {
    if (!match) return;
    const { id, name } = match.thing;
    const isShared = chat
      .users()
      .some(user => user.id !== id && user.name.toLocaleLowerCase() === name.toLocaleLowerCase());
    this.close();
    take(isShared ? `@${name}#${id} ` : `@${name} `, start);
  }
}

/** A press on the list must not take the focus from the field. @param {Event} event */
const keepFocus = event => event.preventDefault();
