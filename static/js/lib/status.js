/** What people say they are doing, until when, and what time it is where they are. */
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { client } from "./client.js";
import { clockTime, locale } from "./dates.js";
import { t, tn } from "./i18n.js";
import { isOver, minutesAhead } from "./lasting.js";

/** @typedef {import("../core/types.js").User} User */
/** @typedef {import("../core/types.js").Status} Status */
/** @typedef {import("./lasting.js").Lasting} Lasting */

const tickMs = 20_000;

/** Now, a few times a minute: for what must be right by the minute. */
const ticking = signal(Date.now());
setInterval(() => {
  ticking.value = Date.now();
}, tickMs);

/** The person's status, unless its time is over: the server says so too, a little later. @param {User | undefined} user @returns {Status | null} */
export function statusOf(user) {
  const status = user?.status ?? null;
  return status && isOver(status, ticking.value) ? null : status;
}

/** "In a meeting, until 15:00" @param {Status} status */
export function statusWords({ emoji, text, expires_at: at }) {
  const words = text || emoji;
  return at ? t("{status}, until {time}", { status: words, time: momentIn(at) }) : words;
}

/** "15:00" today, "4 Dec, 15:00" else. @param {string} at */
function momentIn(at) {
  const date = new Date(at);
  if (date.toDateString() === new Date(ticking.value).toDateString()) return clockTime(at);
  return date.toLocaleString(locale(), {
    day: "numeric",
    month: "short",
    hour: "numeric",
    minute: "2-digit",
  });
}

/** @param {Status} status */
export const setStatus = status => client.api.setStatus(status);

export const clearStatus = () => client.api.clearStatus();

/** Away on every device, or as the devices say again. @param {boolean} isAway */
export const setAway = isAway => client.api.setAway(isAway);

/**
 * @typedef {object} Preset
 * @property {string} emoji
 * @property {string} text
 * @property {Lasting} lasting
 */

/** @returns {Preset[]} */
export const presets = () => [
  { emoji: "🗓️", text: t("In a meeting"), lasting: "1h" },
  { emoji: "🚌", text: t("Commuting"), lasting: "30m" },
  { emoji: "🤒", text: t("Out sick"), lasting: "today" },
  { emoji: "🌴", text: t("Vacation"), lasting: "never" },
  { emoji: "🏡", text: t("Working remotely"), lasting: "today" },
];

/** @returns {[Lasting, string][]} */
export const lastings = () => [
  ["never", t("Until I clear it")],
  ["30m", t("30 minutes")],
  ["1h", t("1 hour")],
  ["4h", t("4 hours")],
  ["today", t("Today")],
  ["week", t("This week")],
  ["custom", t("Until a day and time")],
];

// --- What time it is there ---

/**
 * "14:20, 3 h ahead" where somebody is; without the difference in one's own time.
 * @param {string} zone
 */
export function localTime(zone) {
  const now = new Date(ticking.value);
  const time = timeIn(zone, now);
  if (time === null) return null;
  const minutes = minutesAhead(zone, now);
  if (!minutes) return time;
  const hours = hoursIn(Math.abs(minutes));
  return minutes > 0
    ? t("{time}, {difference} ahead", { time, difference: hours })
    : t("{time}, {difference} behind", { time, difference: hours });
}

/** By zone; null for one that this browser does not know. @type {Map<string, Intl.DateTimeFormat | null>} */
const clocks = new Map();

/**
 * @param {string} zone
 * @param {Date} now
 */
function timeIn(zone, now) {
  if (!clocks.has(zone)) clocks.set(zone, clockIn(zone));
  return clocks.get(zone)?.format(now) ?? null;
}

/** @param {string} zone */
function clockIn(zone) {
  try {
    return new Intl.DateTimeFormat(locale(), { timeZone: zone, hour: "numeric", minute: "2-digit" });
  } catch {
    return null;
  }
}

/** @param {number} minutes "3 h", "5 h 30 min" */
function hoursIn(minutes) {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const parts = [hours ? tn("{n} h", "{n} h", hours) : "", rest ? tn("{n} min", "{n} min", rest) : ""];
  return parts.filter(Boolean).join(" ");
}
