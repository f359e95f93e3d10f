/** The room in view: its head, the connection banner, the timeline and the message field. */
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { effect } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { html, StetElement } from "../lib/element.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { editingId, isSidebarOpen } from "../lib/ui.js";
import { banner } from "../views/banner.js";
import { openBrowseRooms } from "../views/browse_rooms.js";
import { openCreateRoom } from "../views/create_room.js";
import { roomHead } from "../views/room_head.js";
import { typingLine } from "../views/typing.js";

export class StetRoom extends StetElement {
  start() {
    let roomBefore = chat.currentRoomId();
    this.onLeave(
      effect(() => {
        const roomId = chat.currentRoomId();
        if (roomId !== null && chat.room(roomId)) chat.rememberRoom(roomId);
        if (roomId === roomBefore) return;
        roomBefore = roomId;
        editingId.value = null;
        isSidebarOpen.value = false;
      }),
    );
  }

  view() {
    const roomId = chat.currentRoomId();
    const room = roomId === null ? undefined : chat.room(roomId);
    return html`${roomHead(room)}${banner()}${room ? this.#conversation(room) : nowhere(roomId)}`;
  }

  /** @param {import("../core/types.js").Room} room */
  #conversation(room) {
    const isDirect = room.kind === "direct";
    const name = chat.roomTitle(room);
    const label = isDirect ? t("Message {name}", { name }) : t("Message #{room}", { room: name });
    return html`${repeat(
      [room.id],
      id => id,
      id => html`<stet-timeline .roomId=${id}></stet-timeline>`,
    )}
      <div class="room-foot">
        ${room.archived_at ? archived() : html`<stet-composer .roomId=${room.id} .label=${label}></stet-composer>${typingLine(room.id)}`}
      </div>`;
  }
}

const archived = () =>
  html`<div class="archived-note">${icon("archive", "i-sm")}<span>${t("This room is archived. You can read it, but nobody can write here.")}</span></div>`;

/** @param {number | null} roomId */
function nowhere(roomId) {
  if (chat.isStarting()) return html`<div class="log-wrap"></div>`;
  const title = roomId === null ? t("You are in no room yet") : t("This room is not here");
  const sentence =
    roomId === null
      ? t("Join an open room, or make one.")
      : t("It does not exist, or you are not a member of it.");
  return html`<div class="nowhere"><h2>${title}</h2><p>${sentence}</p>
    <div class="row"><button type="button" class="btn btn-primary" @click=${openBrowseRooms}>${t("Browse open rooms")}</button>
    <button type="button" class="btn" @click=${openCreateRoom}>${t("Create a room")}</button></div></div>`;
}
