/** A room or a conversation in the sidebar. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { t, tn } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { place, roomPath } from "../lib/router.js";
import { isSidebarOpen } from "../lib/ui.js";
import { avatar } from "./avatar.js";
import { statusGlyph } from "./status_glyph.js";

const largestBadge = 99;

/** @typedef {import("../core/types.js").Room} Room */

/** @param {Room} room */
export function roomLink(room) {
  const isHere = chat.currentRoomId() === room.id;
  const isDirect = room.kind === "direct";
  const isUnread = room.unread_count > 0 && (!room.is_muted || room.mention_count > 0);
  const badge = chat.callsFor(room);
  const draft =
    !isHere && chat.hasDraft(room.id)
      ? html`<span class="draft" title=${t("Draft")}>${icon("pencil", "i-xs")}<span class="sr-only">${t("Draft")}</span></span>`
      : null;
  return html`<a class="nav-item ${isUnread ? "is-unread" : ""} ${room.is_muted ? "is-muted" : ""}" href=${roomPath(room.id)} data-room=${room.id}
    aria-current=${isHere ? "page" : nothing} @click=${() => onClick(room)}>
    ${roomMark(room)}<span class="name">${chat.roomTitle(room)}</span>${isDirect ? statusOfOther(room) : null}${isUnread && !badge ? html`<span class="sr-only">${t("unread")}</span>` : null}${draft}${room.is_muted ? html`<span class="muted-mark" title=${t("Muted")}>${icon("bell-off", "i-xs")}<span class="sr-only">${t("Muted")}</span></span>` : null}${badge ? countBadge(badge, isDirect && !room.is_muted) : null}
  </a>`;
}

/** @param {Room} room */
function statusOfOther(room) {
  const others = chat.othersIn(room);
  return others.length === 1 ? statusGlyph(others[0]) : null;
}

/** What stands before a room's name. @param {Room} room @param {string} [size] */
export function roomMark(room, size = "i-sm") {
  if (room.kind !== "direct") return icon(room.kind === "closed" ? "lock" : "hash", size);
  const others = chat.othersIn(room);
  if (others.length > 1) return html`<span class="av av-20 h-4" aria-hidden="true">${others.length}</span>`;
  const person = others[0] ?? chat.me();
  return avatar(person, "av-20", chat.presenceOf(person.id));
}

/**
 * @param {number} count
 * @param {boolean} isDirect
 */
function countBadge(count, isDirect) {
  const words = isDirect
    ? tn("{n} unread message", "{n} unread messages", count)
    : tn("{n} mention", "{n} mentions", count);
  return html`<span class="badge"><span aria-hidden="true">${count > largestBadge ? `${largestBadge}+` : count}</span><span class="sr-only">${words}</span></span>`;
}

/** Going where one already is closes the sidebar too. @param {Room} room */
function onClick(room) {
  if (place.peek().roomId === room.id) isSidebarOpen.value = false;
}
