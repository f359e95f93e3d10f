/**
 * The emoji picker: groups under sticky headings, search in two languages, what is used most, skin tones. The search
 * field keeps the focus and the arrows move through the grid. Groups out of view have their height and no cells yet.
 */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { computed, signal } from "../../vendor/signals-core/signals-core.module.js";
import { StetElement } from "../lib/element.js";
import * as emojis from "../lib/emoji.js";
import { searchEmoji, toneCount, withTone } from "../lib/emoji_table.js";
import { lang, t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { isComposing, isTouch } from "../lib/keys.js";
import { emojiGlyph } from "../views/emoji_glyph.js";
import { openOwnEmoji } from "../views/own_emoji.js";

/** @typedef {import("../lib/emoji_table.js").Emoji} Emoji */
/** @typedef {{key: string, title: string, icon: string, emoji: Emoji[]}} Section */

const columns = 8;
const rowsOfUsed = 3;
const mostFound = 96;
/** What is nearer to the visible part than this gets its cells. */
const readyWithinPx = 240;

/** @type {() => {key: string, title: string, icon: string}[]} in the order of the table's groups */
const groups = () => [
  { key: "smileys", title: t("Smileys and emotion"), icon: "smile" },
  { key: "people", title: t("People and body"), icon: "hand" },
  { key: "animals", title: t("Animals and nature"), icon: "leaf" },
  { key: "food", title: t("Food and drink"), icon: "apple" },
  { key: "travel", title: t("Travel and places"), icon: "plane" },
  { key: "activities", title: t("Activities"), icon: "trophy" },
  { key: "objects", title: t("Objects"), icon: "lightbulb" },
  { key: "symbols", title: t("Symbols"), icon: "heart" },
  { key: "flags", title: t("Flags"), icon: "flag" },
];

export class StetEmojiPicker extends StetElement {
  /** @type {(text: string, isMore: boolean) => void} called with `isMore` when more is about to be picked */
  onPick = () => {};
  /** Called when something else opens in the picker's place. */
  onLeaveFor = () => {};
  #query = signal("");
  #active = signal(-1);
  #areTonesOpen = signal(false);
  #hasFailed = signal(false);
  /** Sections whose cells are there. @type {import("../../vendor/signals-core/signals-core.module.js").Signal<Set<string>>} */
  #ready = signal(new Set(["used", "smileys"]));
  #inView = signal("used");
  /** What Enter asked for before the table was there; null when nothing waits. @type {{isMore: boolean} | null} */
  #waiting = null;
  /** Frozen while the picker is open: cells must not move under the finger. */
  #used = emojis.quickEmoji(columns * rowsOfUsed);

  start() {
    this.#load();
    queueMicrotask(() => {
      if (!isTouch()) this.#field.focus({ preventScroll: true });
      this.#onScroll();
    });
  }

  #load = async () => {
    this.#hasFailed.value = false;
    try {
      await emojis.loadEmoji();
    } catch {
      this.#hasFailed.value = true;
    }
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting && this.isConnected) this.#pick(this.#active.value, waiting.isMore);
  };

  get #field() {
    return /** @type {HTMLInputElement} */ (this.querySelector("input"));
  }

  get #grid() {
    return /** @type {HTMLElement} */ (this.querySelector(".pgrid"));
  }

  /** @type {import("../../vendor/signals-core/signals-core.module.js").ReadonlySignal<Section[]>} */
  #sections = computed(() => {
    const table = emojis.emojiTable.value;
    if (!table) return [];
    const query = this.#query.value;
    const all = emojis.allEmoji();
    if (query) {
      const emoji = searchEmoji(all, query, emojis.useOf).slice(0, mostFound);
      return emoji.length ? [{ key: "found", title: t("Found"), icon: "", emoji }] : [];
    }
    const used = this.#used.map(emojis.emojiOf).filter(one => one !== undefined);
    const sections = [
      { key: "used", title: t("Frequently used"), icon: "clock", emoji: used },
      ...groups().map((group, i) => ({ ...group, emoji: all.filter(one => one.group === i) })),
      { key: "own", title: t("Of this workspace"), icon: "sparkle", emoji: emojis.customEmoji.value },
    ];
    return sections.filter(({ emoji }) => emoji.length);
  });

  view() {
    const sections = this.#sections.value;
    const active = this.#emojiAt(this.#active.value);
    return html`<div class="find">
        ${icon("search", "i-sm")}
        <input class="input" type="search" role="combobox" aria-haspopup="grid" aria-expanded="true" aria-controls="emoji-grid" aria-autocomplete="list"
          autocomplete="off" enterkeyhint="done" placeholder=${t("Search emoji")} aria-label=${t("Search emoji")}
          aria-activedescendant=${active ? `emoji-${this.#active.value}` : nothing}
          @input=${this.#onInput} @keydown=${this.#onKey}>
      </div>
      ${this.#query.value ? null : this.#tabs(sections)}
      <div class="pgrid" id="emoji-grid" role="grid" aria-label=${t("Emoji")} aria-colcount=${columns}
        tabindex="-1" ?autofocus=${isTouch()}
        @scroll=${this.#onScroll} @click=${this.#onClick} @pointerover=${this.#onPoint} @pointerdown=${keepFocus}>
        ${this.#content(sections)}
      </div>
      ${this.#foot(active)}`;
  }

  /** @param {Section[]} sections */
  #content(sections) {
    if (sections.length) {
      let index = 0;
      return sections.map(section => {
        const first = index;
        index += section.emoji.length;
        return this.#section(section, first);
      });
    }
    if (this.#hasFailed.value)
      return html`<div class="pnote" role="alert">${t("The emoji could not be loaded.")}
        <button type="button" class="btn btn-sm" @click=${this.#load}>${t("Try again")}</button></div>`;
    return this.#query.value ? html`<p class="pnote" role="status">${t("No emoji is called so.")}</p>` : null;
  }

  /** @param {Section[]} sections */
  #tabs(sections) {
    return html`<div class="ptabs" role="group" aria-label=${t("Kinds of emoji")}>
      ${sections.map(
        ({
          key,
          title,
          icon: name,
        }) => html`<button type="button" tabindex="-1" title=${title} aria-label=${title}
          aria-current=${key === this.#inView.value} @pointerdown=${keepFocus} @click=${() => this.#jumpTo(key)}>${icon(name, "i-sm")}</button>`,
      )}
    </div>`;
  }

  /**
   * @param {Section} section
   * @param {number} first the index of its first cell
   */
  #section({ key, title, emoji }, first) {
    const isReady = key === "found" || this.#ready.value.has(key);
    /** @type {unknown[]} */
    const rows = [];
    for (let at = 0; isReady && at < emoji.length; at += columns)
      rows.push(html`<div class="erow" role="row">
        ${emoji.slice(at, at + columns).map((one, i) => this.#cell(one, first + at + i))}
      </div>`);
    return html`<div class="pgroup" role="rowgroup" aria-label=${title} data-key=${key} data-rows=${Math.ceil(emoji.length / columns)}>
      <div class="grp" aria-hidden="true">${title}</div>
      ${isReady ? rows : html`<div class="gap"></div>`}
    </div>`;
  }

  /**
   * @param {Emoji} emoji
   * @param {number} index
   */
  #cell(emoji, index) {
    const text = withTone(emoji, emojis.skinTone.value);
    return html`<button type="button" tabindex="-1" role="gridcell" id="emoji-${index}" data-index=${index}
      aria-selected=${index === this.#active.value} aria-label=${nameOf(emoji)}>${emojiGlyph(text, emoji.url)}</button>`;
  }

  /** @param {Emoji | undefined} active */
  #foot(active) {
    return html`<div class="pfoot">
      ${
        active
          ? html`<span class="pv" aria-hidden="true">${emojiGlyph(withTone(active, emojis.skinTone.value), active.url)}</span>
            <span class="pname"><b>${nameOf(active)}</b><br>:${active.codes[0]}:</span>`
          : html`<span class="pname">${isTouch() ? t("Tap an emoji") : t("Pick an emoji, or type to search")}</span>`
      }
      ${this.#adder()}${this.#tones()}
    </div>`;
  }

  /** Where the workspace's own are added and looked after. */
  #adder() {
    const open = () => {
      this.onLeaveFor();
      openOwnEmoji();
    };
    return html`<button type="button" class="padd" title=${t("Emoji of this workspace")} aria-label=${t("Emoji of this workspace")} @click=${open}>${icon("plus", "i-sm")}</button>`;
  }

  #tones() {
    const hand = emojis.emojiTable.value?.byCode("raised_hand");
    if (!hand) return null;
    const chosen = emojis.skinTone.value;
    const shown = this.#areTonesOpen.value ? [...Array(toneCount).keys()] : [chosen];
    return html`<div class="tones" role=${this.#areTonesOpen.value ? "radiogroup" : nothing} aria-label=${this.#areTonesOpen.value ? t("Skin tone") : nothing}>
      ${shown.map(tone => {
        const choose = () => {
          if (this.#areTonesOpen.value) emojis.chooseTone(tone);
          this.#areTonesOpen.value = !this.#areTonesOpen.value;
        };
        const isOpen = this.#areTonesOpen.value;
        return html`<button type="button" role=${isOpen ? "radio" : nothing} aria-checked=${isOpen ? tone === chosen : nothing}
          aria-label=${isOpen ? toneName(tone) : t("Skin tone")} title=${isOpen ? toneName(tone) : t("Skin tone")} @click=${choose}>${withTone(hand, tone)}</button>`;
      })}
    </div>`;
  }

  /** @param {number} index */
  #emojiAt(index) {
    return this.#sections.value.flatMap(({ emoji }) => emoji)[index];
  }

  paint() {
    super.paint();
    // Sections without cells need their height, and styles do not stand in the markup.
    for (const section of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(".pgroup")))
      section.style.setProperty("--rows", section.dataset.rows ?? "0");
  }

  // --- Moving and picking ---

  /** @param {Event} event */
  #onInput = event => {
    this.#query.value = /** @type {HTMLInputElement} */ (event.currentTarget).value.trim();
    // Typed before the table is there, the first one found is still the one that Enter takes.
    this.#active.value = this.#query.value ? 0 : -1;
    this.#grid.scrollTop = 0;
  };

  /** @param {KeyboardEvent} event */
  #onKey = event => {
    if (isComposing(event)) return;
    const at = this.#active.value;
    if (event.key === "Enter") {
      event.preventDefault();
      if (emojis.emojiTable.value) this.#pick(at, event.shiftKey);
      else this.#waiting = { isMore: event.shiftKey };
      return;
    }
    const isInText = this.#field.value !== "" && at < 0;
    const isSideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
    const to = isInText && isSideways ? null : this.#target(event.key, at);
    if (to === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#goTo(to);
  };

  /**
   * Where an arrow leads: up and down keep the column, also from one section into the next.
   * @param {string} key
   * @param {number} at
   * @returns {number | null}
   */
  #target(key, at) {
    const rows = this.#sections.value.flatMap(rowsOf());
    const last = rows.at(-1);
    if (!last) return null;
    const end = last.first + last.count - 1;
    if (at < 0) return key === "ArrowDown" || key === "ArrowRight" ? 0 : null;
    if (key === "ArrowRight") return Math.min(at + 1, end);
    if (key === "ArrowLeft") return Math.max(at - 1, 0);
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 6, PageUp: -6 }[key];
    if (!step) return null;
    const row = rows.findIndex(({ first, count }) => at < first + count);
    const wanted = rows[Math.max(0, Math.min(rows.length - 1, row + step))];
    return wanted.first + Math.min(at - rows[row].first, wanted.count - 1);
  }

  /** @param {number} index */
  #goTo(index) {
    let first = 0;
    for (const { key, emoji } of this.#sections.value) {
      if (index < first + emoji.length) {
        this.#makeReady(key);
        break;
      }
      first += emoji.length;
    }
    this.#active.value = index;
    queueMicrotask(() => this.querySelector(`#emoji-${index}`)?.scrollIntoView({ block: "nearest" }));
  }

  /** @param {MouseEvent} event */
  #onClick = event => {
    const cell = /** @type {HTMLElement | null} */ (
      /** @type {Element} */ (event.target).closest("[data-index]")
    );
    if (cell) this.#pick(Number(cell.dataset.index), event.shiftKey);
  };

  /** @param {PointerEvent} event */
  #onPoint = event => {
    const cell = /** @type {HTMLElement | null} */ (
      /** @type {Element} */ (event.target).closest("[data-index]")
    );
    if (cell && event.pointerType === "mouse") this.#active.value = Number(cell.dataset.index);
  };

  /**
   * @param {number} index
   * @param {boolean} isMore
   */
  #pick(index, isMore) {
    const emoji = this.#emojiAt(index);
    if (!emoji) return;
    const text = withTone(emoji, emojis.skinTone.value);
    emojis.noteUse(text);
    this.onPick(text, isMore);
    if (isMore) this.#field.focus({ preventScroll: true });
  }

  // --- Scrolling ---

  /** @param {string} key */
  #jumpTo(key) {
    this.#makeReady(key);
    const section = this.querySelector(`.pgroup[data-key="${key}"]`);
    if (section instanceof HTMLElement) this.#grid.scrollTop = section.offsetTop - this.#grid.offsetTop;
  }

  #onScroll = () => {
    const grid = this.#grid;
    const view = grid.getBoundingClientRect();
    let inView = "";
    for (const section of /** @type {NodeListOf<HTMLElement>} */ (grid.querySelectorAll(".pgroup"))) {
      const box = section.getBoundingClientRect();
      if (box.top <= view.top + 1) inView = section.dataset.key ?? "";
      if (box.top < view.bottom + readyWithinPx && box.bottom > view.top - readyWithinPx)
        this.#makeReady(section.dataset.key ?? "");
    }
    const isAtEnd = grid.scrollTop > 0 && grid.scrollTop + grid.clientHeight >= grid.scrollHeight - 1;
    const shown = isAtEnd ? this.#sections.peek().at(-1)?.key : inView;
    if (shown) this.#inView.value = shown;
  };

  /** @param {string} key */
  #makeReady(key) {
    if (!this.#ready.peek().has(key)) this.#ready.value = new Set([...this.#ready.peek(), key]);
  }
}

/** What is in each row of the grid, section after section. */
function rowsOf() {
  let first = 0;
  return (/** @type {Section} */ { emoji }) => {
    const rows = [];
    for (let at = 0; at < emoji.length; at += columns)
      rows.push({ first: first + at, count: Math.min(columns, emoji.length - at) });
    first += emoji.length;
    return rows;
  };
}

/** @param {Emoji} emoji */
const nameOf = ({ name, localName }) => (lang() === "ko" ? localName : name);

/** @param {number} tone */
const toneName = tone =>
  [
    t("No skin tone"),
    t("Light skin tone"),
    t("Medium-light skin tone"),
    t("Medium skin tone"),
    t("Medium-dark skin tone"),
    t("Dark skin tone"),
  ][tone];

/** A press must not take the focus from the search field. @param {Event} event */
function keepFocus(event) {
  event.preventDefault();
}
