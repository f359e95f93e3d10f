/**
 * Times as people write them: "in 20 minutes", "tomorrow 9am", "20분 뒤", "월요일 10시". A grammar of our own, because the
 * libraries for this know no Korean. Everything is in the local time of whoever writes.
 */

const morning = 9;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** @typedef {{at: Date, text: string}} When `text`: what is left beside the time */
/** @typedef {{year: number, month: number, day: number}} Day `month` from 0 */
/** @typedef {{hour: number, minute: number, isVague: boolean}} Clock `isVague`: 3 may be 3 or 15 */

/**
 * The time at the beginning or at the end of a text; null when there is none.
 * @param {string} text
 * @param {Date} [now]
 * @returns {When | null}
 */
export function parseWhen(text, now = new Date()) {
  const whole = text.trim().replace(/\s+/g, " ");
  const first = readWhen(whole, now);
  if (first && /^($|[\s,:])/.test(whole.slice(first.end)))
    return { at: first.at, text: trimmed(whole.slice(first.end)) };
  for (const { index } of whole.matchAll(/ /g)) {
    const last = readWhen(whole.slice(index + 1), now);
    if (last && index + 1 + last.end === whole.length)
      return { at: last.at, text: trimmed(whole.slice(0, index)) };
  }
  return null;
}

/** Nine o'clock of the next day. @param {Date} [now] */
export const tomorrowMorning = (now = new Date()) => momentOf(addDays(now, 1), { hour: morning, minute: 0 });

/** Nine o'clock of the next Monday. @param {Date} [now] */
export const mondayMorning = (now = new Date()) =>
  momentOf(addDays(now, (8 - now.getDay()) % 7 || 7), { hour: morning, minute: 0 });

/** @param {number} minutes @param {Date} [now] */
export const inMinutes = (minutes, now = new Date()) => new Date(now.getTime() + minutes * minuteMs);

/** "to check the oven", "\"check the oven\"" @param {string} text */
function trimmed(text) {
  const plain = text.trim().replace(/^[,:]\s*/, "");
  const told = plain.replace(/^(to|that|about)\s+/i, "");
  return /^"[^"]+"$/.test(told) ? told.slice(1, -1) : told;
}

/**
 * @param {string} text
 * @param {Date} now
 * @returns {{at: Date, end: number} | null}
 */
function readWhen(text, now) {
  const reader = new Reader(text);
  const at = readSpan(reader, now) ?? readMoment(reader, now);
  return at ? { at, end: reader.at } : null;
}

/** Takes one thing after the other from the beginning of a text. */
class Reader {
  at = 0;
  #text;

  /** @param {string} text */
  constructor(text) {
    this.#text = text;
  }

  /** @param {RegExp} pattern anchored by `^` @returns {RegExpExecArray | null} */
  take(pattern) {
    const found = pattern.exec(this.#text.slice(this.at));
    if (found) this.at += found[0].length;
    return found;
  }
}

// --- After a while ---

/** @type {Record<string, number>} */
const unitMs = { s: 1000, m: minuteMs, h: hourMs, d: 24 * hourMs, w: 7 * 24 * hourMs };
const englishSpan =
  /^(\d+(?:\.\d+)?|an?|one|two|three|half an?)\s*(seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)(?![a-z])/i;
const koreanSpan = /^(\d+|한|두|세|네|다섯|반)\s*(초|분|시간|일|주일|주)(?:\s*(반)(?=\s*(?:뒤|후|있다)))?/;
const koreanDays = /^(하루|이틀|사흘|나흘|일주일)/;
/** @type {Record<string, number>} */
const koreanNumbers = {
  한: 1,
  두: 2,
  세: 3,
  네: 4,
  다섯: 5,
  반: 0.5,
  하루: 1,
  이틀: 2,
  사흘: 3,
  나흘: 4,
  일주일: 7,
};
/** @type {Record<string, string>} */
const koreanUnits = { 초: "s", 분: "m", 시간: "h", 일: "d", 주일: "w", 주: "w" };
/** @type {Record<string, number>} */
const englishNumbers = { a: 1, an: 1, one: 1, two: 2, three: 3, "half a": 0.5, "half an": 0.5 };

/**
 * @param {Reader} reader
 * @param {Date} now
 */
function readSpan(reader, now) {
  const start = reader.at;
  const isSaid = reader.take(/^in /i) !== null;
  let ms = readParts(reader, englishSpan, ([, number, unit]) => {
    const count = englishNumbers[number.toLowerCase()] ?? Number(number);
    return count * unitMs[unit[0].toLowerCase()];
  });
  if (ms && (isSaid || reader.take(/^ from now\b/i))) return after(reader, now, ms);
  reader.at = start;
  ms = readParts(reader, koreanSpan, ([, number, unit, half]) => {
    const count = (koreanNumbers[number] ?? Number(number)) + (half ? 0.5 : 0);
    return count * unitMs[koreanUnits[unit]];
  });
  ms += readParts(reader, koreanDays, ([, number]) => koreanNumbers[number] * unitMs.d);
  if (ms && reader.take(/^ ?(?:뒤|후|있다가|이따가)에?(?=$|[\s,:])/)) return after(reader, now, ms);
  reader.at = start;
  return null;
}

/**
 * A whole number of days keeps the time on the clock, also when the clocks are put forward or back.
 * @param {Reader} reader
 * @param {Date} now
 * @param {number} ms
 */
function after(reader, now, ms) {
  const days = ms / unitMs.d;
  if (!Number.isInteger(days)) return new Date(now.getTime() + ms);
  const clock = readClock(reader) ?? { hour: now.getHours(), minute: now.getMinutes(), isVague: false };
  return momentOf(addDays(now, days), certain(clock));
}

/**
 * @param {Reader} reader
 * @param {RegExp} pattern
 * @param {(found: RegExpExecArray) => number} value
 */
function readParts(reader, pattern, value) {
  let sum = 0;
  for (;;) {
    const start = reader.at;
    if (sum) reader.take(/^ ?(?:and )?/i);
    const found = reader.take(pattern);
    if (found) sum += value(found);
    else {
      reader.at = start;
      return sum;
    }
  }
}

// --- A day, a time, or both ---

/**
 * @param {Reader} reader
 * @param {Date} now
 */
function readMoment(reader, now) {
  const early = readClock(reader);
  const start = reader.at;
  if (early) reader.take(/^,? /);
  const day = readDay(reader, now);
  if (!day) reader.at = start;
  if (early) return day ? momentOf(day.day, certain(early)) : nextAt(early, now);
  if (!day) return null;
  const late = readLate(reader);
  return momentOf(day.day, late ? certain(late, day.part) : { hour: day.hour, minute: 0 });
}

/** @param {Reader} reader */
function readLate(reader) {
  const start = reader.at;
  reader.take(/^,? /);
  const clock = readClock(reader);
  if (!clock) reader.at = start;
  return clock;
}

/** @type {Record<string, number>} */
const parts = {
  morning: 9,
  afternoon: 14,
  evening: 18,
  night: 20,
  오전: 9,
  아침: 9,
  점심: 12,
  오후: 14,
  저녁: 18,
  밤: 21,
  새벽: 5,
};
/** @type {Record<string, "am" | "pm">} */
const halves = {
  morning: "am",
  afternoon: "pm",
  evening: "pm",
  night: "pm",
  오전: "am",
  아침: "am",
  새벽: "am",
  점심: "pm",
  오후: "pm",
  저녁: "pm",
  밤: "pm",
};

/**
 * @param {Reader} reader
 * @returns {Clock | null}
 */
function readClock(reader) {
  const start = reader.at;
  if (reader.take(/^(?:at )?noon\b/i) || reader.take(/^정오에?(?=$|[\s,:])/)) return sharp(12);
  if (reader.take(/^(?:at )?midnight\b/i) || reader.take(/^자정에?(?=$|[\s,:])/)) return sharp(24);
  const clock = readEnglishClock(reader) ?? readKoreanClock(reader);
  if (!clock || clock.hour > 24 || clock.minute > 59) {
    reader.at = start;
    return null;
  }
  return clock;
}

/** @param {Reader} reader @returns {Clock | null} */
function readEnglishClock(reader) {
  const start = reader.at;
  const isSaid = reader.take(/^(?:at|@) ?/i) !== null;
  const found = reader.take(/^(\d{1,2})(?:[:.](\d{2}))? ?(a\.?m\.?|p\.?m\.?)?(?![\d\p{L}%])/iu);
  if (found && (isSaid || found[2] || found[3])) {
    const said = found[3]?.[0].toLowerCase();
    return asClock(found[1], found[2], said && `${said}m`);
  }
  reader.at = start;
  return null;
}

/** @param {Reader} reader @returns {Clock | null} */
function readKoreanClock(reader) {
  const found = reader.take(
    /^(?:(오전|오후|아침|점심|저녁|밤|새벽) ?)?(?:(\d{1,2}) ?시(?: ?(?:(\d{1,2}) ?분|(반)))?|(\d{1,2}):(\d{2}))에?(?=$|[\s,:])/,
  );
  if (found)
    return asClock(
      found[2] ?? found[5],
      found[4] ? "30" : (found[3] ?? found[6]),
      found[1] && halfOf(found[1], found[2]),
    );
  const part = reader.take(/^(오전|오후|아침|점심|저녁|밤|새벽)에?(?=$|[\s,:])/);
  return part ? sharp(parts[part[1]]) : null;
}

/**
 * "밤 1시" is after midnight, "밤 11시" before it.
 * @param {string} part
 * @param {string} hour
 */
const halfOf = (part, hour) => (part === "밤" && Number(hour) < 6 ? "am" : halves[part]);

/**
 * @param {string} hourText
 * @param {string | undefined} minuteText
 * @param {string | undefined} said "am", "pm" or nothing
 * @returns {Clock}
 */
function asClock(hourText, minuteText, said) {
  const hour = Number(hourText);
  const minute = Number(minuteText ?? 0);
  if (said === "am") return { hour: hour === 12 ? 0 : hour, minute, isVague: false };
  if (said === "pm") return { hour: hour < 12 ? hour + 12 : hour, minute, isVague: false };
  return { hour, minute, isVague: hour > 0 && hour <= 12 && !hourText.startsWith("0") };
}

/** @param {number} hour @returns {Clock} */
const sharp = hour => ({ hour, minute: 0, isVague: false });

/**
 * Of a named day, 3 means the afternoon and 9 the morning, unless the part of the day was said.
 * @param {Clock} clock
 * @param {"am" | "pm" | undefined} [part]
 */
function certain({ hour, minute, isVague }, part) {
  if (!isVague) return { hour, minute };
  const isPm = part === "pm" ? hour < 12 : part !== "am" && hour < 7;
  return { hour: isPm ? hour + 12 : hour, minute };
}

/**
 * The next time that the clock shows it.
 * @param {Clock} clock
 * @param {Date} now
 */
function nextAt({ hour, minute, isVague }, now) {
  const hours = isVague ? [hour % 12, (hour % 12) + 12] : [hour];
  const today = hours.map(each => momentOf(addDays(now, 0), { hour: each, minute }));
  return today.find(moment => moment > now) ?? momentOf(addDays(now, 1), { hour: hours[0], minute });
}

const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const koreanWeekdays = "일월화수목금토";
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** @typedef {{day: Day, hour: number, part?: "am" | "pm"}} DayRead `hour`: what the day alone means */

/**
 * @param {Reader} reader
 * @param {Date} now
 * @returns {DayRead | null}
 */
function readDay(reader, now) {
  const start = reader.at;
  reader.take(/^on /i);
  const found = readEnglishDay(reader, now) ?? readKoreanDay(reader, now) ?? readDate(reader, now);
  if (!found) reader.at = start;
  return found;
}

/** @param {Reader} reader @param {Date} now @returns {DayRead | null} */
function readEnglishDay(reader, now) {
  if (reader.take(/^tonight\b/i)) return { day: addDays(now, 0), hour: 20, part: "pm" };
  const word = reader.take(/^(today|tomorrow|the day after tomorrow|next week)\b/i)?.[1].toLowerCase();
  if (word) {
    const monday = (8 - now.getDay()) % 7 || 7;
    const ahead = /** @type {Record<string, number>} */ ({ today: 0, tomorrow: 1, "next week": monday });
    return withPart(reader, addDays(now, ahead[word] ?? 2));
  }
  const weekday = reader.take(
    /^(next |this )?(sun|mon|tue|wed|thu|fri|sat)(?:day|s|sday|nesday|rs|r|rsday|urday)?\b/i,
  );
  if (!weekday) return null;
  const isNext = weekday[1]?.toLowerCase() === "next ";
  return withPart(reader, onWeekday(now, weekdays.indexOf(weekday[2].toLowerCase()), isNext));
}

/** "tomorrow morning" @param {Reader} reader @param {Day} day @returns {DayRead} */
function withPart(reader, day) {
  const part = reader.take(/^ (morning|afternoon|evening|night)\b/i)?.[1].toLowerCase();
  return part ? { day, hour: parts[part], part: halves[part] } : { day, hour: morning };
}

/** @param {Reader} reader @param {Date} now @returns {DayRead | null} */
function readKoreanDay(reader, now) {
  const ends = "(?:에|까지)?(?=$|[\\s,:])";
  const word = reader.take(new RegExp(`^(오늘|내일모레|내일|모레|글피)${ends}`))?.[1];
  const ahead = /** @type {Record<string, number>} */ ({ 오늘: 0, 내일: 1, 모레: 2, 내일모레: 2, 글피: 3 });
  if (word) return { day: addDays(now, ahead[word]), hour: morning };
  const weekday = reader.take(new RegExp(`^(?:(다음|이번) ?주 ?)?([일월화수목금토])요일${ends}`));
  if (weekday)
    return { day: onWeekday(now, koreanWeekdays.indexOf(weekday[2]), weekday[1] === "다음"), hour: morning };
  if (reader.take(new RegExp(`^다음 ?주${ends}`))) return { day: onWeekday(now, 1, true), hour: morning };
  const date = reader.take(new RegExp(`^(?:(\\d{1,2})월 ?)(\\d{1,2})일${ends}`));
  return date ? onDate(now, Number(date[1]) - 1, Number(date[2])) : null;
}

/** @param {Reader} reader @param {Date} now @returns {DayRead | null} */
function readDate(reader, now) {
  const iso = reader.take(/^(\d{4})-(\d{2})-(\d{2})(?!\d)/);
  if (iso) return realDay({ year: Number(iso[1]), month: Number(iso[2]) - 1, day: Number(iso[3]) });
  const monthFirst = reader.take(
    /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* (\d{1,2})(?:st|nd|rd|th)?(?![\d:])/i,
  );
  if (monthFirst) return onDate(now, months.indexOf(monthFirst[1].toLowerCase()), Number(monthFirst[2]));
  const dayFirst = reader.take(
    /^(\d{1,2})(?:st|nd|rd|th)? (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b/i,
  );
  return dayFirst ? onDate(now, months.indexOf(dayFirst[2].toLowerCase()), Number(dayFirst[1])) : null;
}

/**
 * The next one after today; "next" is of the week that begins on the coming Monday.
 * @param {Date} now
 * @param {number} weekday from 0, Sunday
 * @param {boolean} isNext
 */
function onWeekday(now, weekday, isNext) {
  if (!isNext) return addDays(now, (weekday - now.getDay() + 7) % 7 || 7);
  const monday = (8 - now.getDay()) % 7 || 7;
  return addDays(now, monday + ((weekday + 6) % 7));
}

/**
 * This year, or the next one when it is over.
 * @param {Date} now
 * @param {number} month
 * @param {number} day
 */
function onDate(now, month, day) {
  const year = now.getFullYear();
  const isOver = new Date(year, month, day + 1) <= now;
  return realDay({ year: isOver ? year + 1 : year, month, day });
}

/** 31 February is no day. @param {Day} day @returns {DayRead | null} */
function realDay(day) {
  const date = new Date(day.year, day.month, day.day);
  return date.getMonth() === day.month && date.getDate() === day.day ? { day, hour: morning } : null;
}

/** @param {Date} now @param {number} days @returns {Day} */
function addDays(now, days) {
  const date = new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
  return { year: date.getFullYear(), month: date.getMonth(), day: date.getDate() };
}

/** @param {Day} day @param {{hour: number, minute: number}} clock */
const momentOf = ({ year, month, day }, { hour, minute }) => new Date(year, month, day, hour, minute);
