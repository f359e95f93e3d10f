/** The files of a room in the pane: pictures as tiles, everything else as lines; newest first, by pages, and live. */
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { html } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { shortWhen } from "../lib/dates.js";
import { StetElement } from "../lib/element.js";
import { describe, iconOf } from "../lib/file_words.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { messagePath } from "../lib/router.js";
import { download } from "../views/attachments.js";
import { openLightbox } from "./lightbox.js";

/** @typedef {import("../core/types.js").RoomFile} RoomFile */
/** @typedef {"all" | "media" | "files"} Filter */

export class StetFiles extends StetElement {
  #roomId = signal(0);
  #filter = signal(/** @type {Filter} */ ("all"));
  #files = signal(/** @type {readonly RoomFile[]} */ ([]));
  #hasBefore = signal(false);
  #state = signal(/** @type {"loading" | "more" | "ready" | "failed"} */ ("loading"));
  /** Answers of what is not wanted any more are dropped. */
  #asked = 0;

  /** @param {number} id */
  set roomId(id) {
    if (id === this.#roomId.peek()) return;
    this.#roomId.value = id;
    if (this.isConnected) this.#reload();
  }

  start() {
    this.#reload();
    this.onLeave(chat.onChanged(message => this.#take(message)));
    this.onLeave(chat.onRoomSnapshot(this.#roomId.peek(), () => this.#reload()));
  }

  #reload() {
    this.#files.value = [];
    this.#load("loading");
  }

  /** @param {"loading" | "more"} state */
  async #load(state) {
    const asked = ++this.#asked;
    const roomId = this.#roomId.peek();
    const before = state === "more" ? this.#files.peek().at(-1)?.id : undefined;
    this.#state.value = state;
    try {
      const page = await chat.filesIn(roomId, { kind: this.#filter.peek(), before });
      if (asked !== this.#asked) return;
      this.#files.value = [...(before ? this.#files.peek() : []), ...page.files];
      this.#hasBefore.value = page.has_before;
      this.#state.value = "ready";
    } catch {
      if (asked === this.#asked) this.#state.value = "failed";
    }
  }

  /** A message came, changed or was deleted. @param {import("../core/types.js").Message} message */
  #take(message) {
    if (message.room_id !== this.#roomId.peek()) return;
    const files = this.#files.peek();
    const others = files.filter(file => file.message_id !== message.id);
    const isKnown = others.length < files.length || !files.length || message.id > files[0].message_id;
    if (!isKnown) return;
    const { id: message_id, author_id, created_at } = message;
    const own = message.attachments.filter(file => isIn(file, this.#filter.peek()));
    const all = [...others, ...own.map(file => ({ ...file, message_id, author_id, created_at }))];
    this.#files.value = all.sort((a, b) => b.id - a.id);
  }

  view() {
    const files = this.#files.value;
    const state = this.#state.value;
    const isTiled = this.#filter.value === "media";
    return html`<div class="files-filter"><div class="seg" role="radiogroup" aria-label=${t("Which files")}>
        ${this.#choice("all", t("All"))}${this.#choice("media", t("Pictures and films"))}${this.#choice("files", t("Documents"))}</div></div>
      ${state === "loading" ? html`<p class="empty" role="status">${t("Loading…")}</p>` : null}
      ${state === "failed" ? html`<p class="empty" role="alert">${t("The files could not be loaded.")} <button type="button" class="link" @click=${() => this.#load(files.length ? "more" : "loading")}>${t("Try again")}</button></p>` : null}
      ${state === "ready" && !files.length ? html`<p class="empty">${t("No files yet. What people attach to messages shows up here.")}</p>` : null}
      ${isTiled ? this.#tiles(files) : this.#lines(files)}
      ${this.#hasBefore.value && state !== "failed" ? html`<button type="button" class="btn files-more" aria-disabled=${state !== "ready"} @click=${() => state === "ready" && this.#load("more")}>${t("Show older files")}</button>` : null}`;
  }

  /**
   * @param {Filter} value
   * @param {string} label
   */
  #choice(value, label) {
    const choose = () => {
      this.#filter.value = value;
      this.#reload();
    };
    return html`<label><input type="radio" name="files-filter" .checked=${this.#filter.value === value} @change=${choose}><span>${label}</span></label>`;
  }

  /** @param {readonly RoomFile[]} files */
  #tiles(files) {
    return html`<ul class="files-tiles">${repeat(
      files,
      file => file.id,
      file => html`<li><a class="tile" href=${file.url} target="_blank" rel="noopener" title=${file.name} aria-label=${this.#label(file)} @click=${(/** @type {MouseEvent} */ event) => this.#open(event, file)}>
        ${file.thumbnail_url ? html`<img src=${file.thumbnail_url} alt="" loading="lazy" decoding="async">` : html`<span class="ico">${icon(iconOf(file), "i-lg")}</span><span class="truncate">${file.name}</span>`}</a></li>`,
    )}</ul>`;
  }

  /** @param {readonly RoomFile[]} files */
  #lines(files) {
    return html`<ul class="files-lines">${repeat(
      files,
      file => file.id,
      file => html`<li class="file-row">
        <a class="filecard-line" href=${isShown(file) ? file.url : `${file.url}?download=1`} target=${isShown(file) ? "_blank" : "_self"} rel="noopener" @click=${(/** @type {MouseEvent} */ event) => this.#open(event, file)}>
          <span class="ico">${file.thumbnail_url ? html`<img src=${file.thumbnail_url} width="36" height="36" alt="" loading="lazy" decoding="async">` : icon(iconOf(file))}</span>
          <span class="grow"><b class="truncate">${file.name}</b><small class="truncate">${this.#byline(file)}</small><small class="truncate">${describe(file)}</small></span></a>
        <a class="icon-btn" href=${messagePath(this.#roomId.value, file.message_id)} aria-label=${t("Go to the message of {name}", { name: file.name })} title=${t("Go to the message")}>${icon("message-square", "i-sm")}</a>
        ${download(file, true)}</li>`,
    )}</ul>`;
  }

  /** @param {RoomFile} file */
  #byline(file) {
    return `${chat.userOf(file.author_id)?.name ?? t("Somebody")} · ${shortWhen(file.created_at)}`;
  }

  /** @param {RoomFile} file */
  #label(file) {
    return `${file.name}, ${this.#byline(file)}`;
  }

  /**
   * @param {MouseEvent} event
   * @param {RoomFile} file
   */
  #open(event, file) {
    if (file.kind !== "image" || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openLightbox(
      this.#files.peek().filter(({ kind }) => kind === "image"),
      file.id,
    );
  }
}

/** What the browser shows by itself. @param {RoomFile} file */
const isShown = ({ kind }) => ["image", "video", "audio", "pdf"].includes(kind);

/**
 * @param {import("../core/types.js").Attachment} file
 * @param {Filter} filter
 */
const isIn = ({ kind }, filter) =>
  filter === "all" || (filter === "media") === (kind === "image" || kind === "video");
