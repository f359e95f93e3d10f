/** What the switcher can do besides going somewhere. */
import * as chat from "../lib/chat.js";
import { t } from "../lib/i18n.js";
import { lookOf } from "../lib/looks.js";
import { setTheme } from "../lib/my_looks.js";
import { goTo } from "../lib/router.js";
import { openSearch } from "../lib/search.js";
import { setSidebar, sidebarFilter } from "../lib/sidebar.js";
import { statusOf } from "../lib/status.js";
import { toast } from "../lib/toast.js";
import { openBrowseRooms } from "./browse_rooms.js";
import { openCreateRoom } from "./create_room.js";
import { openNewDirect } from "./new_direct.js";
import { openSectionDialog } from "./section_dialog.js";
import { openShortcuts } from "./shortcuts.js";
import { startFiltering } from "./sidebar_menus.js";
import { openStatusDialog } from "./status_dialog.js";

/**
 * @typedef {object} Command
 * @property {string} label
 * @property {string} english so that it is found in English whatever language the page is in
 * @property {string} icon
 * @property {() => void} run
 */

/** @returns {Command[]} those that I can give now */
export function commands() {
  const me = chat.me();
  const isManager = me.role === "owner" || me.role === "admin";
  const isGuest = me.role === "guest";
  return [
    command("pencil", t("New direct message"), "New direct message", openNewDirect),
    ...when(!isGuest, command("plus", t("Create a room"), "Create a room", openCreateRoom)),
    ...when(!isGuest, command("list", t("Browse open rooms"), "Browse open rooms", openBrowseRooms)),
    ...when(
      isManager,
      command("user-plus", t("Invite people"), "Invite people", visit("/admin/people#invites")),
    ),
    command("search", t("Search all messages"), "Search all messages", () => openSearch()),
    command("check", t("Mark everything as read"), "Mark everything as read", chat.markAllRead),
    command("smile", t("Set a status"), "Set a status", openStatusDialog),
    ...when(
      statusOf(me) !== null,
      command("x", t("Clear the status"), "Clear the status", told(chat.clearStatus)),
    ),
    me.is_away
      ? command(
          "user",
          t("Set yourself as active"),
          "Set yourself as active",
          told(() => chat.setAway(false)),
        )
      : command(
          "clock",
          t("Set yourself as away"),
          "Set yourself as away",
          told(() => chat.setAway(true)),
        ),
    command("list-filter", t("Filter the rooms by name"), "Filter the rooms by name", startFiltering),
    sidebarFilter() === "unread"
      ? command("eye", t("Show all rooms"), "Show all rooms", () => setSidebar({ sidebar_filter: "all" }))
      : command("eye", t("Show unread rooms only"), "Show unread rooms only", () =>
          setSidebar({ sidebar_filter: "unread" }),
        ),
    command("folder", t("New section in the sidebar"), "New section in the sidebar", () =>
      openSectionDialog(null),
    ),
    ...when(
      lookOf("theme") !== "light",
      command("sun", t("Light theme"), "Light theme", () => setTheme("light")),
    ),
    ...when(
      lookOf("theme") !== "dark",
      command("moon", t("Dark theme"), "Dark theme", () => setTheme("dark")),
    ),
    ...when(
      lookOf("theme") !== "system",
      command("monitor", t("Theme like the system"), "Theme like the system", () => setTheme("system")),
    ),
    command("keyboard", t("Keyboard shortcuts"), "Keyboard shortcuts", openShortcuts),
    command("settings-2", t("Settings"), "Settings Preferences", visit("/settings/profile")),
    ...when(isManager, command("users", t("People and invites"), "Admin", visit("/admin/people"))),
    command("log-out", t("Sign out"), "Sign out Log out", chat.signOut),
  ];
}

/**
 * @param {string} icon
 * @param {string} label
 * @param {string} english
 * @param {() => void} run
 * @returns {Command}
 */
const command = (icon, label, english, run) => ({ icon, label, english, run });

/** @param {boolean} isSo @param {Command} one */
const when = (isSo, one) => (isSo ? [one] : []);

/** A page of its own. @param {string} path */
const visit = path => () => location.assign(path);

/** @param {() => Promise<unknown>} doing */
const told = doing => () => {
  doing().catch(error => toast(chat.sentenceOf(error)));
};

/** The lists in place of a room. @param {string} name */
export const openPlace = name => goTo(`/${name}`);
