/** What another app shared with this one: the question which room it goes to, and then it waits in the message field. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { dialogHead, openDialog } from "../lib/dialog.js";
import { iconOf, sizeOf } from "../lib/file_words.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { bestMatches } from "../lib/match.js";
import { goTo, roomPath } from "../lib/router.js";
import { forgetShared, readShared } from "../lib/shared.js";
import { toast } from "../lib/toast.js";
import { takeBack } from "../lib/ui.js";
import { addFiles } from "../lib/uploads.js";
import { roomMark } from "./room_link.js";

/** @typedef {import("../core/types.js").Room} Room */

/** Ask at once when the page was opened by a share. */
export async function startSharing() {
  if (location.pathname !== "/share") return;
  const shared = await readShared();
  if (shared.text || shared.files.length) openShare(shared);
  else goTo("/", { isReplacing: true });
  if (shared.isLost)
    toast(
      t("What was shared did not come along whole. Open Stet once in this browser, then share it again."),
    );
}

/** @param {import("../lib/shared.js").Shared} shared */
function openShare({ text, files }) {
  const query = signal("");
  const title = t("Share to a room");
  let isTaken = false;
  openDialog({
    label: title,
    onClose: () => {
      forgetShared();
      if (!isTaken) goTo("/", { isReplacing: true });
    },
    view: close => {
      const take = (/** @type {Room} */ room) => {
        isTaken = true;
        close();
        put(room, text, files);
      };
      const found = bestMatches(rooms(), query.value, chat.roomTitle);
      return html`${dialogHead(title, close)}
        <div class="dialog-body">
          ${text ? html`<blockquote class="shared-text">${text}</blockquote>` : null}
          ${files.length ? html`<ul class="shared-files" aria-label=${t("Files")}>${files.map(fileRow)}</ul>` : null}
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

/** @param {File} file */
const fileRow = ({ name, size, type }) =>
  html`<li>${icon(iconOf({ kind: kindOf(type) }), "i-sm")}<span class="truncate">${name}</span><small>${sizeOf(size)}</small></li>`;

/** @param {string} type */
function kindOf(type) {
  const [kind] = type.split("/");
  return kind === "image" || kind === "video" || kind === "audio" ? kind : "file";
}

/**
 * @param {Room} room
 * @param {string} text
 * @param {File[]} files
 */
function put(room, text, files) {
  if (files.length) addFiles(room.id, null, files);
  const isHere = chat.currentRoomId() === room.id;
  const draft = chat.draftOf(room.id);
  // The field of another room takes what is in its draft when it comes into view.
  if (!isHere && text) chat.saveDraft(room.id, draft ? `${text}\n${draft}` : text);
  goTo(roomPath(room.id), { isReplacing: true });
  if (isHere && text) takeBack(text);
}
