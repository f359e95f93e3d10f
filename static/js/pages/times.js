/** Moments in the reader's own time; the server writes them in UTC for readers without scripts. */
import { locale } from "../lib/dates.js";
import { lang, t } from "../lib/i18n.js";

const minuteMs = 60_000;
/** @type {[Intl.RelativeTimeFormatUnit, number][]} the largest first */
const units = [
  ["day", 24 * 60 * minuteMs],
  ["hour", 60 * minuteMs],
  ["minute", minuteMs],
];
const longAgoMs = 7 * 24 * 60 * minuteMs;

/** @type {Record<string, (at: Date) => string>} */
const writers = {
  clock: at => new Intl.DateTimeFormat(locale(), { timeStyle: "medium" }).format(at),
  ago: at => (Date.now() - at.getTime() > longAgoMs ? day(at) : ago(at)),
  day,
  moment: at => new Intl.DateTimeFormat(locale(), { dateStyle: "long", timeStyle: "short" }).format(at),
};

export function writeTimes() {
  for (const element of document.querySelectorAll("time[data-show]")) {
    if (!(element instanceof HTMLTimeElement)) continue;
    const at = new Date(element.dateTime);
    element.textContent = writers[element.dataset.show ?? ""]?.(at) ?? element.textContent;
    element.title = new Intl.DateTimeFormat(locale(), { dateStyle: "full", timeStyle: "short" }).format(at);
  }
}

/** @param {Date} at */
function day(at) {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "long" }).format(at);
}

/** @param {Date} at */
function ago(at) {
  const past = Date.now() - at.getTime();
  const [unit, size] = units.find(([, ms]) => past >= ms) ?? [];
  if (!unit || !size) return t("just now");
  return new Intl.RelativeTimeFormat(lang(), { numeric: "auto" }).format(-Math.floor(past / size), unit);
}
