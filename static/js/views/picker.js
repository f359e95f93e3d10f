/** Opens the emoji picker beside its button, and from the bottom of the screen on a phone. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { openDialog } from "../lib/dialog.js";
import { t } from "../lib/i18n.js";
import { openPopover } from "../lib/popover.js";
import { isNarrow } from "../lib/ui.js";

/**
 * @param {Element} anchor
 * @param {(emoji: string) => void} onPick
 */
export function openPicker(anchor, onPick) {
  const label = t("Emoji");
  const view = (/** @type {() => void} */ close) => {
    const pick = (/** @type {string} */ text, /** @type {boolean} */ isMore) => {
      if (!isMore) close();
      onPick(text);
    };
    return html`<stet-emoji-picker .onPick=${pick} .onLeaveFor=${close}></stet-emoji-picker>`;
  };
  if (isNarrow()) openDialog({ label, className: "dialog-sheet picker", view });
  else openPopover(anchor, { className: "picker", role: "dialog", label, view });
}
