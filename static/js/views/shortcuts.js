/** The sheet of keyboard shortcuts, by what they are for; found by typing. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { dialogHead, openDialog } from "../lib/dialog.js";
import { t } from "../lib/i18n.js";
import { altName, isMac, modName } from "../lib/keys.js";
import { matchName } from "../lib/match.js";
import { enterSends, setEnterSends } from "../lib/preferences.js";

/** @typedef {[label: string, ...keys: string[]]} Shortcut */

export function openShortcuts() {
  const title = t("Keyboard shortcuts");
  const query = signal("");
  openDialog({
    label: title,
    className: "shortcuts",
    view: close => {
      const groups = shortcutGroups()
        .map(([name, all]) => ({ name, all: all.filter(([label]) => matchName(label, query.value)) }))
        .filter(({ all }) => all.length);
      return html`${dialogHead(title, close)}
      <div class="dialog-body">
        <input class="input" type="search" autofocus autocomplete="off" placeholder=${t("Find a shortcut")} aria-label=${t("Find a shortcut")}
          @input=${(/** @type {Event} */ event) => {
            query.value = /** @type {HTMLInputElement} */ (event.currentTarget).value;
          }}>
        <div class="key-groups">${groups.map(
          ({ name, all }) => html`<section><h3>${name}</h3>
          <dl class="keys">${all.map(([label, ...keys]) => html`<dt>${label}</dt><dd>${keys.map(key => html`<kbd class="kbd">${key}</kbd>`)}</dd>`)}</dl></section>`,
        )}</div>
        ${groups.length ? null : html`<p class="empty">${t("Nothing matches.")}</p>`}
        <label class="check"><input type="checkbox" class="switch" .checked=${enterSends.value}
          @change=${(/** @type {Event} */ event) => setEnterSends(/** @type {HTMLInputElement} */ (event.currentTarget).checked)}>
          <span>${t("Enter sends the message")}</span></label>
      </div>`;
    },
  });
}

/** @returns {[string, Shortcut[]][]} */
function shortcutGroups() {
  const sending = enterSends.value;
  return [
    [
      t("Getting around"),
      [
        [t("Jump to a room, a person or a command"), modName, "K"],
        [t("Previous or next room"), altName, "↑", "↓"],
        [t("Previous or next unread room"), altName, "Shift", "↑", "↓"],
        [t("Back or forward where you were"), ...(isMac ? ["⌘", "[", "]"] : [altName, "←", "→"])],
        [t("Next part of the page"), "F6"],
        [t("Previous part of the page"), "Shift", "F6"],
        [t("Open or close the pane"), modName, "."],
        [t("Menu of a room in the sidebar"), "Shift", "F10"],
        [t("This list"), modName, "/"],
      ],
    ],
    [
      t("Searching"),
      [
        [t("Search in this room"), modName, "F"],
        [t("Search all messages"), modName, "Shift", "F"],
      ],
    ],
    [
      t("Writing"),
      [
        [t("Send"), ...(sending ? ["↵"] : [modName, "↵"])],
        [t("New line"), ...(sending ? ["Shift", "↵"] : ["↵"])],
        [t("Attach files"), modName, "U"],
        [t("Edit my last message"), "↑"],
        [t("Bold, italic, struck out, code"), modName, "B", "I", "Shift X", "Shift C"],
        [t("Numbered list, list, quote"), modName, "Shift 7", "8", "9"],
        [t("Link"), modName, "Shift U"],
        [t("Item one level in or out"), "Tab", "Shift Tab"],
        [t("Paste without formats"), modName, "Shift V"],
        [t("People, rooms, emoji"), "@", "#", ":"],
      ],
    ],
    [
      t("In the list of messages"),
      [
        [t("Walk through messages"), "↑", "↓"],
        [t("React to the chosen message"), "R"],
        [t("Edit or delete the chosen message"), "E", "Del"],
        [t("Reply in the thread of the chosen message"), "T"],
        [t("Reply in the thread of the latest message"), "Shift", "↑"],
        [t("Mark unread from the chosen message"), "U"],
        [t("Go to the oldest unread message"), "Shift", "PgUp"],
        [t("Quote, forward, pin or save the chosen message"), "Q", "F", "P", "S"],
        [t("Mark as read and go to the newest"), "Esc"],
        [t("Mark everything as read"), "Shift", "Esc"],
      ],
    ],
  ];
}
