/** Pictures over the whole window: arrows, zoom, dragging, a swipe on a phone, Esc. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { isDialogOpen, openDialog } from "../lib/dialog.js";
import { sizeOf } from "../lib/file_words.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";

/** @typedef {import("../core/types.js").Attachment} Attachment */

const largestZoom = 8;
const zoomStep = 1.5;
const swipePx = 60;

/**
 * Show a picture, and let people go through the others.
 * @param {readonly Attachment[]} pictures
 * @param {number} firstId
 */
export function openLightbox(pictures, firstId) {
  if (isDialogOpen()) return;
  const first = Math.max(
    0,
    pictures.findIndex(({ id }) => id === firstId),
  );
  const box = new Lightbox(pictures, first);
  const dialog = openDialog({
    label: t("Pictures"),
    className: "lightbox",
    view: close => box.view(close),
    onClose: () => box.leave(),
  });
  box.enter(dialog);
}

/** What iPhones take is for keeping; browsers show the preview. @param {Attachment} file */
const shownUrl = file => (file.content_type === "image/heic" ? (file.preview_url ?? file.url) : file.url);

class Lightbox {
  #pictures;
  #at;
  #zoom = signal(1);
  #x = 0;
  #y = 0;
  /** Fingers and the mouse, by pointer. @type {Map<number, {x: number, y: number}>} */
  #pointers = new Map();
  #start = { x: 0, y: 0, distance: 0, zoom: 1 };
  #wasMoved = false;
  #listening = new AbortController();
  /** @type {HTMLDialogElement | null} */
  #dialog = null;

  /**
   * @param {readonly Attachment[]} pictures
   * @param {number} first
   */
  constructor(pictures, first) {
    this.#pictures = pictures;
    this.#at = signal(first);
  }

  /** @param {HTMLDialogElement} dialog */
  enter(dialog) {
    this.#dialog = dialog;
    const { signal: until } = this.#listening;
    dialog.addEventListener("keydown", this.#onKey, { signal: until });
    dialog.addEventListener("wheel", this.#onWheel, { passive: false, signal: until });
  }

  leave() {
    this.#listening.abort();
  }

  /** @param {() => void} close */
  view(close) {
    const at = this.#at.value;
    const file = this.#pictures[at];
    const count = this.#pictures.length;
    const isZoomed = this.#zoom.value > 1;
    return html`<header class="lightbox-head">
        <div class="lightbox-name"><b class="truncate">${file.name}</b><small>${count > 1 ? html`<span aria-live="polite">${t("{n} of {count}", { n: at + 1, count })}</span> · ` : null}${sizeOf(file.size_bytes)}</small></div>
        <button type="button" class="icon-btn" aria-label=${t("Zoom out")} aria-disabled=${!isZoomed} @click=${() => this.#zoomBy(1 / zoomStep)}>${icon("zoom-out")}</button>
        <button type="button" class="icon-btn" aria-label=${t("Zoom in")} @click=${() => this.#zoomBy(zoomStep)}>${icon("zoom-in")}</button>
        <a class="icon-btn" href="${file.url}?download=1" download=${file.name} aria-label=${t("Download {name}", { name: file.name })} title=${t("Download")}>${icon("download")}</a>
        <a class="icon-btn only-wide" href=${file.url} target="_blank" rel="noopener" aria-label=${t("Open {name} in a new tab", { name: file.name })}>${icon("external-link")}</a>
        <button type="button" class="icon-btn" autofocus aria-label=${t("Close")} title="Esc" @click=${close}>${icon("x")}</button>
      </header>
      <div class="lightbox-stage ${isZoomed ? "is-zoomed" : ""}" @pointerdown=${this.#onDown} @pointermove=${this.#onMove} @pointerup=${this.#onUp}
        @pointercancel=${this.#onUp} @dblclick=${this.#onDouble} @click=${(/** @type {MouseEvent} */ event) => this.#onStageClick(event, close)}>
        <img src=${shownUrl(file)} alt=${file.name} width=${file.width ?? nothing} height=${file.height ?? nothing} draggable="false">
      </div>
      ${
        count > 1
          ? html`<button type="button" class="lightbox-step is-back" aria-label=${t("Previous picture")} @click=${() => this.#step(-1)}>${icon("arrow-left")}</button>
        <button type="button" class="lightbox-step is-on" aria-label=${t("Next picture")} @click=${() => this.#step(1)}>${icon("arrow-right")}</button>`
          : null
      }`;
  }

  /** @param {1 | -1} by */
  #step(by) {
    const { length } = this.#pictures;
    this.#place(1, 0, 0);
    this.#at.value = (this.#at.value + by + length) % length;
  }

  /** @param {KeyboardEvent} event */
  #onKey = event => {
    /** @type {Record<string, () => void>} */
    const acts = {
      ArrowLeft: () => this.#step(-1),
      ArrowRight: () => this.#step(1),
      "+": () => this.#zoomBy(zoomStep),
      "=": () => this.#zoomBy(zoomStep),
      "-": () => this.#zoomBy(1 / zoomStep),
      0: () => this.#place(1, 0, 0),
    };
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };

  /** @param {WheelEvent} event */
  #onWheel = event => {
    event.preventDefault();
    this.#zoomBy(Math.exp(-event.deltaY / 400));
  };

  /** @param {MouseEvent} event */
  #onDouble = event => {
    event.preventDefault();
    if (this.#zoom.peek() > 1) this.#place(1, 0, 0);
    else this.#zoomBy(2.5);
  };

  /** A press beside the picture closes. @param {MouseEvent} event @param {() => void} close */
  #onStageClick(event, close) {
    if (event.target === event.currentTarget && !this.#wasMoved) close();
  }

  /** @param {PointerEvent} event */
  #onDown = event => {
    this.#wasMoved = false;
    this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.#start = {
      x: event.clientX - this.#x,
      y: event.clientY - this.#y,
      distance: this.#distance(),
      zoom: this.#zoom.peek(),
    };
    /** @type {Element} */ (event.currentTarget).setPointerCapture(event.pointerId);
  };

  /** @param {PointerEvent} event */
  #onMove = event => {
    if (!this.#pointers.has(event.pointerId)) return;
    const before = /** @type {{x: number, y: number}} */ (this.#pointers.get(event.pointerId));
    if (Math.hypot(event.clientX - before.x, event.clientY - before.y) < 3) return;
    this.#wasMoved = true;
    if (this.#pointers.size > 1) {
      this.#pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      const grown = this.#distance() / (this.#start.distance || 1);
      this.#place(this.#start.zoom * grown, this.#x, this.#y);
    } else if (this.#zoom.peek() > 1) {
      this.#place(this.#zoom.peek(), event.clientX - this.#start.x, event.clientY - this.#start.y);
    }
  };

  /** @param {PointerEvent} event */
  #onUp = event => {
    const down = this.#pointers.get(event.pointerId);
    const wasAlone = this.#pointers.size === 1;
    this.#pointers.delete(event.pointerId);
    if (
      !down ||
      !wasAlone ||
      event.pointerType !== "touch" ||
      this.#zoom.peek() > 1 ||
      event.type === "pointercancel"
    )
      return;
    const moved = event.clientX - down.x;
    if (
      Math.abs(moved) > swipePx &&
      Math.abs(moved) > 2 * Math.abs(event.clientY - down.y) &&
      this.#pictures.length > 1
    )
      this.#step(moved > 0 ? -1 : 1);
  };

  #distance() {
    const [a, b] = [...this.#pointers.values()];
    return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
  }

  /** @param {number} factor */
  #zoomBy(factor) {
    const zoom = this.#zoom.peek() * factor;
    this.#place(zoom, this.#x * factor, this.#y * factor);
  }

  /**
   * @param {number} zoom 1: all of it is seen
   * @param {number} x
   * @param {number} y
   */
  #place(zoom, x, y) {
    const next = Math.min(Math.max(zoom, 1), largestZoom);
    this.#zoom.value = next;
    [this.#x, this.#y] = next === 1 ? [0, 0] : [x, y];
    const picture = this.#dialog?.querySelector("img");
    picture?.style.setProperty(
      "transform",
      next === 1 ? "none" : `translate(${this.#x}px, ${this.#y}px) scale(${next})`,
    );
  }
}
