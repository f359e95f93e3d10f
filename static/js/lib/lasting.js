/** How long a status lasts, and how far clocks are apart. Pure. */

/** @typedef {"never" | "30m" | "1h" | "4h" | "today" | "week" | "custom"} Lasting */

const minuteMs = 60_000;

/**
 * When it ends, where this browser is; a week ends with its Sunday.
 * @param {Lasting} lasting
 * @param {Date} [now]
 * @returns {string | null} null: it does not end by itself
 */
export function endOf(lasting, now = new Date()) {
  const minutes = { "30m": 30, "1h": 60, "4h": 240 }[/** @type {string} */ (lasting)];
  if (minutes) return new Date(now.getTime() + minutes * minuteMs).toISOString();
  const daysLeft = { today: 1, week: 8 - (now.getDay() || 7) }[/** @type {string} */ (lasting)];
  if (!daysLeft) return null;
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + daysLeft).toISOString();
}

/**
 * @param {{expires_at: string | null}} status
 * @param {number} now in ms of the epoch
 */
export const isOver = ({ expires_at: at }, now) => at !== null && Date.parse(at) <= now;

/**
 * How far the clocks of a time zone are ahead of those of another one.
 * @param {string} zone
 * @param {Date} now
 * @param {string} [home] this browser's
 */
export const minutesAhead = (zone, now, home) =>
  Math.round((wallClock(now, zone) - wallClock(now, home)) / minuteMs);

/** By zone: making one takes longer than a hundred uses. @type {Map<string | undefined, Intl.DateTimeFormat>} */
const clocks = new Map();

/** What a clock on the wall shows, as if it were UTC. @param {Date} now @param {string} [zone] */
function wallClock(now, zone) {
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat("en", {
      hourCycle: "h23",
      timeZone: zone,
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
  clocks.set(zone, clock);
  const parts = clock.formatToParts(now);
  const of = (/** @type {string} */ type) => Number(parts.find(part => part.type === type)?.value);
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"));
}
