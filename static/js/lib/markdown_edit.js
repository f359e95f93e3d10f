/**
 * What formatting does to a text: lists that go on, lines that get a mark, links. Pure, so that each is one change of
 * the field that Ctrl+Z takes back.
 */

/** @typedef {{start: number, end: number, text: string, from: number, to: number}} Edit replace start to end, then select from to to */
/** @typedef {"bullet" | "ordered" | "task" | "quote"} LineMark */

const item = /^([ \t]*)(?:([-+*])|([0-9]{1,3})([.)]))([ \t]+)(\[[ xX]\][ \t]+)?/;
const quote = /^([ \t]*(?:>[ \t]?)+)/;
const address = /^(?:https?:\/\/[^\s]+|mailto:[^\s@]+@[^\s]+)$/i;

/**
 * A new line in a list or a quote starts as the one above; in an empty one it ends the list instead.
 * @param {string} value
 * @param {number} caret
 * @returns {Edit | null} null when the line is neither
 */
export function continueLine(value, caret) {
  const start = lineStart(value, caret);
  const line = value.slice(start, lineEnd(value, caret));
  const found = item.exec(line) ?? quote.exec(line);
  const mark = found?.[0] ?? "";
  if (!mark || caret < start + mark.length) return null;
  if (!line.slice(mark.length).trim())
    return { start, end: start + line.length, text: "", from: start, to: start };
  const text = `\n${nextMark(line)}`;
  return { start: caret, end: caret, text, from: caret + text.length, to: caret + text.length };
}

/** @param {string} line */
function nextMark(line) {
  const found = item.exec(line);
  if (!found) return quote.exec(line)?.[1] ?? "";
  const [, indent, bullet, number, point, gap, task] = found;
  return indent + (bullet ?? Number(number) + 1 + point) + gap + (task ? "[ ] " : "");
}

/**
 * Move the list items of the selected lines one level in or out.
 * @param {string} value
 * @param {number} from
 * @param {number} to
 * @param {boolean} isOut
 * @returns {Edit | null} null when the caret is in no list
 */
export function indentItems(value, from, to, isOut) {
  const { start, end, lines } = selectedLines(value, from, to);
  if (!item.test(lines[0] ?? "")) return null;
  const above = value.slice(0, start).split("\n").slice(0, -1);
  const step = isOut ? -stepOut(above, lines[0]) : stepIn(above, lines[0]);
  const moved = lines.map(line =>
    step < 0 ? line.slice(Math.min(-step, indentOf(line))) : " ".repeat(step) + line,
  );
  return selected(value, { start, end, from, to }, lines, moved);
}

/** Under the text of the item above. @param {string[]} above @param {string} line */
function stepIn(above, line) {
  const parent = item.exec(above.at(-1) ?? "");
  if (!parent || parent[1].length > indentOf(line)) return 2;
  const width = parent[0].length - (parent[6]?.length ?? 0);
  return Math.max(width - indentOf(line), 0) || 2;
}

/** To where the item around it starts. @param {string[]} above @param {string} line */
function stepOut(above, line) {
  const indent = indentOf(line);
  const parent = above.findLast(other => item.test(other) && indentOf(other) < indent);
  return indent - (parent === undefined ? 0 : indentOf(parent));
}

/**
 * Give the selected lines a mark, or take it away when all of them have it.
 * @param {string} value
 * @param {number} from
 * @param {number} to
 * @param {LineMark} kind
 * @returns {Edit}
 */
export function toggleLines(value, from, to, kind) {
  const { start, end, lines } = selectedLines(value, from, to);
  const full = lines.filter(line => line.trim());
  const isOn = full.length > 0 && full.every(line => kindOf(line) === kind);
  let number = 0;
  const changed = lines.map(line => {
    if (!line.trim() && lines.length > 1) return line;
    if (isOn) return kind === "quote" ? line.replace(/^([ \t]*)>[ \t]?/, "$1") : line.replace(item, "$1");
    number += 1;
    if (kind === "quote") return `> ${line}`;
    const mark = { bullet: "- ", ordered: `${number}. `, task: "- [ ] " }[kind];
    return item.test(line) ? line.replace(item, `$1${mark}`) : mark + line;
  });
  return selected(value, { start, end, from, to }, lines, changed);
}

/** @param {string} line @returns {LineMark | ""} */
function kindOf(line) {
  const found = item.exec(line);
  if (found) return found[6] ? "task" : found[3] ? "ordered" : "bullet";
  return quote.test(line) ? "quote" : "";
}

/**
 * Turn the selection into a link, or make place for one.
 * @param {string} value
 * @param {number} from
 * @param {number} to
 * @param {string} [url]
 * @returns {Edit}
 */
export function makeLink(value, from, to, url = "") {
  const chosen = value.slice(from, to);
  const isAddress = !url && address.test(chosen);
  const label = isAddress ? "" : chosen;
  const text = `[${label}](${isAddress ? chosen : url})`;
  // The caret goes to what is missing.
  const at = !label ? from + 1 : url ? from + text.length : from + text.length - 1;
  return { start: from, end: to, text, from: at, to: at };
}

/** Whether a pasted text is one address. @param {string} text */
export const isAddress = text => address.test(text.trim());

// --- Lines ---

/** @param {string} value @param {number} at */
const lineStart = (value, at) => value.lastIndexOf("\n", at - 1) + 1;

/** @param {string} value @param {number} at */
function lineEnd(value, at) {
  const end = value.indexOf("\n", at);
  return end < 0 ? value.length : end;
}

/** @param {string} value @param {number} from @param {number} to */
function selectedLines(value, from, to) {
  const start = lineStart(value, from);
  // A selection up to the start of a line does not mean that line.
  const end = lineEnd(value, to > from && value[to - 1] === "\n" ? to - 1 : to);
  return { start, end, lines: value.slice(start, end).split("\n") };
}

/**
 * The selection stays on the same words.
 * @param {string} value
 * @param {{start: number, end: number, from: number, to: number}} range
 * @param {string[]} before
 * @param {string[]} after
 * @returns {Edit}
 */
function selected(value, { start, end, from, to }, before, after) {
  const text = after.join("\n");
  const firstGrew = after[0].length - before[0].length;
  const grew = text.length - (end - start);
  const newFrom = Math.max(start, from + firstGrew);
  return {
    start,
    end,
    text,
    from: from === to ? newFrom : start,
    to: from === to ? newFrom : Math.min(to + grew, value.length + grew),
  };
}

/** @param {string} line */
const indentOf = line => /^ */.exec(line)?.[0].length ?? 0;
