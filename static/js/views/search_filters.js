/** The filters under the search box. Each one is also typed: the chip reads it from the text and writes it into the text. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { filtersIn, kindOf, typed, typedKind, withFilter, withoutFilter } from "../core/search_query.js";
import { dayBefore, dayInFull } from "../lib/dates.js";
import { lang, t, tn } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { openMenu } from "../lib/menu.js";
import { personNamed, roomNamed } from "../lib/search.js";

/** @typedef {import("../core/search_query.js").Operator} Operator */
/** @typedef {import("../core/search_query.js").OperatorName} OperatorName */
/** @typedef {import("../core/search.js").SearchState} SearchState */

/**
 * @typedef {object} FilterActions
 * @property {(text: string) => void} change puts this text into the box and searches
 * @property {(name: "in" | "from") => void} ask puts the operator into the box and offers what can follow
 */

/**
 * @param {string} text what is in the box
 * @param {FilterActions} act
 */
export function searchFilters(text, act) {
  const set = filtersIn(text);
  const chips = (/** @type {Operator[]} */ operators) => operators.map(one => setChip(one, text, act));
  /** @param {...OperatorName} names */
  const find = (...names) => set.filter(one => names.includes(one.name));
  const people = find("from");
  const rooms = find("in");
  const days = find("on", "after", "before");
  return html`<div class="filter-list" role="group" aria-label=${t("Filters")}>
    ${people.length ? chips(people) : openChip(t("From anyone"), () => act.ask("from"))}
    ${rooms.length ? chips(rooms) : openChip(t("In any room"), () => act.ask("in"))}
    ${chips(days)}
    ${days.length ? null : openChip(t("Any date"), event => openDays(event, text, act), true)}
    ${kindChip("file", t("Has file"), text, act)}
    ${kindChip("link", t("Has link"), text, act)}
  </div>`;
}

/**
 * A filter that is set; a press takes it out.
 * @param {Operator} operator
 * @param {string} text
 * @param {FilterActions} act
 */
function setChip(operator, text, act) {
  const words = wordsFor(operator);
  return html`<button type="button" class="filter" aria-pressed="true" aria-label=${t("Remove the filter: {filter}", { filter: words })}
    @click=${() => act.change(withoutFilter(text, operator))}>${icon(iconFor(operator), "i-xs")}<span class="truncate">${words}</span>${icon("x", "i-xs")}</button>`;
}

/**
 * @param {string} words
 * @param {(event: Event) => void} onPress
 * @param {boolean} [isMenu]
 */
const openChip = (words, onPress, isMenu = false) =>
  html`<button type="button" class="filter" aria-haspopup=${isMenu ? "menu" : nothing} @click=${onPress}><span>${words}</span>${icon("chevron-down", "i-xs")}</button>`;

/**
 * @param {"file" | "link"} kind
 * @param {string} words
 * @param {string} text
 * @param {FilterActions} act
 */
function kindChip(kind, words, text, act) {
  const set = filtersIn(text).find(one => kindOf(one) === kind);
  if (set) return setChip(set, text, act);
  const onPress = () => act.change(withFilter(text, typedKind(kind, lang())));
  return html`<button type="button" class="filter" aria-pressed="false" @click=${onPress}><span>${words}</span></button>`;
}

/** @param {Operator} operator */
function iconFor(operator) {
  if (operator.name === "from") return "user";
  if (operator.name === "in") return "hash";
  if (operator.name === "has") return kindOf(operator) === "link" ? "link" : "paperclip";
  return "clock";
}

/** @param {Operator} operator */
function wordsFor(operator) {
  const { name, value } = operator;
  if (name === "from") return t("From {name}", { name: personNamed(value) });
  if (name === "in") return t("In {room}", { room: roomNamed(value) });
  if (name === "before") return t("Before {day}", { day: dayInFull(value) });
  if (name === "after") return t("Since {day}", { day: dayInFull(value) });
  if (name === "on") return t("On {day}", { day: dayInFull(value) });
  return kindOf(operator) === "link" ? t("Has link") : t("Has file");
}

/**
 * @param {Event} event
 * @param {string} text
 * @param {FilterActions} act
 */
function openDays(event, text, act) {
  /** @param {"after" | "before"} name @param {number} ago */
  const from = (name, ago) => () => act.change(withFilter(text, typed(name, dayBefore(ago), lang())));
  openMenu(/** @type {Element} */ (event.currentTarget), t("Any date"), [
    { icon: "clock", label: t("Since yesterday"), action: from("after", 1) },
    { icon: "clock", label: t("The last 7 days"), action: from("after", 7) },
    { icon: "clock", label: t("The last 4 weeks"), action: from("after", 28) },
    { icon: "clock", label: t("The last year"), action: from("after", 365) },
    "rule",
    { icon: "archive", label: t("Older than 4 weeks"), action: from("before", 28) },
    { icon: "archive", label: t("Older than a year"), action: from("before", 365) },
  ]);
}

/**
 * "14 results · Newest first", the order in a menu.
 * @param {SearchState} state
 * @param {(sort: import("../core/search.js").Sort) => void} onSort
 */
export function searchCount(state, onSort) {
  const isNewest = state.sort === "newest";
  const choose = (/** @type {Event} */ event) =>
    openMenu(/** @type {Element} */ (event.currentTarget), t("Order"), [
      { label: t("Best match first"), isChecked: !isNewest, action: () => onSort("relevance") },
      { label: t("Newest first"), isChecked: isNewest, action: () => onSort("newest") },
    ]);
  return html`<div class="count">${state.status === "done" ? html`<span>${countWords(state)}</span><span aria-hidden="true">·</span>` : null}
    <button type="button" class="sort" aria-haspopup="menu" aria-label=${t("Order: {order}", { order: isNewest ? t("Newest first") : t("Best match first") })}
      @click=${choose}><span>${isNewest ? t("Newest first") : t("Best match first")}</span>${icon("chevron-down", "i-xs")}</button></div>`;
}

/** @param {SearchState} state */
export function countWords({ results, next }) {
  if (!results.length) return t("No results");
  if (next) return tn("More than {n} result", "More than {n} results", results.length);
  return tn("{n} result", "{n} results", results.length);
}
