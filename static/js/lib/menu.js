/** Menus of actions, operated with the arrow keys. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon } from "./icon.js";
import { openPopover, thenDo } from "./popover.js";

/**
 * @typedef {object} MenuItem
 * @property {string} label
 * @property {string} [icon]
 * @property {() => void} [action]
 * @property {string} [href]
 * @property {boolean} [isDanger]
 * @property {boolean} [isChecked] draws a tick; the item is one of several choices
 */

/** @typedef {MenuItem | "rule" | {heading: string}} MenuEntry */

/**
 * @param {Element} anchor
 * @param {string} label
 * @param {MenuEntry[]} entries
 */
export function openMenu(anchor, label, entries) {
  const box = openPopover(anchor, {
    className: "menu",
    role: "menu",
    label,
    view: close => entries.map(entry => menuEntry(entry, close)),
  });
  if (!box) return;
  box.addEventListener("keydown", onKey);
  items(box)[0]?.focus();
}

/**
 * @param {MenuEntry} entry
 * @param {() => void} close
 */
export function menuEntry(entry, close) {
  if (entry === "rule") return html`<hr>`;
  if ("heading" in entry) return html`<div class="menu-label">${entry.heading}</div>`;
  const { isDanger = false, isChecked } = entry;
  const role = isChecked === undefined ? "menuitem" : "menuitemradio";
  const inner = html`${entry.icon ? icon(entry.icon) : null}<span>${entry.label}</span>${isChecked ? icon("check", "i-sm") : null}`;
  if (entry.href)
    return html`<a class="menu-item" role="menuitem" tabindex="-1" href=${entry.href}>${inner}</a>`;
  return html`<button type="button" class="menu-item ${isDanger ? "is-danger" : ""}" role=${role} tabindex="-1"
    aria-checked=${isChecked ?? nothing} @click=${thenDo(close, entry.action)}>${inner}</button>`;
}

/** @param {HTMLElement} box @returns {HTMLElement[]} */
const items = box => [...box.querySelectorAll(".menu-item")].map(item => /** @type {HTMLElement} */ (item));

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.key === "Tab") event.preventDefault();
  walkMenu(event);
}

/** Go from entry to entry with the arrow keys. @param {KeyboardEvent} event on what holds the entries */
export function walkMenu(event) {
  const box = /** @type {HTMLElement} */ (event.currentTarget);
  const all = items(box);
  const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  all[(to + all.length) % all.length]?.focus();
}
