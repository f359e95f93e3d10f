/** Where a room stands in the sidebar: entries for its menus. */
import { t } from "../lib/i18n.js";
import { addSectionIsPossible, moveRoom, sections, star } from "../lib/sidebar.js";
import { placeOf } from "../lib/sidebar_order.js";
import { openSectionDialog } from "./section_dialog.js";

/** @typedef {import("../core/types.js").Room} Room */
/** @typedef {import("../lib/menu.js").MenuEntry} MenuEntry */

/** @param {Room} room @returns {MenuEntry} */
export const starEntry = room =>
  room.is_starred
    ? { icon: "star", label: t("Remove the star"), action: () => star(room.id, false) }
    : { icon: "star", label: t("Star"), action: () => star(room.id, true) };

/** @param {Room} room @returns {MenuEntry[]} */
export function placeEntries(room) {
  const own = sections();
  const here = placeOf(room, new Map(own.map(section => [section.id, section])));
  const usual = room.kind === "direct" ? "direct" : "rooms";
  /** @type {MenuEntry[]} */
  const entries = [{ heading: t("Move to") }];
  for (const section of own)
    entries.push({
      label: [section.emoji.startsWith(":") ? "" : section.emoji, section.name].filter(Boolean).join(" "),
      isChecked: here === section.id,
      action: () => moveRoom(room.id, section.id),
    });
  if (own.length)
    entries.push({
      label: usual === "direct" ? t("Direct messages") : t("Rooms"),
      isChecked: here === usual,
      action: () => moveRoom(room.id, usual),
    });
  if (addSectionIsPossible())
    entries.push({ icon: "plus", label: t("New section…"), action: () => openSectionDialog(null, room.id) });
  return entries;
}
