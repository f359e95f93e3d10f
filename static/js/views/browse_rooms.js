/** The dialog with every open room, to look into and to join. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { dialogHead, openDialog } from "../lib/dialog.js";
import { t, tn } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { matchName } from "../lib/match.js";
import { thenDo } from "../lib/popover.js";
import { goTo, roomPath } from "../lib/router.js";
import { startWriting } from "../lib/ui.js";
import { openCreateRoom } from "./create_room.js";
import { formAlert } from "./form.js";

/** @typedef {import("../core/types.js").Room} Room */

export function openBrowseRooms() {
  const query = signal("");
  const problem = signal("");
  const title = t("Open rooms");
  chat.loadOpenRooms().catch(error => {
    problem.value = chat.sentenceOf(error);
  });
  openDialog({
    label: title,
    view: close => {
      const join = async (/** @type {Room} */ room) => {
        try {
          if (!room.role) await chat.joinRoom(room.id);
          close();
          goTo(roomPath(room.id));
          startWriting();
        } catch (error) {
          problem.value = chat.sentenceOf(error);
        }
      };
      const shown = chat.openRooms()?.filter(room => matchName(room.name ?? "", query.value));
      return html`${dialogHead(title, close)}
        <div class="dialog-body">
          ${formAlert(problem.value)}
          <input class="input" type="search" autofocus placeholder=${t("Find a room")} aria-label=${t("Find a room")}
            @input=${(/** @type {Event} */ event) => {
              query.value = /** @type {HTMLInputElement} */ (event.currentTarget).value;
            }}>
          <ul class="rows">${shown?.map(room => roomRow(room, join))}</ul>
          ${shown?.length === 0 ? html`<p class="empty">${t("No open room matches.")}</p>` : null}
        </div>
        <footer class="dialog-foot"><button type="button" class="btn start" @click=${thenDo(close, openCreateRoom)}>${icon("plus", "i-sm")}${t("Create a room")}</button></footer>`;
    },
  });
}

/**
 * @param {Room} room
 * @param {(room: Room) => void} join
 */
function roomRow(room, join) {
  const people = tn("{n} person", "{n} people", room.member_count);
  return html`<li class="row-item">${icon("hash")}
    <span class="who"><b class="truncate">${room.name}</b><small class="truncate">${room.topic ? `${people} · ${room.topic}` : people}</small></span>
    <button type="button" class="btn btn-sm ${room.role ? "" : "btn-primary"}" @click=${() => join(room)}
      aria-label=${room.role ? t("Open {room}", { room: room.name ?? "" }) : t("Join {room}", { room: room.name ?? "" })}>${room.role ? t("Open") : t("Join")}</button>
  </li>`;
}
