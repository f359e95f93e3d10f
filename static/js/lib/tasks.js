/** Tasks in a message: `- [ ]` in its text, a box in the page. */

const mark = /^((?:[ \t]*>)*[ \t]*(?:(?:[-+*]|[0-9]{1,9}[.)])[ \t]+)+)\[[ xX]\](?=[ \t]+\S)/;

/**
 * The text with one task done or not; null when there is none in that line.
 * @param {string} text
 * @param {number} line counted from the first one that is not empty, as the server does
 * @param {boolean} isDone
 */
export function withTask(text, line, isDone) {
  const [head = ""] = /^[\r\n]*/.exec(text) ?? [];
  const lines = text.slice(head.length).split(/\r\n|\r|\n/);
  if (!mark.test(lines[line] ?? "")) return null;
  lines[line] = lines[line].replace(mark, isDone ? "$1[x]" : "$1[ ]");
  return head + lines.join("\n");
}
