/** Buttons that copy the field beside them. */
import { announce } from "../lib/announcer.js";
import { t } from "../lib/i18n.js";

const shownMs = 2000;

export function startCopying() {
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-copies]"))) {
    const field = document.getElementById(button.dataset.copies ?? "");
    if (!(field instanceof HTMLInputElement)) continue;
    button.hidden = false;
    button.addEventListener("click", () => copy(field, button));
    field.addEventListener("focus", () => field.select());
  }
}

/**
 * @param {HTMLInputElement} field
 * @param {HTMLElement} button
 */
async function copy(field, button) {
  const label = button.querySelector("span");
  if (!(await putOnClipboard(field)) || !label) return;
  label.textContent = t("Copied");
  announce(t("Copied"));
  setTimeout(() => {
    label.textContent = t("Copy");
  }, shownMs);
}

/** @param {HTMLInputElement} field */
async function putOnClipboard(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    // Browsers give the clipboard to https pages and localhost only: select it, so that Ctrl+C does the rest.
    field.focus();
    field.select();
    return document.execCommand("copy");
  }
}
