/** The sidebar: the workspace's menu, the way to everywhere, rooms and people by sections, and me. */
import * as chat from "../lib/chat.js";
import { html, StetElement } from "../lib/element.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { isComposing, modName } from "../lib/keys.js";
import { goTo, roomPath } from "../lib/router.js";
import { arrangedRooms, filterText, setSidebar, sidebarFilter } from "../lib/sidebar.js";
import { statusOf } from "../lib/status.js";
import { avatar } from "../views/avatar.js";
import { openNewDirect } from "../views/new_direct.js";
import { openPauseMenu } from "../views/notification_menus.js";
import { notifyOffer } from "../views/notify_offer.js";
import { placeLink } from "../views/place_link.js";
import { places } from "../views/places.js";
import { attachRoomDragging } from "../views/room_dragging.js";
import { openRoomMenuAt } from "../views/room_link_menu.js";
import { openMyMenu, openSidebarMenu } from "../views/sidebar_menus.js";
import { sectionView } from "../views/sidebar_section.js";
import { glyphOf } from "../views/status_glyph.js";
import { openSwitcher } from "../views/switcher.js";
import { openWorkspaceMenu } from "../views/workspace_menu.js";

const logo = new URL("../../img/logo.svg", import.meta.url).pathname;

export class StetSidebar extends StetElement {
  start() {
    this.onLeave(attachRoomDragging(this));
    this.addEventListener("contextmenu", openRoomMenuAt);
  }

  view() {
    return html`
      <div class="side-head">
        <button type="button" class="ws" aria-haspopup="menu" @click=${openWorkspaceMenu}>
          <img class="ws-logo" src=${logo} alt=""><span class="truncate">${chat.workspace().name}</span>${icon("chevron-down", "i-sm")}
        </button>
        <button type="button" class="icon-btn" aria-label=${t("New message")} @click=${openNewDirect}>${icon("pencil")}</button>
      </div>
      <div class="side-find">
        <button type="button" class="jump" @click=${() => openSwitcher()}>
          ${icon("search", "i-sm")}<span>${t("Jump to…")}</span><kbd class="kbd">${modName === "⌘" ? "⌘K" : "Ctrl K"}</kbd>
        </button>
        <button type="button" class="icon-btn" aria-label=${t("Order and filter of the rooms")} title=${t("Order and filter of the rooms")} aria-haspopup="menu" @click=${openSidebarMenu}>${icon("list-filter", "i-sm")}</button>
      </div>
      ${filterText.value === null ? null : this.#filterField()}
      ${sidebarFilter() === "unread" ? unreadOnly() : null}
      <div class="side-scroll">
        <ul>${places.filter(({ isShown }) => isShown?.() ?? true).map(one => html`<li>${placeLink(one)}</li>`)}</ul>
        ${arrangedRooms().map(sectionView)}
      </div>
      ${notifyOffer()}${this.#me()}`;
  }

  #filterField() {
    const end = () => {
      filterText.value = null;
    };
    const onKey = (/** @type {KeyboardEvent} */ event) => {
      if (isComposing(event)) return;
      const [first] = arrangedRooms().flatMap(({ rooms }) => rooms);
      if (event.key === "Escape") end();
      else if (event.key === "Enter" && filterText.value && first) {
        end();
        goTo(roomPath(first.id));
      } else return;
      event.preventDefault();
      event.stopPropagation();
    };
    return html`<div class="side-filter"><input class="input" id="side-filter" type="search" autocomplete="off" placeholder=${t("Filter by name")} aria-label=${t("Filter by name")}
        @keydown=${onKey} @input=${(/** @type {Event} */ event) => {
          filterText.value = /** @type {HTMLInputElement} */ (event.currentTarget).value;
        }}>
      <button type="button" class="icon-btn" aria-label=${t("Close the filter")} @click=${end}>${icon("x", "i-sm")}</button></div>`;
  }

  #me() {
    const me = chat.me();
    const mine = chat.myPresence();
    // Others hear of it in a moment.
    const presence = mine !== "offline" && chat.amResting() ? "dnd" : mine;
    const status = statusOf(me);
    const words = status?.text || chat.presenceWord(presence);
    return html`<div class="side-me">
        <button type="button" class="mine" aria-haspopup="menu" @click=${openMyMenu}>
          <span class="sr-only">${t("Me: {name} {status}", { name: me.name, status: words })}</span>
          ${avatar(me, "av-32", presence === "offline" ? "away" : presence)}
          <span class="who" aria-hidden="true"><b class="truncate">${me.name}</b><small class="truncate">${status ? html`<span class="status-glyph" aria-hidden="true">${glyphOf(status.emoji)}</span> ` : null}${words}</small></span>
        </button>
        <button type="button" class="icon-btn" aria-label=${t("Pause notifications")} aria-haspopup="menu" aria-pressed=${chat.amResting()} @click=${openPauseMenu}>${icon(chat.amResting() ? "bell-off" : "bell")}</button>
        <a class="icon-btn" href="/settings/profile" aria-label=${t("Settings")}>${icon("settings-2")}</a>
      </div>`;
  }
}

const unreadOnly = () =>
  html`<p class="side-note"><span>${t("Unread only")}</span><button type="button" class="linklike" @click=${() => setSidebar({ sidebar_filter: "all" })}>${t("Show all")}</button></p>`;
