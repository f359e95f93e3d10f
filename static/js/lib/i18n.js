/**
 * The interface's words. English sentences are the keys; the server hands out one catalogue per language.
 * @typedef {Record<string, string | number>} Values
 */

/** @type {Record<string, string | string[]>} */
let catalogue = {};
/** Which form belongs to which category of the language's numbers. @type {Record<string, number>} */
let forms = { one: 0, other: 1 };
let language = "en";
let plurals = new Intl.PluralRules("en");

/** The language of the interface: "en", "ko", or another that has a catalogue. */
export const lang = () => language;

/**
 * Load the words of a language; without them the English sentences show.
 * @param {string} code
 */
export async function loadLanguage(code) {
  language = code;
  plurals = new Intl.PluralRules(code);
  if (code === "en") return;
  try {
    const answer = await fetch(`/i18n/${encodeURIComponent(code)}.json`);
    if (answer.ok) ({ words: catalogue, plurals: forms } = await answer.json());
  } catch {
    // Offline before the first visit: English is better than nothing.
  }
}

/**
 * A sentence in the user's language, with `{name}` replaced.
 * @param {string} msgid
 * @param {Values} [values]
 */
export function t(msgid, values) {
  const found = catalogue[msgid];
  return fillIn((Array.isArray(found) ? found[0] : found) || msgid, values);
}

/**
 * A counted sentence; `{n}` is the number in the user's writing.
 * @param {string} one
 * @param {string} other
 * @param {number} n
 * @param {Values} [values]
 */
export function tn(one, other, n, values) {
  const found = catalogue[one];
  const category = plurals.select(n);
  const sentence = Array.isArray(found) ? found[forms[category] ?? forms.other] || found.at(-1) : "";
  return fillIn(sentence || (n === 1 ? one : other), { n: n.toLocaleString(language), ...values });
}

/**
 * A sentence as parts, so that a template may stand in for a `{name}`.
 * @param {string} sentence what `t` gave without these values
 * @param {Record<string, unknown>} parts
 * @returns {unknown[]}
 */
export function rich(sentence, parts) {
  return sentence.split(/\{(\w+)\}/).map((piece, i) => (i % 2 ? parts[piece] : piece));
}

/**
 * @param {string} sentence
 * @param {Values} [values]
 */
function fillIn(sentence, values) {
  if (!values) return sentence;
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
