/** What the message field does with its text. The field is never re-rendered: edits go through the browser's own undo. */

/**
 * Replace a range as if it had been typed, so that Ctrl+Z takes it back.
 * @param {HTMLTextAreaElement} field
 * @param {number} start
 * @param {number} end
 * @param {string} text
 */
export function replaceRange(field, start, end, text) {
  field.focus();
  field.setSelectionRange(start, end);
  const isTyped = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
  if (isTyped) return;
  field.setRangeText(text, start, end, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

/**
 * Put marks around the selection, or take them away when they are there.
 * @param {HTMLTextAreaElement} field
 * @param {string} mark "**", "*" or "`"
 */
export function toggleMark(field, mark) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const size = mark.length;
  const selected = value.slice(start, end);
  const isWrapped = value.slice(start - size, start) === mark && value.slice(end, end + size) === mark;
  if (isWrapped) {
    replaceRange(field, start - size, end + size, selected);
    field.setSelectionRange(start - size, end - size);
    return;
  }
  replaceRange(field, start, end, mark + selected + mark);
  field.setSelectionRange(start + size, end + size);
}

/**
 * Put the selection into a fenced code block, with the caret inside.
 * @param {HTMLTextAreaElement} field
 */
export function insertFence(field) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const before = start > 0 && value[start - 1] !== "\n" ? "\n" : "";
  const opening = `${before}\`\`\`\n`;
  replaceRange(field, start, end, `${opening}${value.slice(start, end)}\n\`\`\``);
  const caret = start + opening.length + (end - start);
  field.setSelectionRange(caret, caret);
}

/**
 * Whether a code fence is open at this place: then Enter makes a line.
 * @param {string} text up to the caret
 */
export function isInOpenFence(text) {
  let fence = "";
  for (const line of text.split("\n")) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (!mark) continue;
    if (!fence) fence = mark;
    else if (mark[0] === fence[0] && mark.length >= fence.length) fence = "";
  }
  return fence !== "";
}

/**
 * The name being typed after an @ that starts a word, and where the @ is.
 * @param {string} text up to the caret
 * @returns {{start: number, query: string} | null}
 */
export function mentionBeingTyped(text) {
  const found = /(?:^|[\s([{"'])@([^\s@]{0,30}(?: [^\s@]{1,30})?)$/u.exec(text);
  if (!found) return null;
  const query = found[1] ?? "";
  return { start: text.length - query.length - 1, query };
}

/**
 * The name of an emoji being typed after a colon that starts a word: two characters and more.
 * @param {string} text up to the caret
 * @returns {{start: number, query: string} | null}
 */
export function emojiBeingTyped(text) {
  const found = /(?:^|[\s([{"'])(:([\p{L}\p{N}_+-]{2,30}))$/u.exec(text);
  if (!found || isInOpenFence(text)) return null;
  return { start: text.length - found[1].length, query: found[2] };
}

/**
 * The room being typed after a # that starts a word; a space right behind the # is a heading elsewhere, and nothing here.
 * @param {string} text up to the caret
 * @returns {{start: number, query: string} | null}
 */
export function roomBeingTyped(text) {
  const found = /(?:^|[\s([{"'])#([^\s#]{0,30}(?: [^\s#]{1,30})?)$/u.exec(text);
  if (!found) return null;
  const query = found[1] ?? "";
  return { start: text.length - query.length - 1, query };
}

/**
 * Grow the field with its text where the browser cannot (no field-sizing).
 * @param {HTMLTextAreaElement} field
 */
export function fitHeight(field) {
  if (CSS.supports("field-sizing", "content")) return;
  field.style.setProperty("height", "auto");
  field.style.setProperty("height", `${field.scrollHeight}px`);
}

/** Characters as people count them: an emoji is one. @param {string} text */
export const lengthOf = text => [...text].length;
