/** One section of the sidebar: its heading, which folds it, and its rooms. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { openMenu } from "../lib/menu.js";
import { collapse, moveSection, sections } from "../lib/sidebar.js";
import { openBrowseRooms } from "./browse_rooms.js";
import { openCreateRoom } from "./create_room.js";
import { openNewDirect } from "./new_direct.js";
import { roomLink } from "./room_link.js";
import { askToRemoveSection, openSectionDialog } from "./section_dialog.js";
import { glyphOf } from "./status_glyph.js";

/** @typedef {import("../lib/sidebar_order.js").Arranged} Arranged */

/** @param {Arranged} arranged */
export function sectionView(arranged) {
  const { id, own, isCollapsed, rooms, roomCount, isUnread } = arranged;
  if (id === "starred" && !roomCount) return null;
  const title = own?.name ?? titles()[/** @type {"starred"} */ (id)];
  return html`<section class="side-sec" data-section=${id} aria-labelledby="side-${id}">
    <div class="side-label">
      <h2 id="side-${id}"><button type="button" class="fold" aria-expanded=${!isCollapsed} @click=${() => collapse(id, !isCollapsed)}>
        ${icon("chevron-down", "i-xs")}${own?.emoji ? html`<span class="status-glyph" aria-hidden="true">${glyphOf(own.emoji)}</span>` : null}<span class="truncate">${title}</span>${isUnread ? html`<i class="side-unread"></i><span class="sr-only">${t("unread")}</span>` : null}
      </button></h2>
      ${tools(arranged)}
    </div>
    <ul>${rooms.map(room => html`<li>${roomLink(room)}</li>`)}</ul>
    ${own && !roomCount && !isCollapsed ? html`<p class="side-hint">${t("Drag rooms here, or choose “Move to” in their menu.")}</p>` : nothing}
  </section>`;
}

const titles = () => ({ starred: t("Starred"), rooms: t("Rooms"), direct: t("Direct messages") });

/** @param {Arranged} arranged */
function tools({ id, own }) {
  if (own) {
    const label = t("Menu of the section {name}", { name: own.name });
    return html`<button type="button" class="icon-btn" aria-label=${label} aria-haspopup="menu" @click=${(
      /** @type {Event} */ event,
    ) => openSectionMenu(event, own)}>${icon("more-horizontal", "i-sm")}</button>`;
  }
  if (id === "direct")
    return html`<button type="button" class="icon-btn" aria-label=${t("New direct message")} @click=${openNewDirect}>${icon("plus", "i-sm")}</button>`;
  if (id === "rooms" && chat.me().role !== "guest")
    return html`<button type="button" class="icon-btn" aria-label=${t("Add a room")} aria-haspopup="menu" @click=${onAddRoom}>${icon("plus", "i-sm")}</button>`;
  return null;
}

/**
 * @param {Event} event
 * @param {import("../core/types.js").Section} section
 */
function openSectionMenu(event, section) {
  const all = sections();
  const at = all.findIndex(other => other.id === section.id);
  openMenu(/** @type {Element} */ (event.currentTarget), section.name, [
    { icon: "pencil", label: t("Rename the section"), action: () => openSectionDialog(section) },
    ...(at > 0 ? [{ icon: "arrow-up", label: t("Move up"), action: () => moveSection(section.id, -1) }] : []),
    ...(at < all.length - 1
      ? [{ icon: "arrow-down", label: t("Move down"), action: () => moveSection(section.id, 1) }]
      : []),
    "rule",
    {
      icon: "trash-2",
      label: t("Delete section"),
      isDanger: true,
      action: () => askToRemoveSection(section),
    },
  ]);
}

/** @param {Event} event */
function onAddRoom(event) {
  openMenu(/** @type {Element} */ (event.currentTarget), t("Add a room"), [
    { icon: "plus", label: t("Create a room"), action: openCreateRoom },
    { icon: "search", label: t("Browse open rooms"), action: openBrowseRooms },
  ]);
}
