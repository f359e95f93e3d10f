/** The search page: the box, its filters, and the results. The address is what is searched for. */
import { nothing } from "../../vendor/lit-html/lit-html.js";
import { effect, signal } from "../../vendor/signals-core/signals-core.module.js";
import { ApiError, NetworkError } from "../core/api.js";
import { filtersIn, operatorsIn, spelt, withoutFilters, wordsOf } from "../core/search_query.js";
import { announce } from "../lib/announcer.js";
import * as chat from "../lib/chat.js";
import { html, StetElement } from "../lib/element.js";
import { lang, t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { hasMod, isComposing, isTouch } from "../lib/keys.js";
import { goTo, place, searchPath, tellWhere } from "../lib/router.js";
import {
  closeSearch,
  forgetSearches,
  leftAt,
  recentSearches,
  rememberSearch,
  search,
} from "../lib/search.js";
import { isSidebarOpen } from "../lib/ui.js";
import { countWords, searchCount, searchFilters } from "../views/search_filters.js";
import {
  hitSkeletons,
  hits,
  moreHits,
  noHits,
  searchFailed,
  searchOffline,
  searchStart,
  unknownFilters,
} from "../views/search_results.js";
import { SearchList } from "./search_list.js";

const typingMs = 300;
const skeletonAfterMs = 150;
const loadAheadPx = 600;
/** How far a result is looked for that was left before a reload. */
const mostSought = 200;

export class StetSearch extends StetElement {
  /** What is in the box; the box itself belongs to the person who types. */
  #text = signal("");
  #isWaiting = signal(false);
  #activeId = signal(0);
  #list = new SearchList();
  #timer = 0;
  #announced = "";
  #isHere = false;
  /** Going back: the scroller stands there again as soon as the results are painted. */
  #isReturning = false;

  get #page() {
    return /** @type {HTMLElement} */ (this.closest(".search-page"));
  }

  get #field() {
    return /** @type {HTMLInputElement} */ (this.querySelector("input"));
  }

  start() {
    this.onLeave(this.#watchWaiting());
    queueMicrotask(() => {
      this.onLeave(effect(() => this.#follow(place.value)));
      this.onLeave(effect(() => this.#say(search.state.value)));
      this.onLeave(effect(() => this.#retryOnline(chat.isOnline())));
    });
    this.listen(this.#page, "scroll", () => this.#onScroll(), { passive: true });
    this.listen(this.#page, "keydown", event => this.#onPageKey(event));
  }

  // --- Where the page is ---

  /** @param {import("../lib/router.js").Place} now */
  #follow({ search: asked, isReturn, anchorId }) {
    const wasHere = this.#isHere;
    this.#isHere = asked !== null;
    for (const part of document.querySelectorAll("#app, .skip")) part.toggleAttribute("hidden", this.#isHere);
    this.#page.hidden = !this.#isHere;
    clearTimeout(this.#timer);
    if (!asked) return this.#list.close();
    // After this effect: then what it changes has been painted.
    queueMicrotask(() => {
      if (!wasHere) this.#enter(isReturn, anchorId);
      this.#show(asked.query);
      if (isReturn && search.restore(asked.query, asked.sort)) queueMicrotask(() => this.#comeBack());
      else this.#ask(asked, wasHere, isReturn);
    });
  }

  /**
   * @param {boolean} isReturn
   * @param {number | null} anchorId
   */
  #enter(isReturn, anchorId) {
    isSidebarOpen.value = false;
    tellWhere(() => this.#topId());
    if (anchorId) leftAt.messageId = anchorId;
    if (isReturn) return;
    leftAt.messageId = 0;
    leftAt.scrollTop = 0;
    // On a phone the keyboard would cover the results.
    if (!isTouch() || !place.peek().search?.query) queueMicrotask(() => this.#focusEnd());
  }

  /**
   * @param {{query: string, sort: import("../core/search.js").Sort}} asked
   * @param {boolean} wasHere
   * @param {boolean} isReturn
   */
  #ask({ query, sort }, wasHere, isReturn) {
    const { query: last, sort: lastSort, status } = search.state.peek();
    const isSame = last === query.trim() && lastSort === sort && status !== "failed";
    if (wasHere && isSame && !isReturn) return;
    this.#isReturning = isReturn;
    if (!isReturn) this.#activeId.value = 0;
    this.#page.scrollTop = 0;
    search.search(query, sort);
  }

  /** Back from a message: the same results at the same place, the opened one has the focus. */
  #comeBack() {
    this.#isReturning = false;
    search.refresh();
    this.#page.scrollTop = leftAt.scrollTop;
    const opened = this.#hitOf(leftAt.messageId);
    if (!opened) return this.#focusEnd();
    this.#activeId.value = leftAt.messageId;
    opened.focus({ preventScroll: true });
  }

  paint() {
    super.paint();
    if (this.#isReturning) queueMicrotask(() => this.#findLeft());
  }

  /** Back after a reload: the results are asked for again, as far as the one that was left. */
  #findLeft() {
    const { status, more, next, results } = search.state.peek();
    if (!this.#isReturning || status === "loading" || more === "loading") return;
    const opened = this.#hitOf(leftAt.messageId);
    if (!opened && leftAt.messageId && next && !more && results.length < mostSought) return search.more();
    this.#isReturning = false;
    if (!opened) return this.#focusEnd();
    this.#activeId.value = leftAt.messageId;
    opened.focus({ preventScroll: true });
    opened.scrollIntoView({ block: "center" });
  }

  /** @param {number} id */
  #hitOf = id => /** @type {HTMLElement | null} */ (this.querySelector(`.hit[data-id="${Number(id)}"]`));

  /** The box is never written to while somebody types in it. @param {string} query */
  #show(query) {
    const field = this.#field;
    if (field.value.trim() !== query.trim()) field.value = query;
    this.#text.value = field.value;
  }

  #focusEnd() {
    const field = this.#field;
    field.focus({ preventScroll: true });
    field.setSelectionRange(field.value.length, field.value.length);
  }

  /** The result at the top of the window: after a reload, Back finds it again. */
  #topId() {
    const { top } = this.#page.getBoundingClientRect();
    const isSeen = (/** @type {HTMLElement} */ row) => row.getBoundingClientRect().top > top;
    const rows = /** @type {HTMLElement[]} */ ([...this.querySelectorAll(".hit[data-id]")]);
    return leftAt.messageId || Number(rows.find(isSeen)?.dataset.id) || null;
  }

  // --- What is said and waited for ---

  /** How many there are is said once per search. @param {import("../core/search.js").SearchState} state */
  #say(state) {
    const key = `${state.sort} ${state.query}`;
    if (state.status === "loading" || state.status === "idle") this.#announced = "";
    if (state.status !== "done" || this.#announced === key) return;
    this.#announced = key;
    announce(countWords(state));
  }

  /** @param {boolean} isOnline */
  #retryOnline(isOnline) {
    const { status, error } = search.state.peek();
    if (isOnline && status === "failed" && error instanceof NetworkError) search.retry();
  }

  /** The skeleton and the dimming come after 150 ms. */
  #watchWaiting() {
    let timer = 0;
    return effect(() => {
      clearTimeout(timer);
      if (search.state.value.status !== "loading") {
        this.#isWaiting.value = false;
        return;
      }
      timer = window.setTimeout(() => {
        this.#isWaiting.value = true;
      }, skeletonAfterMs);
    });
  }

  // --- Painting ---

  view() {
    const asked = place.value.search;
    const state = search.state.value;
    const { isOpen, activeId } = this.#list;
    const act = { change: this.#change, ask: this.#offer };
    const query = asked?.query.trim() ?? "";
    return html`<header class="searchbar"><div>
        <form class="find" role="search" @submit=${this.#onSubmit}>${icon("search")}
          <input class="input" type="search" id="search-field" name="q" role="combobox" autocomplete="off" spellcheck="false" maxlength="500" enterkeyhint="search"
            placeholder=${t("Search messages")} aria-label=${t("Search messages")} aria-autocomplete="list" aria-expanded=${isOpen}
            aria-controls=${isOpen ? "search-list" : nothing} aria-activedescendant=${activeId ?? nothing}
            @input=${this.#onInput} @keydown=${this.#onKey} @click=${() => this.#list.update(this.#field)} @blur=${() => this.#list.close()}>
          <button type="button" class="icon-btn" aria-label=${t("Close search")} @click=${closeSearch}>${icon("x")}</button>
          ${this.#list.view(this.#take)}
        </form>
        <div class="filters">${searchFilters(this.#text.value, act)}${query ? searchCount(state, this.#sort) : null}</div>
      </div></header>
      <div class="results">
        <h1 class="sr-only">${query ? t("Search results for {query}", { query }) : t("Search")}</h1>
        ${asked ? this.#body(state, query) : null}
      </div>`;
  }

  /**
   * @param {import("../core/search.js").SearchState} state
   * @param {string} query
   */
  #body(state, query) {
    const { status, results, error } = state;
    if (!query || isTooShort(error))
      return searchStart(recentSearches.value, {
        search: this.#change,
        forget: forgetSearches,
        insert: this.#insert,
      });
    if (status === "failed") return this.#failure(error);
    if (status === "loading" && !results.length) return this.#isWaiting.value ? hitSkeletons() : null;
    if (status === "done" && state.unknown.length)
      return unknownFilters(state.unknown, () => this.#change(without(query, state.unknown)));
    if (status === "done" && !results.length) {
      const words = wordsOf(query);
      const canWiden = words !== "" && filtersIn(query).length > 0;
      return noHits(query, canWiden, () => this.#change(words));
    }
    const isStale = status === "loading" && this.#isWaiting.value;
    return html`<div class="hits" role="feed" aria-busy=${status === "loading" || state.more === "loading"} data-state=${isStale ? "stale" : ""}
        aria-label=${t("Results")} @click=${this.#onHitClick} @focusin=${this.#onHitFocus}>${hits(results, this.#activeId.value)}</div>
      ${moreHits(state, () => search.more())}`;
  }

  /** @param {unknown} error */
  #failure(error) {
    if (error instanceof NetworkError && !chat.isOnline())
      return searchOffline(() => {
        chat.connectNow();
        search.retry();
      });
    const isFinal = error instanceof ApiError && error.status < 500 && error.status !== 429;
    return searchFailed(chat.sentenceOf(error), isFinal ? null : () => search.retry());
  }

  // --- Typing ---

  /** @param {InputEvent} event */
  #onInput = event => {
    const field = this.#field;
    this.#text.value = field.value;
    this.#list.update(field);
    clearTimeout(this.#timer);
    // A syllable that is only begun (배ㅍ) and an operator that is being chosen are no question yet.
    if (this.#list.isOpen || (event.isComposing && /[ㄱ-ㅎㅏ-ㅣ]$/.test(field.value))) return;
    this.#timer = window.setTimeout(() => this.#go(this.#field.value), typingMs);
  };

  /** @param {KeyboardEvent} event */
  #onKey = event => {
    if (isComposing(event)) {
      if (event.key === "Enter") event.preventDefault(); // Safari would submit
      return;
    }
    if (this.#list.onKey(event, this.#take)) return;
    if (event.key === "ArrowDown") {
      event.preventDefault();
      this.#focusStop(0);
    }
  };

  /** Enter outside of a composition. @param {Event} event */
  #onSubmit = event => {
    event.preventDefault();
    const query = this.#field.value;
    this.#list.close();
    rememberSearch(query);
    if (search.state.peek().status === "failed") search.retry();
    this.#go(query);
    if (isTouch()) this.#field.blur(); // the keyboard covers the results
  };

  /** @param {string} query */
  #go(query) {
    clearTimeout(this.#timer);
    const { query: last = "", sort = "relevance" } = place.peek().search ?? {};
    if (query.trim() !== last.trim()) leftAt.messageId = 0;
    goTo(searchPath(query, sort), { isReplacing: true });
  }

  /** @param {import("../core/search.js").Sort} sort */
  #sort = sort => goTo(searchPath(place.peek().search?.query ?? "", sort), { isReplacing: true });

  /** Another text in the box, and what it finds. @param {string} text */
  #change = text => {
    this.#write(text);
    this.#list.close();
    rememberSearch(text);
    this.#go(text);
    if (isTouch()) return;
    this.#focusEnd();
  };

  /** An operator at the end of the box, and what can follow it. @param {string} text */
  #insert = text => {
    const before = this.#field.value.trim();
    this.#write(before ? `${before} ${text}` : text);
    this.#focusEnd();
    this.#list.update(this.#field);
    if (!text.endsWith(":") && text !== '"') this.#go(this.#field.value);
  };

  /** @param {"in" | "from"} name */
  #offer = name => this.#insert(`${spelt(name, lang())}:`);

  /** @type {import("./search_list.js").Take} */
  #take = (text, { start, end }) => {
    const { value } = this.#field;
    const before = `${value.slice(0, start)}${text} `;
    this.#write(before + value.slice(end).trimStart());
    this.#field.setSelectionRange(before.length, before.length);
    this.#go(this.#field.value);
  };

  /** @param {string} text */
  #write(text) {
    this.#field.value = text;
    this.#text.value = text;
  }

  // --- Moving through results ---

  #stops = () =>
    /** @type {HTMLElement[]} */ ([...this.querySelectorAll("[data-stop]")]).filter(stop =>
      stop.checkVisibility(),
    );

  /** @param {number} index before the first one is the box */
  #focusStop(index) {
    if (index < 0) return this.#focusEnd();
    const stop = this.#stops()[index];
    stop?.focus({ preventScroll: true });
    stop?.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  #onPageKey(event) {
    if (isComposing(event) || event.defaultPrevented || event.altKey || hasMod(event)) return;
    if (event.key === "Escape") {
      event.preventDefault();
      closeSearch();
      return;
    }
    const target = /** @type {HTMLElement} */ (event.target);
    if (!target.matches("[data-stop]")) return;
    const stops = this.#stops();
    const at = stops.indexOf(target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.#focusStop(Math.min(to, stops.length - 1));
    } else if (event.key === "Enter" && target.dataset.path) {
      event.preventDefault();
      this.#open(target);
    }
  }

  /** @param {FocusEvent} event */
  #onHitFocus = event => {
    const hit = /** @type {HTMLElement} */ (event.target).closest(".hit");
    if (hit instanceof HTMLElement) this.#activeId.value = Number(hit.dataset.id);
  };

  /** The whole card opens the message; its links do what links do. @param {MouseEvent} event */
  #onHitClick = event => {
    const target = /** @type {HTMLElement} */ (event.target);
    const hit = /** @type {HTMLElement | null} */ (target.closest(".hit"));
    if (!hit) return;
    const link = target.closest("a");
    const isElsewhere = hasMod(event) || event.shiftKey || event.altKey;
    if (link && isElsewhere) return;
    if (link) this.#leaveFrom(hit);
    else if (!isElsewhere && !getSelection()?.toString()) this.#open(hit);
  };

  /** @param {HTMLElement} hit */
  #open(hit) {
    this.#leaveFrom(hit);
    goTo(hit.dataset.path ?? "/");
  }

  /** @param {HTMLElement} hit */
  #leaveFrom(hit) {
    leftAt.messageId = Number(hit.dataset.id);
    leftAt.scrollTop = this.#page.scrollTop;
    rememberSearch(place.peek().search?.query ?? "");
  }

  #onScroll() {
    const page = this.#page;
    if (page.hidden) return;
    leftAt.scrollTop = page.scrollTop;
    const left = page.scrollHeight - page.scrollTop - page.clientHeight;
    if (left < loadAheadPx && search.state.peek().more === "") search.more();
  }
}

/**
 * @param {string} query
 * @param {readonly string[]} unknown filters, as they were typed
 */
function without(query, unknown) {
  const unwanted = unknown.flatMap(operatorsIn);
  return withoutFilters(query, one =>
    unwanted.some(({ name, value }) => one.name === name && one.value === value),
  );
}

/** @param {unknown} error */
const isTooShort = error => error instanceof ApiError && error.code === "search_empty";
