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
 * Where a name matches: the range to mark, null when it does not. An empty query matches everything.
 * @param {string} name
 * @param {string} query
 * @returns {{start: number, end: number} | null}
 */
export function matchName(name, query) {
  const wanted = fold(query.trim());
  const folded = fold(name);
  const start = folded.indexOf(wanted);
  if (start >= 0) return { start, end: start + wanted.length };
  if (!/[ㄱ-ㅣ가-힣]/.test(wanted)) return null;
  const typed = keysOf(wanted);
  if (/^[ㄱ-ㅎ]+$/.test(typed)) return matchInitials(folded, typed);
  return matchKeys(folded, typed) ?? matchMixed(folded, wanted);
}

/**
 * @param {string} name
 * @param {string} typed
 */
function matchInitials(name, typed) {
  const start = initialsOf(name).indexOf(typed);
  return start < 0 ? null : { start, end: start + typed.length };
}

/**
 * Compare what has to be typed: then the last syllable may be unfinished.
 * @param {string} name
 * @param {string} typed
 */
function matchKeys(name, typed) {
  for (let start = 0; start < name.length; start += 1) {
    if (!keysOf(name.slice(start)).startsWith(typed)) continue;
    let end = start + 1;
    while (keysOf(name.slice(start, end)).length < typed.length) end += 1;
    return { start, end };
  }
  return null;
}

/**
 * Syllables, and initial consonants for others: 김ㅅㅈ.
 * @param {string} name
 * @param {string} wanted
 */
function matchMixed(name, wanted) {
  const signs = [...wanted].flatMap(sign => [...(isConsonant(sign) ? (pairs[sign] ?? sign) : sign)]);
  if (!signs.some(isConsonant)) return null;
  for (let start = 0; start + signs.length <= name.length; start += 1) {
    const fits = signs.every((sign, i) => {
      const character = name[start + i] ?? "";
      return isConsonant(sign) ? initialOf(character) === sign : character === sign;
    });
    if (fits) return { start, end: start + signs.length };
  }
  return null;
}

/** @param {string} sign */
const isConsonant = sign => /[ㄱ-ㅎ]/.test(sign);

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
