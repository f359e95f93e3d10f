/** Finding names: by any part of them, and by Korean initial consonants (ㄱㅅㅈ finds 김서준). */

const initials = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
const firstSyllable = 0xac00;
const lastSyllable = 0xd7a3;
const syllablesPerInitial = 588;

/** @param {string} text */
export const fold = text => text.normalize("NFC").toLocaleLowerCase();

/**
 * Where a name matches: the range to mark, null when it does not. An empty query matches everything.
 * @param {string} name
 * @param {string} query
 * @returns {{start: number, end: number} | null}
 */
export function matchName(name, query) {
  const wanted = fold(query.trim());
  const folded = fold(name);
  let start = folded.indexOf(wanted);
  if (start < 0 && /^[ㄱ-ㅎ]+$/.test(wanted)) start = initialsOf(folded).indexOf(wanted);
  return start < 0 ? null : { start, end: start + wanted.length };
}

/**
 * What matches, best first: at the start, at the start of a word, anywhere.
 * @template T
 * @param {T[]} things
 * @param {string} query
 * @param {(thing: T) => string} nameOf
 * @returns {{thing: T, start: number, end: number}[]}
 */
export function bestMatches(things, query, nameOf) {
  /** @type {{thing: T, start: number, end: number, rank: number}[]} */
  const found = [];
  for (const thing of things) {
    const name = nameOf(thing);
    const range = matchName(name, query);
    if (!range) continue;
    const isWordStart = range.start === 0 || /[\s\-_.]/.test(name[range.start - 1] ?? "");
    found.push({ thing, ...range, rank: range.start === 0 ? 0 : isWordStart ? 1 : 2 });
  }
  return found.sort((a, b) => a.rank - b.rank);
}

/** @param {string} text */
function initialsOf(text) {
  return [...text].map(initialOf).join("");
}

/** @param {string} character */
function initialOf(character) {
  const code = character.charCodeAt(0);
  if (code < firstSyllable || code > lastSyllable) return character;
  return initials[Math.floor((code - firstSyllable) / syllablesPerInitial)] ?? character;
}
