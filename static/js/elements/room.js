/** The room in view: its head, the connection banner, the timeline and the message field. */
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { nothing } from "../../vendor/lit-html/lit-html.js";
import { effect } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { html, StetElement } from "../lib/element.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { place } from "../lib/router.js";
import { isSearching } from "../lib/search.js";
import { toast } from "../lib/toast.js";
import { editingId, isSidebarOpen, startWriting } from "../lib/ui.js";
import { banner } from "../views/banner.js";
import { openBrowseRooms } from "../views/browse_rooms.js";
import { openCreateRoom } from "../views/create_room.js";
import { placeNamed } from "../views/places.js";
import { roomHead } from "../views/room_head.js";
import { typingLine } from "../views/typing.js";

export class StetRoom extends StetElement {
  /** The room that was in view last, to name it when it goes. */
  #held = { id: 0, name: "" };

  start() {
    let askedFor = 0;
    this.onLeave(
      effect(() => {
        const roomId = chat.currentRoomId();
        if (roomId === null || roomId === askedFor || chat.isStarting() || chat.room(roomId)) return;
        askedFor = roomId;
        chat.loadOpenRooms().catch(() => {}); // only to offer joining: without an answer there is no offer
      }),
    );
    let placeBefore = chat.currentRoomId() ?? place.peek().view;
    this.onLeave(
      effect(() => {
        const roomId = chat.currentRoomId();
        if (roomId !== null && chat.room(roomId)) chat.rememberRoom(roomId);
        const here = roomId ?? place.value.view;
        if (here === placeBefore) return;
        placeBefore = here;
        editingId.value = null;
        isSidebarOpen.value = false;
      }),
    );
  }

  view() {
    if (isSearching()) return nothing; // what is covered is neither read nor painted
    const list = placeNamed(place.value.view);
    if (list) return html`${list.page()}`;
    const roomId = chat.currentRoomId();
    const room = roomId === null ? undefined : chat.room(roomId);
    if (room) this.#held = { id: room.id, name: chat.roomTitle(room) };
    const lost = roomId === this.#held.id ? this.#held.name : "";
    return html`${roomHead(room)}${banner()}${room ? this.#conversation(room) : nowhere(roomId, lost)}`;
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

/**
 * @param {number | null} roomId
 * @param {string} lost what the room was called that I was in until now
 */
function nowhere(roomId, lost) {
  if (chat.isStarting()) return html`<div class="log-wrap"></div>`;
  const open = chat.openRooms()?.find(({ id }) => id === roomId);
  const { title, sentence } = whyNowhere(roomId, lost, open?.name ?? "");
  if (chat.me().role === "guest") return html`<div class="nowhere"><h1>${title}</h1><p>${sentence}</p></div>`;
  return html`<div class="nowhere"><h1>${title}</h1><p>${sentence}</p>
    <div class="row">${open ? html`<button type="button" class="btn btn-primary" @click=${() => join(open.id)}>${t("Join {room}", { room: open.name ?? "" })}</button>` : null}
    <button type="button" class="btn ${open ? "" : "btn-primary"}" @click=${openBrowseRooms}>${t("Browse open rooms")}</button>
    <button type="button" class="btn" @click=${openCreateRoom}>${t("Create a room")}</button></div></div>`;
}

/**
 * @param {number | null} roomId
 * @param {string} lost
 * @param {string} open the name of an open room
 */
function whyNowhere(roomId, lost, open) {
  if (roomId === null)
    return {
      title: t("You are in no room yet"),
      sentence:
        chat.me().role === "guest"
          ? t("Somebody of the workspace puts you into one.")
          : t("Join an open room, or make one."),
    };
  if (lost)
    return {
      title: t("You are not in {room} any more", { room: lost }),
      sentence: t("You have left it, or somebody has taken you out."),
    };
  if (open) return { title: open, sentence: t("You are not in this open room yet.") };
  return {
    title: t("This room is not here"),
    sentence: t("It does not exist, or you are not a member of it."),
  };
}

/** @param {number} roomId */
async function join(roomId) {
  try {
    await chat.joinRoom(roomId);
    startWriting();
  } catch (error) {
    toast(chat.sentenceOf(error));
  }
}
