/** Modal dialogs: a native <dialog> whose content is a template that follows signals. */
import { html, render } from "../../vendor/lit-html/lit-html.js";
import { effect } from "../../vendor/signals-core/signals-core.module.js";
import { t } from "./i18n.js";
import { icon } from "./icon.js";
import { thenDo } from "./popover.js";

/**
 * @typedef {object} DialogOptions
 * @property {string} label
 * @property {(close: () => void) => unknown} view
 * @property {string} [className] added to "dialog"
 * @property {() => void} [onClose]
 */

/**
 * Open a modal dialog. Esc, a press on the backdrop and `close` end it; the browser gives focus back.
 * @param {DialogOptions} options
 * @returns {HTMLDialogElement}
 */
export function openDialog({ label, view, className = "", onClose }) {
  const dialog = document.createElement("dialog");
  dialog.className = `dialog ${className}`;
  dialog.setAttribute("aria-label", label);
  const opener = document.activeElement;
  const close = () => dialog.close();
  document.body.append(dialog);
  const stop = effect(() => {
    render(view(close), dialog);
  });
  dialog.addEventListener("pointerdown", event => {
    if (event.target === dialog && isOutside(dialog, event)) close();
  });
  dialog.addEventListener("close", () => {
    stop();
    dialog.remove();
    const isFree = document.activeElement === null || document.activeElement === document.body;
    if (isFree && opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    onClose?.();
  });
  dialog.showModal();
  const first = dialog.querySelector("[autofocus]");
  if (first instanceof HTMLElement) first.focus();
  return dialog;
}

/**
 * The head of a dialog: its title and the button that closes it.
 * @param {string} title
 * @param {() => void} close
 */
export const dialogHead = (title, close) => html`
  <header class="dialog-head">
    <h2>${title}</h2>
    <button type="button" class="icon-btn" aria-label=${t("Close")} @click=${close}>${icon("x")}</button>
  </header>`;

/**
 * Ask before something that cannot be undone.
 * @param {{title: string, text: string, action: string, onConfirm: () => void}} question
 */
export function confirmDialog({ title, text, action, onConfirm }) {
  openDialog({
    label: title,
    className: "dialog-sm",
    view: close => html`
      ${dialogHead(title, close)}
      <div class="dialog-body"><p>${text}</p></div>
      <footer class="dialog-foot">
        <button class="btn" @click=${close}>${t("Cancel")}</button>
        <button class="btn btn-danger" autofocus @click=${thenDo(close, onConfirm)}>${action}</button>
      </footer>`,
  });
}

/** Whoever goes elsewhere leaves every dialog behind. */
export function closeDialogs() {
  for (const dialog of document.querySelectorAll("dialog[open]")) {
    /** @type {HTMLDialogElement} */ (dialog).close();
  }
}

/** Whether any modal dialog is open. */
export const isDialogOpen = () => document.querySelector("dialog[open]") !== null;

/**
 * @param {HTMLElement} dialog
 * @param {PointerEvent} event
 */
function isOutside(dialog, event) {
  const box = dialog.getBoundingClientRect();
  const isInside =
    event.clientX >= box.left &&
    event.clientX <= box.right &&
    event.clientY >= box.top &&
    event.clientY <= box.bottom;
  return !isInside;
}
