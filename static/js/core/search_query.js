/**
 * What somebody types into the search box: words, "quoted phrases" and operators (`in:launch`, `from:"Ada Novak"`,
 * `before:2026-11-24`, `after:`, `has:file`). The text is the truth; filters are read from it and written into it.
 */

/** @typedef {"in" | "from" | "before" | "after" | "on" | "has"} OperatorName */

/** How operators are spelt in each language; all of them are understood, whatever the language of the page. */
export const spellings = {
  en: { in: "in", from: "from", before: "before", after: "after", on: "on", has: "has" },
  ko: { in: "방", from: "보낸사람", before: "이전", after: "이후", on: "날짜", has: "포함" },
};

/** What can follow `has:`. @type {Record<string, "file" | "link">} */
const kinds = { file: "file", link: "link", 파일: "file", 링크: "link" };

/** @type {Map<string, OperatorName>} */
const names = new Map(
  Object.values(spellings).flatMap(one =>
    Object.entries(one).map(([name, spelt]) => [spelt, /** @type {OperatorName} */ (name)]),
  ),
);

/**
 * @typedef {object} Operator
 * @property {OperatorName} name
 * @property {string} value without quotes
 * @property {number} start where it begins in the text
 * @property {number} valueStart where its value begins, with its quote
 * @property {number} end
 */

const part = new RegExp(
  `(?<!\\S)(${[...names.keys()].join("|")}):("[^"]*"?|[^\\s"]*)|"[^"]*"?|[^\\s"]+`,
  "giu",
);
/** Phones write these when somebody types a quote. */
const curly = /[\u201c-\u201f\uff02]/g;

/** Every operator in the text, finished or not, in order. @param {string} text @returns {Operator[]} */
export function operatorsIn(text) {
  /** @type {Operator[]} */
  const found = [];
  for (const match of text.replace(curly, '"').matchAll(part)) {
    const [whole, spelt, value] = match;
    const name = names.get(spelt?.toLowerCase() ?? "");
    if (!name) continue;
    found.push({
      name,
      valueStart: match.index + (spelt?.length ?? 0) + 1,
      value: bare(value ?? ""),
      start: match.index,
      end: match.index + whole.length,
    });
  }
  return found;
}

/** Operators that say something. @param {string} text */
export const filtersIn = text => operatorsIn(text).filter(({ value }) => value !== "");

/** What is left when the operators are taken out. @param {string} text */
export const wordsOf = text => withoutFilters(text, () => true);

/**
 * An operator as it is typed.
 * @param {OperatorName} name
 * @param {string} value
 * @param {string} [language]
 */
export const typed = (name, value, language = "en") =>
  `${spelt(name, language)}:${/\s/.test(value) ? `"${value}"` : value}`;

/** @param {"file" | "link"} kind @param {string} language */
export const typedKind = (kind, language) =>
  typed("has", language === "ko" ? { file: "파일", link: "링크" }[kind] : kind, language);

/** What `has:` asks for; nothing when it is neither. @param {Operator} operator */
export const kindOf = ({ name, value }) => (name === "has" ? kinds[value.toLowerCase()] : undefined);

/**
 * @param {OperatorName} name
 * @param {string} language
 */
export const spelt = (name, language) => spellings[language === "ko" ? "ko" : "en"][name];

/**
 * The text with this filter in it: one of a kind, but a message can have a file and a link, and lie between two days.
 * @param {string} text
 * @param {string} filter as `typed` and `typedKind` write it
 */
export function withFilter(text, filter) {
  const [wanted] = operatorsIn(filter);
  if (!wanted) return text;
  const isSame = (/** @type {Operator} */ one) => one.name === wanted.name && kindOf(one) === kindOf(wanted);
  return `${withoutFilters(text, isSame)} ${filter}`.trimStart();
}

/**
 * @param {string} text
 * @param {(operator: Operator) => boolean} isUnwanted
 */
export const withoutFilters = (text, isUnwanted) =>
  tidy(
    operatorsIn(text)
      .filter(isUnwanted)
      .reduceRight((rest, { start, end }) => cut(rest, start, end), text),
  );

/**
 * @param {string} text
 * @param {Pick<Operator, "start" | "end">} operator
 */
export const withoutFilter = (text, { start, end }) => tidy(cut(text, start, end));

/**
 * The operator whose value is being typed at the caret; its `value` ends at the caret.
 * @param {string} text
 * @param {number} caret
 * @returns {Operator | null}
 */
export function operatorAt(text, caret) {
  const found = operatorsIn(text).find(
    ({ valueStart, end }) => caret >= valueStart && caret <= end && !isClosed(text.slice(valueStart, end)),
  );
  if (!found) return null;
  return { ...found, value: bare(text.slice(found.valueStart, caret)) };
}

/** Whether a quoted value has its second quote: then nobody types in it any more. @param {string} value */
const isClosed = value => /^".*"$/u.test(value.replace(curly, '"'));

/** @param {string} value */
const bare = value => value.replace(curly, '"').replace(/^"/, "").replace(/"$/, "").trim();

/** @param {string} text @param {number} start @param {number} end */
const cut = (text, start, end) => `${text.slice(0, start)} ${text.slice(end)}`;

/** @param {string} text */
const tidy = text => text.replace(/\s+/g, " ").trim();
