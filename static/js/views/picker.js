/** A small emoji picker. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { pickerEmoji } from "../lib/emoji.js";
import { t } from "../lib/i18n.js";
import { openPopover, thenDo } from "../lib/popover.js";

const columns = 8;

/**
 * @param {Element} anchor
 * @param {(emoji: string) => void} onPick
 */
export function openPicker(anchor, onPick) {
  const box = openPopover(anchor, {
    className: "picker",
    role: "dialog",
    label: t("Emoji"),
    view: close => html`<div class="egrid">
      ${pickerEmoji.map(emoji => html`<button type="button" tabindex="-1" @click=${thenDo(close, () => onPick(emoji))}>${emoji}</button>`)}
    </div>`,
  });
  if (!box) return;
  box.addEventListener("keydown", onKey);
  const first = box.querySelector("button");
  first?.setAttribute("tabindex", "0");
  first?.focus();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
  if (!step) return;
  event.preventDefault();
  const box = /** @type {HTMLElement} */ (event.currentTarget);
  const all = [...box.querySelectorAll("button")];
  const at = all.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  all[Math.max(0, Math.min(all.length - 1, at + step))]?.focus();
}
