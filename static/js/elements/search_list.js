/** What can follow an operator in the search box: rooms, people, days. The field keeps the focus; the list is told its keys. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { operatorAt, typed, typedKind } from "../core/search_query.js";
import * as chat from "../lib/chat.js";
import { dayBefore, dayInFull } from "../lib/dates.js";
import { lang, t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { bestMatches } from "../lib/match.js";
import { personValue, roomValue } from "../lib/search.js";
import { avatar } from "../views/avatar.js";
import { roomMark } from "../views/room_link.js";

const mostShown = 8;

/** @typedef {{label: string, typed: string, mark: unknown, note?: unknown}} Choice */
/** @typedef {{thing: Choice, start: number, end: number}} Match */
/** @typedef {import("../core/search_query.js").Operator} Operator */
/** @typedef {import("../core/search_query.js").OperatorName} OperatorName */
/** @typedef {(text: string, operator: Operator) => void} Take replaces the operator in the field */

const closed = {
  matches: /** @type {Match[]} */ ([]),
  at: 0,
  operator: /** @type {Operator | null} */ (null),
};

export class SearchList {
  #state = signal(closed);
  /** Where the person closed the list with Esc: it stays closed for that operator. */
  #dismissedAt = -1;

  get isOpen() {
    return this.#state.value.matches.length > 0;
  }

  /** The DOM id of the chosen line. */
  get activeId() {
    return this.isOpen ? `search-choice-${this.#state.value.at}` : null;
  }

  close() {
    if (this.#state.peek().operator) this.#state.value = closed;
  }

  /** @param {HTMLInputElement} field */
  update(field) {
    const operator = operatorAt(field.value, field.selectionStart ?? field.value.length);
    if (!operator) this.#dismissedAt = -1;
    if (!operator || operator.start === this.#dismissedAt) return this.close();
    const matches = bestMatches(choicesFor(operator.name), operator.value.replace(/^[#@]/, ""), nameOf);
    const isFinished = matches.length === 1 && matches[0]?.thing.label === operator.value;
    this.#state.value = { matches: isFinished ? [] : matches.slice(0, mostShown), at: 0, operator };
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Take} take
   * @returns {boolean} whether the key was the list's
   */
  onKey(event, take) {
    const { matches, at, operator } = this.#state.peek();
    if (!matches.length || !operator) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#state.value = { matches, operator, at: (at + step + matches.length) % matches.length };
    } else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) {
      this.#take(matches[at], operator, take);
    } else if (event.key === "Escape") {
      this.#dismissedAt = operator.start;
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
    const { matches, at, operator } = this.#state.value;
    if (!matches.length || !operator) return null;
    return html`<div class="ac" id="search-list" role="listbox" aria-label=${listName(operator.name)} @pointerdown=${keepFocus}>
      ${matches.map((match, i) => this.#choice(match, i === at, i, () => this.#take(match, operator, take)))}
    </div>`;
  }

  /**
   * @param {Match} match
   * @param {boolean} isActive
   * @param {number} index
   * @param {() => void} onTake
   */
  #choice({ thing: { label, mark, note }, start, end }, isActive, index, onTake) {
    return html`<div class="opt" role="option" id="search-choice-${index}" aria-selected=${isActive} @click=${onTake}>
      ${mark}<span class="truncate">${label.slice(0, start)}<mark>${label.slice(start, end)}</mark>${label.slice(end)}</span>
      ${note ? html`<span class="end">${note}</span>` : nothing}
    </div>`;
  }

  /**
   * @param {Match | undefined} match
   * @param {Operator} operator
   * @param {Take} take
   */
  #take(match, operator, take) {
    if (!match) return;
    this.close();
    take(match.thing.typed, operator);
  }
}

/** @param {Choice} choice */
const nameOf = choice => choice.label;

/** @param {OperatorName} name */
function listName(name) {
  if (name === "in") return t("Rooms");
  if (name === "from") return t("People");
  return name === "has" ? t("What the message has") : t("Days");
}

/** @param {OperatorName} name @returns {Choice[]} */
function choicesFor(name) {
  if (name === "in") return [...rooms(), ...conversations()];
  if (name === "from") return people();
  if (name === "has")
    return [
      { label: t("File"), typed: typedKind("file", lang()), mark: icon("paperclip", "i-sm") },
      { label: t("Link"), typed: typedKind("link", lang()), mark: icon("link", "i-sm") },
    ];
  return days(name);
}

/** @returns {Choice[]} */
const rooms = () => chat.searchableRooms().map(roomChoice);

/** @returns {Choice[]} */
const conversations = () => chat.directRooms().map(roomChoice);

/** @param {import("../core/types.js").Room} room @returns {Choice} */
const roomChoice = room => ({
  label: chat.roomTitle(room),
  typed: typed("in", roomValue(room), lang()),
  mark: roomMark(room),
});

/** Me first, then those who can sign in, then those who left. @returns {Choice[]} */
function people() {
  const myId = chat.me().id;
  const rank = (/** @type {import("../core/types.js").User} */ user) =>
    user.id === myId ? 0 : user.deactivated_at ? 2 : 1;
  return chat
    .users()
    .sort((a, b) => rank(a) - rank(b) || chat.compareNames(a.name, b.name))
    .map(user => ({
      label: user.name,
      typed: typed("from", personValue(user), lang()),
      mark: avatar(user, "av-24"),
      note: user.id === myId ? t("you") : chat.isBot(user) ? t("Bot") : null,
    }));
}

/** A day is typed as it is written everywhere: 2026-11-24. @param {OperatorName} operator @returns {Choice[]} */
function days(operator) {
  const named = [
    { name: t("Today"), ago: 0 },
    { name: t("Yesterday"), ago: 1 },
    { name: t("A week ago"), ago: 7 },
    { name: t("Four weeks ago"), ago: 28 },
    { name: t("A year ago"), ago: 365 },
  ];
  return named.map(({ name, ago }) => ({
    label: dayBefore(ago),
    typed: typed(operator, dayBefore(ago), lang()),
    mark: icon("clock", "i-sm"),
    note: html`${name} · ${dayInFull(dayBefore(ago))}`,
  }));
}

/** A press on the list must not take the focus from the field. @param {Event} event */
const keepFocus = event => event.preventDefault();
