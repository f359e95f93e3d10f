/** Dates and times the way the reader's language writes them. */
import { lang, t } from "./i18n.js";

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();
/** @type {[string, Intl.DateTimeFormatOptions]} */
const preciseToday = ["precise", { timeStyle: "medium" }];
/** @type {[string, Intl.DateTimeFormatOptions]} */
const preciseBefore = ["precise-day", { dateStyle: "medium", timeStyle: "medium" }];

/**
 * @param {string} name
 * @param {Intl.DateTimeFormatOptions} options
 */
function format(name, options) {
  const key = `${lang()} ${name}`;
  let made = formats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(locale(), options);
    formats.set(key, made);
  }
  return made;
}

/** The browser's own locale when it is of the same language (en-GB writes 24 hours), else the language. */
export function locale() {
  return navigator.languages?.find(tag => tag.split("-")[0] === lang()) ?? lang();
}

/** @param {string} iso "09:40" or "9:40 AM" */
export const clockTime = iso =>
  format("time", { hour: hourStyle(), minute: "2-digit" }).format(new Date(iso));

/** "09:40" where a day has 24 hours, "9:40 AM" where it has twice twelve. @returns {"2-digit" | "numeric"} */
function hourStyle() {
  const { hourCycle } = format("cycle", { hour: "numeric" }).resolvedOptions();
  return hourCycle === "h23" || hourCycle === "h24" ? "2-digit" : "numeric";
}

/** @param {string} iso "09:40:12" today, "13 Oct, 09:40:12" before */
export const preciseTime = iso =>
  format(...(dayKey(iso) === dayKey(new Date().toISOString()) ? preciseToday : preciseBefore)).format(
    new Date(iso),
  );

/** @param {string} iso the day and the time in full, for titles */
export const fullTime = iso =>
  format("full", { dateStyle: "full", timeStyle: "short" }).format(new Date(iso));

/** @param {string} iso a key that two moments of one local day share */
export function dayKey(iso) {
  const date = new Date(iso);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** @param {string} iso "Today", "Yesterday", "Tuesday, 13 October", with the year when it is another one */
export function dayHeading(iso) {
  const date = new Date(iso);
  const today = new Date();
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (dayKey(iso) === dayKey(today.toISOString())) return t("Today");
  if (dayKey(iso) === dayKey(yesterday.toISOString())) return t("Yesterday");
  const options = /** @type {const} */ ({ weekday: "long", day: "numeric", month: "long" });
  if (date.getFullYear() === today.getFullYear()) return format("day", options).format(date);
  return format("day-year", { ...options, year: "numeric" }).format(date);
}

/** @param {string} iso "09:40" today, "13 October, 09:40" before */
export function shortWhen(iso) {
  if (dayKey(iso) === dayKey(new Date().toISOString())) return clockTime(iso);
  return format("short", { day: "numeric", month: "short", hour: hourStyle(), minute: "2-digit" }).format(
    new Date(iso),
  );
}

/** @param {string} iso "Today, 15:30", "Tomorrow, 09:00", "Mon, 19 Oct, 09:00" */
export function comingTime(iso) {
  const date = new Date(iso);
  const now = new Date();
  const tomorrow = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
  if (dayKey(iso) === dayKey(now.toISOString())) return t("Today, {time}", { time: clockTime(iso) });
  if (dayKey(iso) === dayKey(tomorrow.toISOString())) return t("Tomorrow, {time}", { time: clockTime(iso) });
  const options = /** @type {const} */ ({
    day: "numeric",
    month: "short",
    hour: hourStyle(),
    minute: "2-digit",
  });
  if (date.getFullYear() === now.getFullYear())
    return format("coming", { weekday: "short", ...options }).format(date);
  return format("coming-year", { year: "numeric", ...options }).format(date);
}

/** @param {Date} date "2026-11-24T09:30", local, for fields of dates and times */
export function fieldTime(date) {
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** @param {string} day "2026-11-24" @returns {string} "24 November 2026"; the text itself when it is no day */
export function dayInFull(day) {
  const [year, month, date] = day.split("-").map(Number);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !year || !month || !date) return day;
  return format("day-full", { dateStyle: "long" }).format(new Date(year, month - 1, date));
}

/** @param {number} daysAgo @returns {string} "2026-11-24" where the reader is */
export function dayBefore(daysAgo) {
  const now = new Date();
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() - daysAgo);
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** @param {string[]} names "Ada, Leo and Mina" */
export const listOf = names =>
  new Intl.ListFormat(lang(), { style: "long", type: "conjunction" }).format(names);

/** Milliseconds until the local date changes. */
export function untilMidnight() {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime() - now.getTime();
}
