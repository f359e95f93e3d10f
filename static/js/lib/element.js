/** The base of every element: light DOM, rendered again whenever a signal that `view` read has changed. */
import { html, render } from "../../vendor/lit-html/lit-html.js";
import { effect, untracked } from "../../vendor/signals-core/signals-core.module.js";

export { html };

export class StetElement extends HTMLElement {
  /** @type {(() => void)[]} */
  #cleanups = [];
  #wasPainted = false;

  connectedCallback() {
    if (!this.#wasPainted) this.replaceChildren(); // what the server painted in our place
    this.#wasPainted = true;
    untracked(() => this.start()); // not read on behalf of the element around this one
    this.onLeave(effect(() => this.paint()));
  }

  disconnectedCallback() {
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
  }

  /** Set up listeners and effects; pass what undoes them to `onLeave`. */
  start() {}

  /** @returns {unknown} a lit template */
  view() {
    return html``;
  }

  paint() {
    render(this.view(), this);
  }

  /** @param {() => void} cleanup */
  onLeave(cleanup) {
    this.#cleanups.push(cleanup);
  }

  /**
   * Listen for as long as the element is in the page.
   * @param {EventTarget} target
   * @param {string} type
   * @param {(event: any) => void} handler
   * @param {AddEventListenerOptions} [options]
   */
  listen(target, type, handler, options) {
    target.addEventListener(type, handler, options);
    this.onLeave(() => target.removeEventListener(type, handler, options));
  }
}
