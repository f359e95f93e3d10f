/** The menus of the sidebar: how it is ordered, and what I say of myself. */
import * as chat from "../lib/chat.js";
import { t } from "../lib/i18n.js";
import { openMenu } from "../lib/menu.js";
import {
  addSectionIsPossible,
  filterText,
  keepsUnread,
  setSidebar,
  sidebarFilter,
  sidebarSort,
} from "../lib/sidebar.js";
import { statusOf } from "../lib/status.js";
import { toast } from "../lib/toast.js";
import { openPersonCard } from "./person_card.js";
import { openSectionDialog } from "./section_dialog.js";
import { openStatusDialog } from "./status_dialog.js";

/** @param {Event} event */
export function openSidebarMenu(event) {
  const filter = sidebarFilter();
  const sort = sidebarSort();
  const isKept = keepsUnread();
  openMenu(/** @type {Element} */ (event.currentTarget), t("Order and filter of the rooms"), [
    { heading: t("Show") },
    choice(t("All rooms"), filter === "all", { sidebar_filter: "all" }),
    choice(t("Unread only"), filter === "unread", { sidebar_filter: "unread" }),
    { heading: t("Order") },
    choice(t("By name"), sort === "name", { sidebar_sort: "name" }),
    choice(t("Latest first"), sort === "recent", { sidebar_sort: "recent" }),
    "rule",
    choice(t("Keep unread rooms of folded sections in view"), isKept, { keeps_unread_in_view: !isKept }),
    "rule",
    { icon: "search", label: t("Filter by name"), action: startFiltering },
    ...(addSectionIsPossible()
      ? [{ icon: "plus", label: t("New section…"), action: () => openSectionDialog(null) }]
      : []),
  ]);
}

export function startFiltering() {
  filterText.value = filterText.peek() ?? "";
  requestAnimationFrame(() => document.getElementById("side-filter")?.focus());
}

/**
 * @param {string} label
 * @param {boolean} isChecked
 * @param {import("../core/types.js").Preferences} wanted
 */
const choice = (label, isChecked, wanted) => ({ label, isChecked, action: () => setSidebar(wanted) });

/** @param {Event} event */
export function openMyMenu(event) {
  const anchor = /** @type {Element} */ (event.currentTarget);
  const me = chat.me();
  const clear = () => told(chat.clearStatus());
  openMenu(anchor, me.name, [
    { icon: "smile", label: t("Set a status"), action: openStatusDialog },
    ...(statusOf(me) ? [{ icon: "x", label: t("Clear the status"), action: clear }] : []),
    me.is_away
      ? { icon: "user", label: t("Set yourself as active"), action: () => told(chat.setAway(false)) }
      : { icon: "clock", label: t("Set yourself as away"), action: () => told(chat.setAway(true)) },
    "rule",
    { icon: "user", label: t("Your card"), action: () => openPersonCard(anchor, me.id) },
    { icon: "settings-2", label: t("Settings"), href: "/settings/profile" },
    { icon: "log-out", label: t("Sign out"), action: chat.signOut },
  ]);
}

/** @param {Promise<unknown>} doing */
const told = doing => doing.catch(error => toast(chat.sentenceOf(error)));
