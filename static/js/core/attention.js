/**
 * Whom a message concerns, and why: the same decision as `chat/queries/attention.py`, for what this page tells of.
 * `tests/fixtures/attention.json` holds both to it.
 */

/** @typedef {"direct" | "mention" | "here" | "room" | "keyword" | "thread" | "everything"} Reason */
/** @typedef {{is_on: boolean, days: number[], starts: string, ends: string, all_day: number[], time_zone: string}} QuietHours days from 0, Monday; hours over midnight belong to the day on which they begin */

/**
 * What of the preferences matters here.
 * @typedef {object} Wishes
 * @property {"everything" | "mentions" | "nothing"} level
 * @property {string | null} dnd_until
 * @property {QuietHours | null} dnd_schedule
 * @property {readonly string[]} keywords
 */

/**
 * @typedef {object} Said
 * @property {number} author_id
 * @property {boolean} is_direct
 * @property {string} text
 * @property {boolean} [is_reply] in a thread alone: the room does not show it
 */

/**
 * @typedef {object} Listening
 * @property {number} user_id
 * @property {Wishes} preferences
 * @property {"everything" | "mentions" | "nothing" | null} [level] of the room; null as in the preferences
 * @property {boolean} [is_muted]
 * @property {"name" | "here" | "room" | null} [called] how the message calls the person
 * @property {boolean} [follows] the thread that the message is a reply in
 */

/**
 * Why a person is told of a message at this moment, null when they are not.
 * @param {Said} said
 * @param {Listening} person
 * @param {number} now in ms of the epoch
 * @returns {Reason | null}
 */
export function reasonToTell(said, person, now) {
  const { preferences } = person;
  if (person.user_id === said.author_id || person.is_muted || isResting(preferences, now)) return null;
  const level = person.level ?? (said.is_direct ? "everything" : preferences.level);
  if (level === "nothing") return null;
  if (person.called) return person.called === "name" ? "mention" : person.called;
  if (namesKeyword(said.text, preferences.keywords))
    return said.is_direct && level === "everything" ? "direct" : "keyword";
  if (said.is_reply) return person.follows ? "thread" : null;
  if (level !== "everything") return null;
  return said.is_direct ? "direct" : "everything";
}

/**
 * How a message calls a person.
 * @param {Pick<import("./types.js").Message, "mentions" | "mentions_room" | "html">} message
 * @param {number} userId
 * @returns {"name" | "here" | "room" | null}
 */
export function howCalled({ mentions, mentions_room: call, html }, userId) {
  if (!mentions.includes(userId)) return null;
  return call && !html.includes(`data-user-id="${userId}"`) ? call : "name";
}

// --- Do not disturb ---

/**
 * @param {Pick<Wishes, "dnd_until" | "dnd_schedule">} preferences
 * @param {number} now
 */
export const isResting = ({ dnd_until: until, dnd_schedule: schedule }, now) =>
  (Boolean(until) && now < Date.parse(until ?? "")) || isQuiet(schedule, now);

/** @param {QuietHours | null} schedule @param {number} now */
function isQuiet(schedule, now) {
  if (!schedule?.is_on) return false;
  const local = localTime(schedule.time_zone, now);
  if (!local) return false;
  const { day, minute } = local;
  const [begin, end] = [minutes(schedule.starts), minutes(schedule.ends)];
  if (schedule.all_day.includes(day)) return true;
  if (begin < end) return schedule.days.includes(day) && begin <= minute && minute < end;
  const dayBefore = (day + 6) % 7;
  return (
    (schedule.days.includes(day) && minute >= begin) || (schedule.days.includes(dayBefore) && minute < end)
  );
}

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/** @type {Map<string, Intl.DateTimeFormat | null>} */
const zones = new Map();

/** @param {string} zone @param {number} now */
function localTime(zone, now) {
  if (!zones.has(zone)) zones.set(zone, zoneFormat(zone));
  const parts = zones.get(zone)?.formatToParts(now);
  if (!parts) return null;
  const part = (/** @type {string} */ type) => parts.find(one => one.type === type)?.value ?? "";
  return {
    day: weekdays.indexOf(part("weekday")),
    minute: Number(part("hour")) * 60 + Number(part("minute")),
  };
}

/** @param {string} zone */
function zoneFormat(zone) {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
  } catch {
    // The server may know zones that this browser does not.
    return null;
  }
}

/** @param {string} clock "19:00" */
function minutes(clock) {
  const [hours, rest] = clock.split(":").map(Number);
  return hours * 60 + rest;
}

// --- Words to watch ---

/**
 * Whether one of the words is in the text; case does not matter. Latin words stand alone, so that `art` is not in
 * `start`; Korean ones are found anywhere, because particles follow.
 * @param {string} text
 * @param {readonly string[]} keywords
 */
export function namesKeyword(text, keywords) {
  if (!keywords.length) return false;
  const folded = fold(text);
  return keywords.some(word => placesIn(fold(word), folded).length > 0);
}

/**
 * Where the words are in the text, in order, those that touch or overlap as one.
 * @param {string} text
 * @param {readonly string[]} keywords
 * @returns {[number, number][]} from, to
 */
export function keywordPlaces(text, keywords) {
  const folded = fold(text);
  const found = keywords.flatMap(word => placesIn(fold(word), folded)).sort((a, b) => a[0] - b[0]);
  if (!found.length) return [];
  const origin = originsOf(text, folded);
  /** @type {[number, number][]} */
  const places = [];
  for (const [from, to] of found.map(place => place.map(origin))) {
    const last = places.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else places.push([from, to]);
  }
  return places;
}

/** @param {string} word @param {string} text both folded @returns {[number, number][]} */
function placesIn(word, text) {
  const [first, last] = [[...word].at(0) ?? "", [...word].at(-1) ?? ""];
  /** @type {[number, number][]} */
  const places = [];
  for (let start = word ? text.indexOf(word) : -1; start >= 0; start = text.indexOf(word, start + 1)) {
    const end = start + word.length;
    const before = [...text.slice(Math.max(0, start - 2), start)].at(-1) ?? "";
    const after = [...text.slice(end, end + 2)].at(0) ?? "";
    if (!joins(before, first) && !joins(after, last)) places.push([start, end]);
  }
  return places;
}

/**
 * Folding may change how long a text is: Korean from a Mac comes in letters, and İ becomes two.
 * @param {string} text
 * @param {string} folded
 * @returns {(at: number) => number} where a place of the folded text is in the text
 */
function originsOf(text, folded) {
  if (folded.length === text.length) return at => at;
  /** @type {number[]} */
  const origins = [];
  for (const { segment, index } of new Intl.Segmenter().segment(text))
    for (const _ of fold(segment).split("")) origins.push(index);
  return at => origins[at] ?? text.length;
}

/** Two neighbours make one word, so that the inner one does not stand alone. @param {string} outside @param {string} inside */
const joins = (outside, inside) => isLetter(outside) && isLetter(inside);

/** @param {string} char */
const isLetter = char =>
  /^[\p{L}\p{N}_]$/u.test(char) &&
  !/^[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]$/.test(char);

/** @param {string} text */
const fold = text => text.normalize("NFC").toLowerCase();
