/** What the switcher offers for what was typed: the best match first, of equal ones what calls or was in use last. Pure. */
import { matchName } from "./match.js";

/** @typedef {"room" | "person" | "join" | "place" | "command"} Kind */

/**
 * @typedef {object} Entry
 * @property {Kind} kind
 * @property {string} key tells it from all others
 * @property {string} name
 * @property {readonly string[]} [others] what also finds it: an email address, the English name of a command
 * @property {number} [weight] of equal matches the heavier one comes first
 */

/**
 * @template {Entry} T
 * @typedef {T & {start: number, end: number}} Found where the name matches, to mark it
 */

const prefixes = /** @type {Record<string, Kind[]>} */ ({
  ">": ["command", "place"],
  "@": ["person"],
  "#": ["room", "join"],
});
/** What is mine before what I may join, and everything before commands, when they match alike. */
const kindOrder = /** @type {Kind[]} */ (["room", "person", "place", "join", "command"]);
const beginsName = 0;
const beginsWord = 1;
const insideWord = 2;
const byWords = 3;
const byOther = 4;

/**
 * @param {string} typed
 * @returns {{kinds: Kind[] | null, query: string}} kinds: null for all of them
 */
export function readTyped(typed) {
  const text = typed.trimStart();
  const kinds = prefixes[text[0] ?? ""] ?? null;
  return { kinds, query: (kinds ? text.slice(1) : text).trim() };
}

/**
 * @template {Entry} T
 * @param {readonly T[]} entries
 * @param {string} typed
 * @returns {Found<T>[]}
 */
export function bestEntries(entries, typed) {
  const { kinds, query } = readTyped(typed);
  const asked = kinds ? entries.filter(({ kind }) => kinds.includes(kind)) : entries;
  if (!query) return asked.map(entry => ({ ...entry, start: 0, end: 0 }));
  /** @type {{entry: T, start: number, end: number, rank: number}[]} */
  const found = [];
  for (const entry of asked) {
    const match = matchEntry(entry, query);
    if (match) found.push({ entry, ...match });
  }
  found.sort(
    (a, b) =>
      a.rank - b.rank ||
      (b.entry.weight ?? 0) - (a.entry.weight ?? 0) ||
      kindOrder.indexOf(a.entry.kind) - kindOrder.indexOf(b.entry.kind) ||
      a.entry.name.length - b.entry.name.length,
  );
  return found.map(({ entry, start, end }) => ({ ...entry, start, end }));
}

/**
 * @param {Entry} entry
 * @param {string} query
 * @returns {{start: number, end: number, rank: number} | null}
 */
function matchEntry({ name, others = [] }, query) {
  const range = matchName(name, query);
  if (range) return { ...range, rank: rankOf(name, range.start) };
  const words = query.split(/\s+/);
  if (words.length > 1) {
    const ranges = words.map(word => matchName(name, word));
    const first = ranges[0];
    if (first && ranges.every(Boolean)) return { ...first, rank: byWords };
  }
  return others.some(other => matchName(other, query)) ? { start: 0, end: 0, rank: byOther } : null;
}

/**
 * @param {string} name
 * @param {number} start
 */
function rankOf(name, start) {
  if (start === 0) return beginsName;
  return /[\s\-_.]/.test(name[start - 1] ?? "") ? beginsWord : insideWord;
}
