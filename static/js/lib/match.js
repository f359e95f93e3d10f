/**
 * Finding names: by any part of them, without their accents (zoe finds Zoë), by Korean initial consonants (ㄱㅅㅈ finds
 * 김서준), also after whole syllables (김ㅅㅈ), and by a Korean syllable that is only half typed (김ㅁ and 김미 find 김민수).
 */

const initials = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const vowels = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ";
const finals = ["", ..."ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"];
/** What takes two keys to type. @type {Record<string, string>} */
const pairs = {
  ㄳ: "ㄱㅅ",
  ㄵ: "ㄴㅈ",
  ㄶ: "ㄴㅎ",
  ㄺ: "ㄹㄱ",
  ㄻ: "ㄹㅁ",
  ㄼ: "ㄹㅂ",
  ㄽ: "ㄹㅅ",
  ㄾ: "ㄹㅌ",
  ㄿ: "ㄹㅍ",
  ㅀ: "ㄹㅎ",
  ㅄ: "ㅂㅅ",
  ㅘ: "ㅗㅏ",
  ㅙ: "ㅗㅐ",
  ㅚ: "ㅗㅣ",
  ㅝ: "ㅜㅓ",
  ㅞ: "ㅜㅔ",
  ㅟ: "ㅜㅣ",
  ㅢ: "ㅡㅣ",
};
const firstSyllable = 0xac00;
const lastSyllable = 0xd7a3;
const syllablesPerInitial = 588;

const accents = /[\u0300-\u036f]/g;

/** Lower case, without accents, each character in its place: what is found can be marked. @param {string} text */
export const fold = text => Array.from(text.normalize("NFC"), plain).join("").toLocaleLowerCase();

/** @param {string} character */
function plain(character) {
  if (character < "\u00c0" || character > "\u1eff") return character;
  const bare = character.normalize("NFD").replace(accents, "").normalize("NFC");
  return bare.length === character.length ? bare : character;
}

/**
 * A name as it is searched in: `starts` tells where the keys of each character begin, -1 for the second half of a pair.
 * @typedef {{folded: string, initials: string, keys: string, starts: number[]}} Shape
 */

const mostShapes = 20_000;
/** Names are searched again with every key that is pressed. @type {Map<string, Shape>} */
const shapes = new Map();

/** @param {string} name @returns {Shape} */
function shapeOf(name) {
  const held = shapes.get(name);
  if (held) return held;
  const folded = fold(name);
  let keys = "";
  /** @type {number[]} */
  const starts = [];
  for (const character of folded) {
    starts.push(keys.length);
    if (character.length > 1) starts.push(-1);
    keys += keysOf(character);
  }
  starts.push(keys.length);
  const shape = { folded, initials: initialsOf(folded), keys, starts };
  if (shapes.size >= mostShapes) shapes.clear();
  shapes.set(name, shape);
  return shape;
}

/**
 * What was typed, looked at once for all names.
 * @typedef {{typed: string, wanted: string, keys: string, isHangul: boolean, isInitials: boolean, signs: string[] | null}} Query
 */

/** @type {Query | null} */
let lastQuery = null;

/** @param {string} typed @returns {Query} */
function queryOf(typed) {
  if (lastQuery?.typed === typed) return lastQuery;
  const wanted = fold(typed.trim());
  const isHangul = /[ㄱ-ㅣ가-힣]/.test(wanted);
  const keys = isHangul ? keysOf(wanted) : "";
  const signs = [...wanted].flatMap(sign => [...(isConsonant(sign) ? (pairs[sign] ?? sign) : sign)]);
  lastQuery = {
    typed,
    wanted,
    keys,
    isHangul,
    isInitials: /^[ㄱ-ㅎ]+$/.test(keys),
    signs: signs.some(isConsonant) ? signs : null,
  };
  return lastQuery;
}

/**
 * Where a name matches: the range to mark, null when it does not. An empty query matches everything.
 * @param {string} name
 * @param {string} query
 * @returns {{start: number, end: number} | null}
 */
export function matchName(name, query) {
  const { wanted, keys, isHangul, isInitials, signs } = queryOf(query);
  const shape = shapeOf(name);
  const start = shape.folded.indexOf(wanted);
  if (start >= 0) return { start, end: start + wanted.length };
  if (!isHangul) return null;
  if (isInitials) return matchInitials(shape, keys);
  return matchKeys(shape, keys) ?? (signs && matchMixed(shape, signs));
}

/**
 * @param {Shape} shape
 * @param {string} typed
 */
function matchInitials({ initials: found }, typed) {
  const start = found.indexOf(typed);
  return start < 0 ? null : { start, end: start + typed.length };
}

/**
 * Compare what has to be typed: then the last syllable may be unfinished.
 * @param {Shape} shape
 * @param {string} typed
 */
function matchKeys({ keys, starts }, typed) {
  for (let at = keys.indexOf(typed); at >= 0; at = keys.indexOf(typed, at + 1)) {
    const start = starts.indexOf(at);
    if (start < 0) continue;
    return { start, end: starts.findIndex(each => each >= at + typed.length) };
  }
  return null;
}

/**
 * Syllables, and initial consonants for others: 김ㅅㅈ.
 * @param {Shape} shape
 * @param {string[]} signs
 */
function matchMixed({ folded, initials: found }, signs) {
  for (let start = 0; start + signs.length <= folded.length; start += 1) {
    const fits = signs.every((sign, i) => (isConsonant(sign) ? found : folded)[start + i] === sign);
    if (fits) return { start, end: start + signs.length };
  }
  return null;
}

/** @param {string} sign */
const isConsonant = sign => sign >= "ㄱ" && sign <= "ㅎ";

/**
 * @template T
 * @typedef {{thing: T, start: number, end: number}} Match
 */

/**
 * What matches, best first: at the start, at the start of a word, anywhere, then by another name. The range to mark is in
 * the first name.
 * @template T
 * @param {T[]} things
 * @param {string} query
 * @param {(thing: T) => string | string[]} nameOf
 * @returns {Match<T>[]}
 */
export function bestMatches(things, query, nameOf) {
  /** @type {{thing: T, start: number, end: number, rank: number}[]} */
  const found = [];
  for (const thing of things) {
    const [name = "", ...others] = [nameOf(thing)].flat();
    const range = matchName(name, query);
    if (!range) {
      if (others.some(other => matchName(other, query))) found.push({ thing, start: 0, end: 0, rank: 3 });
      continue;
    }
    const isWordStart = range.start === 0 || /[\s\-_.]/.test(name[range.start - 1] ?? "");
    found.push({ thing, ...range, rank: range.start === 0 ? 0 : isWordStart ? 1 : 2 });
  }
  return found.sort((a, b) => a.rank - b.rank);
}

/** The single letters that are typed for a text. @param {string} text */
export function keysOf(text) {
  return [...text]
    .flatMap(lettersOf)
    .map(letter => pairs[letter] ?? letter)
    .join("");
}

/** @param {string} character @returns {string[]} */
function lettersOf(character) {
  const code = character.charCodeAt(0);
  if (code < firstSyllable || code > lastSyllable) return [character];
  const place = code - firstSyllable;
  const vowel = Math.floor((place % syllablesPerInitial) / finals.length);
  return [initialOf(character), vowels[vowel] ?? "", finals[place % finals.length] ?? ""];
}

/** The first consonant of every syllable. @param {string} text */
export function initialsOf(text) {
  return [...text].map(initialOf).join("");
}

/** @param {string} character */
function initialOf(character) {
  const code = character.charCodeAt(0);
  if (code < firstSyllable || code > lastSyllable) return character;
  return initials[Math.floor((code - firstSyllable) / syllablesPerInitial)] ?? character;
}
