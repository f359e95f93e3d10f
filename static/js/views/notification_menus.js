/** What I am told of in a room, and pausing all notifications. */
import * as chat from "../lib/chat.js";
import { shortWhen } from "../lib/dates.js";
import { t } from "../lib/i18n.js";
import { openMenu } from "../lib/menu.js";
import { toast } from "../lib/toast.js";

/** @typedef {import("../core/types.js").Room} Room */
/** @typedef {import("../core/types.js").RoomPreferences} RoomPreferences */

/** @type {Record<string, () => string>} */
const words = {
  everything: () => t("Every message"),
  mentions: () => t("Mentions and keywords"),
  nothing: () => t("Nothing"),
};

/**
 * @param {Element} anchor
 * @param {Room} room
 */
export function openRoomNotifications(anchor, room) {
  const usual = room.kind === "direct" ? "everything" : chat.preferences().level;
  const choice = (/** @type {RoomPreferences["level"]} */ level, /** @type {string} */ label) => ({
    label,
    isChecked: room.level === level,
    action: () => want(room, { level }),
  });
  openMenu(anchor, t("Notifications"), [
    { heading: t("Tell me about") },
    choice(null, t("Default: {what}", { what: words[usual]() })),
    choice("everything", words.everything()),
    choice("mentions", words.mentions()),
    choice("nothing", words.nothing()),
    "rule",
    room.is_muted
      ? { icon: "bell", label: t("Unmute"), action: () => want(room, { is_muted: false }) }
      : { icon: "bell-off", label: t("Mute"), action: () => want(room, { is_muted: true }) },
    { icon: "settings-2", label: t("All notification settings"), href: "/settings/notifications" },
  ]);
}

/** @param {Event} event */
export function openPauseMenu(event) {
  const until = chat.pausedUntil();
  const isQuiet = chat.amResting() && !until;
  openMenu(/** @type {Element} */ (event.currentTarget), t("Pause notifications"), [
    ...(until
      ? [
          { heading: t("Paused until {when}", { when: shortWhen(until) }) },
          { icon: "bell", label: t("Turn on again"), action: chat.resume },
          /** @type {const} */ ("rule"),
        ]
      : [{ heading: isQuiet ? t("These are your quiet hours") : t("Pause notifications") }]),
    { icon: "clock", label: t("For 30 minutes"), action: () => chat.pauseFor(30) },
    { icon: "clock", label: t("For 1 hour"), action: () => chat.pauseFor(60) },
    { icon: "moon", label: t("Until tomorrow, 9:00"), action: chat.pauseUntilMorning },
    "rule",
    { icon: "settings-2", label: t("Quiet hours and sounds"), href: "/settings/notifications" },
  ]);
}

/** @param {Room} room @param {Partial<RoomPreferences>} wanted */
function want(room, wanted) {
  chat.setRoomPreferences(room.id, wanted).catch(error => toast(chat.sentenceOf(error)));
}
