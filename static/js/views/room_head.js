/** The head of a room: its name, its topic, its people, its menu. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { t, tn } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { modName } from "../lib/keys.js";
import { pane, togglePane } from "../lib/pane.js";
import { openSearchIn } from "../lib/search.js";
import { isSidebarOpen } from "../lib/ui.js";
import { avatar } from "./avatar.js";
import { openMembers } from "./members.js";
import { roomMark } from "./room_link.js";
import { openRoomMenu } from "./room_menu.js";
import { statusGlyph } from "./status_glyph.js";

const facesShown = 3;

/** @param {import("../core/types.js").Room | undefined} room */
export function roomHead(room) {
  if (!room) return html`<header class="room-head">${menuButton()}</header>`;
  const isDirect = room.kind === "direct";
  return html`<header class="room-head">
    ${menuButton()}
    <div class="room-names">
      <h1 class="room-title" id="room-title">${roomMark(room, "")}<span class="truncate">${chat.roomTitle(room)}</span>${isDirect && chat.othersIn(room).length === 1 ? statusGlyph(chat.othersIn(room)[0]) : null}</h1>
      <p class="room-sub only-narrow truncate">${subtitle(room)}</p>
    </div>
    <p class="room-topic only-wide">${room.topic}</p>
    ${pinsButton(room)}
    ${isDirect && chat.othersIn(room).length < 2 ? null : members(room)}
    <button type="button" class="icon-btn" aria-label=${t("Search in this room")} title="${modName} F" @click=${() => openSearchIn(room)}>${icon("search")}</button>
    <button type="button" class="icon-btn" aria-label=${t("Room menu")} aria-haspopup="menu"
      @click=${(/** @type {Event} */ event) => openRoomMenu(/** @type {Element} */ (event.currentTarget), room)}>${icon("more-horizontal")}</button>
  </header>`;
}

/** The way to what is pinned, while there is something. @param {import("../core/types.js").Room} room */
function pinsButton(room) {
  const count = chat.pinsIn(room.id).length;
  if (!count) return null;
  const words = tn("{n} pinned message", "{n} pinned messages", count);
  return html`<button type="button" class="pins-btn" aria-expanded=${pane.value?.kind === "pins"} title=${words} @click=${() => togglePane("pins")}>${icon("pin")}<span aria-hidden="true">${count}</span><span class="sr-only">${words}</span></button>`;
}

export const menuButton =
  () => html`<button type="button" class="icon-btn only-narrow" aria-label=${t("Open the room list")} aria-controls="side"
  aria-expanded=${isSidebarOpen.value} @click=${() => {
    isSidebarOpen.value = true;
  }}>${icon("menu", "i-lg")}${chat.totalUnread() ? html`<i class="nav-dot"></i>` : null}</button>`;

/** @param {import("../core/types.js").Room} room */
function members(room) {
  const people = chat.facesOf(room).slice(0, facesShown);
  const words = tn("{n} member", "{n} members", room.member_count);
  return html`<button type="button" class="members only-wide" aria-haspopup="dialog" title=${words} @click=${() => openMembers(room.id)}>
    <span class="stack" aria-hidden="true">${people.map(user => avatar(user, "av-24"))}</span><span aria-hidden="true">${room.member_count}</span><span class="sr-only">${words}</span></button>`;
}

/** @param {import("../core/types.js").Room} room */
function subtitle(room) {
  const here = chat.facesOf(room).filter(user => chat.presenceOf(user.id) === "active").length;
  const people = tn("{n} person", "{n} people", room.member_count);
  return here ? `${people}, ${t("{n} here now", { n: here })}` : people;
}
