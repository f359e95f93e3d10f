/** The menu of a room in the sidebar: by the right button, the menu key, or a long press. */
import * as chat from "../lib/chat.js";
import { t } from "../lib/i18n.js";
import { openMenu } from "../lib/menu.js";
import { askToLeave } from "./members.js";
import { openRoomNotifications } from "./notification_menus.js";
import { placeEntries, starEntry } from "./room_places.js";

/** @param {Event} event */
export function openRoomMenuAt(event) {
  const link = /** @type {HTMLElement | null} */ (
    /** @type {Element} */ (event.target).closest("[data-room]")
  );
  const room = chat.room(Number(link?.dataset.room));
  if (!link || !room) return;
  event.preventDefault();
  openMenu(link, chat.roomTitle(room), [
    ...(room.unread_count
      ? [{ icon: "check", label: t("Mark as read"), action: () => chat.markRoomRead(room.id) }]
      : []),
    starEntry(room),
    {
      icon: room.is_muted ? "bell-off" : "bell",
      label: t("Notifications"),
      action: () => openRoomNotifications(link, room),
    },
    { icon: "link", label: t("Copy link to the room"), action: () => chat.copyRoomLink(room.id) },
    ...placeEntries(room),
    ...(room.kind === "direct" || room.is_default
      ? []
      : [
          /** @type {const} */ ("rule"),
          { icon: "log-out", label: t("Leave room"), action: () => askToLeave(room.id) },
        ]),
  ]);
}
