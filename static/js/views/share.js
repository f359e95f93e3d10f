/** What another app shared with this one: the question which room it goes to, and then it waits in the message field. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { dialogHead, openDialog } from "../lib/dialog.js";
import { t } from "../lib/i18n.js";
import { bestMatches } from "../lib/match.js";
import { goTo, roomPath } from "../lib/router.js";
import { takeBack } from "../lib/ui.js";
import { roomMark } from "./room_link.js";

/** @typedef {import("../core/types.js").Room} Room */

/** Ask at once when the page was opened by a share. */
export function startSharing() {
  if (location.pathname !== "/share") return;
  const text = sharedText(new URLSearchParams(location.search));
  if (text) openShare(text);
  else goTo("/", { isReplacing: true });
}

/**
 * The parts that say something, each once: many apps put the address into the text as well.
 * @param {URLSearchParams} shared
 */
export function sharedText(shared) {
  const parts = ["title", "text", "url"].map(name => shared.get(name)?.trim() ?? "");
  return parts
    .filter(
      (part, i) =>
        part && !parts.some((other, j) => i !== j && other.includes(part) && (other !== part || j < i)),
    )
    .join("\n");
}

/** @param {string} text */
function openShare(text) {
  const query = signal("");
  const title = t("Share to a room");
  let isTaken = false;
  openDialog({
    label: title,
    onClose: () => {
      if (!isTaken) goTo("/", { isReplacing: true });
    },
    view: close => {
      const take = (/** @type {Room} */ room) => {
        isTaken = true;
        close();
        put(room, text);
      };
      const found = bestMatches(rooms(), query.value, chat.roomTitle);
      return html`${dialogHead(title, close)}
        <div class="dialog-body">
          <blockquote class="shared-text">${text}</blockquote>
          <input class="input" type="search" autofocus autocomplete="off" placeholder=${t("Room or person")} aria-label=${t("Room or person")}
            @input=${(/** @type {Event} */ event) => {
              query.value = /** @type {HTMLInputElement} */ (event.currentTarget).value;
            }}>
          <ul class="rows">${found.map(
            ({ thing: room }) => html`<li><button type="button" class="row-item" @click=${() => take(room)}>
              ${roomMark(room)}<span class="who"><b class="truncate">${chat.roomTitle(room)}</b></span></button></li>`,
          )}</ul>
          ${found.length ? null : html`<p class="empty">${t("Nothing matches.")}</p>`}
        </div>`;
    },
  });
}

const rooms = () => [...chat.namedRooms().filter(room => !room.archived_at), ...chat.directRooms()];

/**
 * @param {Room} room
 * @param {string} text
 */
function put(room, text) {
  const isHere = chat.currentRoomId() === room.id;
  const draft = chat.draftOf(room.id);
  // The field of another room takes what is in its draft when it comes into view.
  if (!isHere) chat.saveDraft(room.id, draft ? `${text}\n${draft}` : text);
  goTo(roomPath(room.id), { isReplacing: true });
  if (isHere) takeBack(text);
}
