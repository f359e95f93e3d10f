/** Emoji by name: the table that comes with the page, and the workspace's own, found in English and Korean. */
import { fold, initialsOf, keysOf } from "./match.js";

/** The tables' columns are told in static/vendor/emojibase-data/merge.mjs. @typedef {[string, number, 0 | 1, number, string, string, string, string, string]} Row */

/**
 * @typedef {object} Emoji
 * @property {string} text what stands for it in a message: the emoji itself, or `:name:` of the workspace's own
 * @property {string[]} codes shortcodes, without colons
 * @property {string} name in English
 * @property {string} localName in Korean
 * @property {number} group
 * @property {boolean} hasTones
 * @property {number} version
 * @property {string} [url] the picture of the workspace's own
 */

const tones = ["", "\u{1f3fb}", "\u{1f3fc}", "\u{1f3fd}", "\u{1f3fe}", "\u{1f3ff}"];
const customGroup = 9;

/** How many skin tones there are; 0 is the yellow one. */
export const toneCount = tones.length;

export class EmojiTable {
  /** @type {Map<string, Emoji>} */
  #byCode = new Map();
  /** @type {Map<string, Emoji>} */
  #byText = new Map();

  /** @param {Row[]} rows */
  constructor(rows) {
    this.emoji = rows.map(fromRow);
    for (const emoji of this.emoji) {
      for (const code of emoji.codes) this.#byCode.set(code, emoji);
      this.#byText.set(bare(emoji.text), emoji);
    }
  }

  /** @param {string} code without colons */
  byCode = code => this.#byCode.get(code);

  /** Of any skin tone. @param {string} text */
  byText = text => this.#byText.get(bare(text));
}

/** Written as the workspace's own. @param {{name: string, url: string}} custom @returns {Emoji} */
export const customEmoji = ({ name, url }) => ({
  text: `:${name}:`,
  codes: [name],
  name,
  localName: name,
  group: customGroup,
  hasTones: false,
  version: 0,
  url,
});

/**
 * The same emoji on another skin: the mark stands behind the first person, and behind the last one when that is a
 * person too.
 * @param {Pick<Emoji, "text" | "hasTones">} emoji
 * @param {number} tone 0 to 5
 */
export function withTone({ text, hasTones }, tone) {
  if (!hasTones || !tone) return text;
  const parts = text.split("\u200d");
  const mark = (/** @type {string} */ part) => part.replace(/^(.)\ufe0f?/u, `$1${tones[tone]}`);
  const last = parts.length - 1;
  return parts
    .map((part, i) =>
      i === 0 || (i === last && /^[\u{1f468}\u{1f469}\u{1f9d1}]$/u.test(part)) ? mark(part) : part,
    )
    .join("\u200d");
}

/**
 * What all words of the query fit, best first: whole names before beginnings, beginnings before the middle of words,
 * shortcodes before names and these before other words; among equals those that are used more.
 * @param {Iterable<Emoji>} all
 * @param {string} query
 * @param {(emoji: Emoji) => number} [useOf] how much it is used
 * @returns {Emoji[]}
 */
export function searchEmoji(all, query, useOf = () => 0) {
  const words = fold(query).replace(/[:_]/g, " ").trim().split(/\s+/).filter(Boolean);
  const wanted = words.map(wantedOf);
  if (!wanted.length) return [];
  /** @type {{emoji: Emoji, rank: number, use: number}[]} */
  const found = [];
  for (const emoji of all) {
    const hay = hayOf(emoji);
    const whole = hay.lead.includes(`\n${words.join(" ")}\n`) ? 0 : 1;
    let rank = whole && words.length > 1 ? 1 : 0;
    for (const word of wanted) rank += rankOf(hay, word);
    if (rank < Infinity) found.push({ emoji, rank: whole * rank, use: useOf(emoji) });
  }
  return found
    .sort((a, b) => a.rank - b.rank || b.use - a.use || lengthOf(a.emoji, query) - lengthOf(b.emoji, query))
    .map(({ emoji }) => emoji);
}

/** The shortcode that a query means, the first one when it means another name. @param {Emoji} emoji @param {string} query */
export const codeFor = ({ codes }, query) => {
  const wanted = fold(query).replace(/[\s:]+/g, "_");
  const [shortest] = codes.filter(code => code.startsWith(wanted)).sort((a, b) => a.length - b.length);
  return shortest ?? codes[0];
};

/** Of two that start alike, the shorter name is nearer to what was typed. @param {Emoji} emoji @param {string} query */
const lengthOf = (emoji, query) => codeFor(emoji, query).length;

/** @param {Row} row @returns {Emoji} */
function fromRow([text, group, hasTones, version, codes, name, localName, words, localWords]) {
  const emoji = { text, group, hasTones: hasTones === 1, version, codes: codes.split(" "), name, localName };
  otherWords.set(emoji, `${words}|${localWords}`);
  return emoji;
}

// --- Search ---

/** Words that lead to an emoji besides its names. @type {WeakMap<Emoji, string>} */
const otherWords = new WeakMap();

/** @typedef {{codes: string, lead: string, rest: string, keys: () => {lead: string, rest: string}, initials: () => {lead: string, rest: string}}} Hay names and words between line ends */

/** @type {WeakMap<Emoji, Hay>} */
const hays = new WeakMap();

/** @param {Emoji} emoji */
function hayOf(emoji) {
  const known = hays.get(emoji);
  if (known) return known;
  const lead = lines([...emoji.codes, emoji.name, emoji.localName]);
  const rest = lines((otherWords.get(emoji) ?? "").split("|"));
  const codes = lines(emoji.codes);
  const hay = { codes, lead, rest, keys: once(lead, rest, keysOf), initials: once(lead, rest, initialsOf) };
  hays.set(emoji, hay);
  return hay;
}

/** @param {string[]} names */
const lines = names => `\n${fold(names.join("\n")).replaceAll("_", " ")}\n`;

/**
 * @param {string} lead
 * @param {string} rest
 * @param {(text: string) => string} spell
 */
function once(lead, rest, spell) {
  /** @type {{lead: string, rest: string} | null} */
  let spelt = null;
  return () => {
    spelt ??= { lead: spell(lead), rest: spell(rest) };
    return spelt;
  };
}

/** A word, and how its Korean letters are typed. @param {string} word */
function wantedOf(word) {
  const typed = /[ㄱ-ㅣ가-힣]/.test(word) ? keysOf(word) : "";
  return { word, typed, isInitials: /^[ㄱ-ㅎ]+$/.test(typed) };
}

/**
 * @param {Hay} hay
 * @param {{word: string, typed: string, isInitials: boolean}} wanted
 * @returns {number} Infinity when it does not fit
 */
function rankOf(hay, { word, typed, isInitials }) {
  const straight = rankIn(hay, word);
  if (straight < Infinity || !typed) return straight;
  const { lead, rest } = isInitials ? hay.initials() : hay.keys();
  if (startsWord(lead, typed)) return 3;
  return startsWord(rest, typed) ? 4 : Infinity;
}

/**
 * @param {{codes: string, lead: string, rest: string}} hay
 * @param {string} word
 */
function rankIn({ codes, lead, rest }, word) {
  if (codes.includes(`\n${word}`)) return 1;
  if (lead.includes(`\n${word}`)) return 1.5;
  if (lead.includes(` ${word}`) || rest.includes(`\n${word}\n`)) return 2;
  if (startsWord(rest, word)) return 3;
  if (word.length < 2) return Infinity;
  if (lead.includes(word)) return 4;
  return rest.includes(word) ? 5 : Infinity;
}

/**
 * @param {string} text
 * @param {string} word
 */
const startsWord = (text, word) => text.includes(`\n${word}`) || text.includes(` ${word}`);

/** Without skin tone and the sign that asks for the coloured form. @param {string} text */
const bare = text => text.replace(/[\u{1f3fb}-\u{1f3ff}\ufe0f]/gu, "");
