/** The sheet of keyboard shortcuts. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { dialogHead, openDialog } from "../lib/dialog.js";
import { t } from "../lib/i18n.js";
import { altName, modName } from "../lib/keys.js";
import { enterSends, setEnterSends } from "../lib/preferences.js";

export function openShortcuts() {
  const title = t("Keyboard shortcuts");
  openDialog({
    label: title,
    className: "dialog-sm",
    view: close => html`${dialogHead(title, close)}
      <div class="dialog-body">
        <dl class="keys">${shortcuts().map(([label, ...keys]) => html`<dt>${label}</dt><dd>${keys.map(key => html`<kbd class="kbd">${key}</kbd>`)}</dd>`)}</dl>
        <label class="check"><input type="checkbox" class="switch" .checked=${enterSends.value}
          @change=${(/** @type {Event} */ event) => setEnterSends(/** @type {HTMLInputElement} */ (event.currentTarget).checked)}>
          <span>${t("Enter sends the message")}</span></label>
      </div>`,
  });
}

/** @returns {string[][]} what it does, then its keys */
function shortcuts() {
  const sending = enterSends.value;
  return [
    [t("Jump to a room or a person"), modName, "K"],
    [t("Search in this room"), modName, "F"],
    [t("Search all messages"), modName, "Shift", "F"],
    [t("Previous or next room"), altName, "↑", "↓"],
    [t("Previous or next unread room"), altName, "Shift", "↑", "↓"],
    [t("Send"), ...(sending ? ["↵"] : [modName, "↵"])],
    [t("New line"), ...(sending ? ["Shift", "↵"] : ["↵"])],
    [t("Attach files"), modName, "U"],
    [t("Edit my last message"), "↑"],
    [t("Bold, italic, struck out, code"), modName, "B", "I", "Shift X", "Shift C"],
    [t("Numbered list, list, quote"), modName, "Shift 7", "8", "9"],
    [t("Link"), modName, "Shift U"],
    [t("Item one level in or out"), "Tab", "Shift Tab"],
    [t("Paste without formats"), modName, "Shift V"],
    [t("Walk through messages"), "↑", "↓"],
    [t("React to the chosen message"), "R"],
    [t("Edit or delete the chosen message"), "E", "Del"],
    [t("Mark as read and go to the newest"), "Esc"],
    [t("This list"), modName, "/"],
  ];
}
