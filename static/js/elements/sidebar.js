/** The sidebar: the workspace's menu, the way to everywhere, rooms, people, and me. */
import * as chat from "../lib/chat.js";
import { html, StetElement } from "../lib/element.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { modName } from "../lib/keys.js";
import { openMenu } from "../lib/menu.js";
import { avatar } from "../views/avatar.js";
import { openBrowseRooms } from "../views/browse_rooms.js";
import { openCreateRoom } from "../views/create_room.js";
import { openNewDirect } from "../views/new_direct.js";
import { openPauseMenu } from "../views/notification_menus.js";
import { placeLink } from "../views/place_link.js";
import { places } from "../views/places.js";
import { roomLink } from "../views/room_link.js";
import { openSwitcher } from "../views/switcher.js";
import { openUnsent } from "../views/unsent.js";
import { openWorkspaceMenu } from "../views/workspace_menu.js";

const logo = new URL("../../img/logo.svg", import.meta.url).pathname;

export class StetSidebar extends StetElement {
  view() {
    const me = chat.me();
    return html`
      <div class="side-head">
        <button type="button" class="ws" aria-haspopup="menu" @click=${openWorkspaceMenu}>
          <img class="ws-logo" src=${logo} alt=""><span class="truncate">${chat.workspace().name}</span>${icon("chevron-down", "i-sm")}
        </button>
        <button type="button" class="icon-btn" aria-label=${t("New message")} @click=${openNewDirect}>${icon("pencil")}</button>
      </div>
      <button type="button" class="jump" @click=${() => openSwitcher()}>
        ${icon("search", "i-sm")}<span>${t("Jump to…")}</span><kbd class="kbd">${modName === "⌘" ? "⌘K" : "Ctrl K"}</kbd>
      </button>
      <div class="side-scroll">
        <ul>${places.map(one => html`<li>${placeLink(one)}</li>`)}<li>${this.#unsent()}</li></ul>
        <section class="side-sec" aria-labelledby="side-rooms">
          <div class="side-label"><h2 id="side-rooms">${t("Rooms")}</h2>
            <button type="button" class="icon-btn" aria-label=${t("Add a room")} aria-haspopup="menu" @click=${onAddRoom}>${icon("plus", "i-sm")}</button></div>
          <ul>${chat.namedRooms().map(room => html`<li>${roomLink(room)}</li>`)}</ul>
        </section>
        <section class="side-sec" aria-labelledby="side-people">
          <div class="side-label"><h2 id="side-people">${t("Direct messages")}</h2>
            <button type="button" class="icon-btn" aria-label=${t("New direct message")} @click=${openNewDirect}>${icon("plus", "i-sm")}</button></div>
          <ul>${chat.directRooms().map(room => html`<li>${roomLink(room)}</li>`)}</ul>
        </section>
      </div>
      <div class="side-me">
        ${avatar(me, "av-32", chat.myPresence() === "active" ? "active" : "away")}
        <span class="who"><b class="truncate">${me.name}</b><small>${presenceWord(chat.myPresence())}</small></span>
        <button type="button" class="icon-btn" aria-label=${t("Pause notifications")} aria-haspopup="menu" aria-pressed=${chat.amResting()} @click=${openPauseMenu}>${icon(chat.amResting() ? "bell-off" : "bell")}</button>
        <a class="icon-btn" href="/settings/profile" aria-label=${t("Settings")}>${icon("settings-2")}</a>
      </div>`;
  }

  #unsent() {
    const { drafts, unsent, failed } = chat.unsentCounts();
    const count = failed || unsent;
    const label = t("{n} not sent", { n: count });
    const badge = count
      ? html`<span class="badge ${failed ? "badge-danger" : "badge-quiet"}" aria-label=${label}>${count}</span>`
      : null;
    const pencil = !count && drafts ? html`<span class="badge badge-quiet">${drafts}</span>` : null;
    return html`<button type="button" class="nav-item ${count ? "is-unread" : ""}" aria-haspopup="dialog" @click=${openUnsent}>
      ${icon("send")}<span class="name">${t("Drafts and unsent")}</span>${badge}${pencil}
    </button>`;
  }
}

/** @param {Event} event */
function onAddRoom(event) {
  openMenu(/** @type {Element} */ (event.currentTarget), t("Add a room"), [
    { icon: "plus", label: t("Create a room"), action: openCreateRoom },
    { icon: "search", label: t("Browse open rooms"), action: openBrowseRooms },
  ]);
}

/** @param {string} presence */
function presenceWord(presence) {
  return { active: t("Active"), away: t("Away"), offline: t("Offline") }[presence] ?? t("Offline");
}
