/** The menu behind the workspace's name. */
import * as chat from "../lib/chat.js";
import { t } from "../lib/i18n.js";
import { lookOf } from "../lib/looks.js";
import { openMenu } from "../lib/menu.js";
import { setTheme } from "../lib/my_looks.js";
import { openOwnEmoji } from "./own_emoji.js";
import { openShortcuts } from "./shortcuts.js";

/** @param {Event} event */
export function openWorkspaceMenu(event) {
  const isAdmin = ["owner", "admin"].includes(chat.me().role);
  const chosen = lookOf("theme");
  openMenu(/** @type {Element} */ (event.currentTarget), t("Workspace menu"), [
    { icon: "settings-2", label: t("Settings"), href: "/settings/profile" },
    ...(isAdmin ? [{ icon: "users", label: t("People and invites"), href: "/admin/people" }] : []),
    { icon: "smile", label: t("Emoji"), action: openOwnEmoji },
    { icon: "keyboard", label: t("Keyboard shortcuts"), action: openShortcuts },
    "rule",
    { heading: t("Theme") },
    {
      icon: "monitor",
      label: t("Like the system"),
      isChecked: chosen === "system",
      action: () => setTheme("system"),
    },
    { icon: "sun", label: t("Light"), isChecked: chosen === "light", action: () => setTheme("light") },
    { icon: "moon", label: t("Dark"), isChecked: chosen === "dark", action: () => setTheme("dark") },
    "rule",
    { icon: "log-out", label: t("Sign out"), action: chat.signOut },
  ]);
}
