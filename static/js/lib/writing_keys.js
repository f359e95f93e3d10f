/** What keys and the clipboard do in a field for Markdown, the same for a new message and an edit. */
import { htmlToMarkdown } from "./html_to_markdown.js";
import { hasMod } from "./keys.js";
import { continueLine, indentItems, isAddress, makeLink, toggleLines } from "./markdown_edit.js";
import { insertFence, isInOpenFence, lengthOf, replaceRange, toggleMark } from "./text_edit.js";

/** @typedef {import("./markdown_edit.js").Edit} Edit */
/** @typedef {import("./markdown_edit.js").LineMark} LineMark */

/** Everything that formats, by name. @type {Record<string, (field: HTMLTextAreaElement) => void>} */
export const formats = {
  bold: field => toggleMark(field, "**"),
  italic: field => toggleMark(field, "*"),
  strike: field => toggleMark(field, "~~"),
  code: field => toggleMark(field, "`"),
  link: field => change(field, makeLink(field.value, field.selectionStart, field.selectionEnd)),
  bullet: field => mark(field, "bullet"),
  ordered: field => mark(field, "ordered"),
  task: field => mark(field, "task"),
  quote: field => mark(field, "quote"),
  block: field => insertFence(field),
};

/** With Ctrl or Command. By place of the key, because Shift writes other signs on other keyboards. @type {Record<string, string>} */
const shortcuts = { KeyB: "bold", KeyI: "italic" };
/** With Shift too. @type {Record<string, string>} */
const shiftedShortcuts = {
  KeyX: "strike",
  KeyC: "code",
  KeyU: "link",
  Digit7: "ordered",
  Digit8: "bullet",
  Digit9: "quote",
};

const longestText = 4000;
/** When Ctrl+Shift+V was pressed: the paste that follows is plain. */
let plainUntil = 0;
const plainForMs = 1000;

/**
 * @param {HTMLTextAreaElement} field
 * @param {KeyboardEvent} event not composing
 * @returns {boolean} whether the key was for formatting
 */
export function onWritingKey(field, event) {
  if (hasMod(event) && !event.altKey) {
    if (event.shiftKey && event.code === "KeyV") plainUntil = Date.now() + plainForMs;
    return pressed(event, () => format(field, event));
  }
  if (event.altKey || event.ctrlKey || event.metaKey) return false;
  if (event.key === "Tab") return pressed(event, () => indent(field, event.shiftKey));
  return event.key === "Enter" && pressed(event, () => goOn(field));
}

/**
 * @param {KeyboardEvent} event
 * @param {() => boolean} act
 */
function pressed(event, act) {
  const isOurs = act();
  if (isOurs) event.preventDefault();
  return isOurs;
}

/**
 * @param {HTMLTextAreaElement} field
 * @param {KeyboardEvent} event
 */
function format(field, event) {
  const name = (event.shiftKey ? shiftedShortcuts : shortcuts)[event.code];
  if (!name) return false;
  formats[name]?.(field);
  return true;
}

/** @param {HTMLTextAreaElement} field */
function goOn(field) {
  const { value, selectionStart: start, selectionEnd: end } = field;
  if (start !== end || isInOpenFence(value.slice(0, start))) return false;
  const edit = continueLine(value, start);
  return edit !== null && change(field, edit);
}

/**
 * @param {HTMLTextAreaElement} field
 * @param {boolean} isOut
 */
function indent(field, isOut) {
  const { value, selectionStart: start, selectionEnd: end } = field;
  if (isInOpenFence(value.slice(0, start))) return false;
  const edit = indentItems(value, start, end, isOut);
  return edit !== null && change(field, edit);
}

/**
 * @param {HTMLTextAreaElement} field
 * @param {LineMark} kind
 */
const mark = (field, kind) =>
  change(field, toggleLines(field.value, field.selectionStart, field.selectionEnd, kind));

/**
 * @param {HTMLTextAreaElement} field
 * @param {Edit} edit
 */
function change(field, { start, end, text, from, to }) {
  if (field.value.slice(start, end) !== text) replaceRange(field, start, end, text);
  field.setSelectionRange(from, to);
  return true;
}

/**
 * Paste an address over words as a link, and formatted text as Markdown; the rest as the browser does.
 * @param {ClipboardEvent} event
 */
export function onWritingPaste(event) {
  const field = /** @type {HTMLTextAreaElement} */ (event.currentTarget);
  const { clipboardData: data } = event;
  const plain = data?.getData("text/plain") ?? "";
  // Files alone, and what no message holds, are attached.
  if (!data || !plain || lengthOf(plain) > longestText) return;
  const { value, selectionStart: start, selectionEnd: end } = field;
  const isPlain = Date.now() < plainUntil || isInOpenFence(value.slice(0, start));
  plainUntil = 0;
  if (isPlain) return;
  const edit = linkOver(value, start, end, data) ?? markdownOf(start, end, data);
  if (!edit) return;
  event.preventDefault();
  change(field, edit);
}

/** @param {string} value @param {number} start @param {number} end @param {DataTransfer} data @returns {Edit | null} */
function linkOver(value, start, end, data) {
  const text = data.getData("text/plain").trim();
  const chosen = value.slice(start, end);
  if (!chosen.trim() || chosen.includes("\n") || isAddress(chosen) || !isAddress(text)) return null;
  return makeLink(value, start, end, text);
}

/** @param {number} start @param {number} end @param {DataTransfer} data @returns {Edit | null} */
function markdownOf(start, end, data) {
  // What an editor of code gives is code, whatever colours it has.
  const html = data.types.includes("vscode-editor-data") ? "" : data.getData("text/html");
  const text = html ? htmlToMarkdown(html) : null;
  if (!text || text === data.getData("text/plain").trim()) return null;
  return { start, end, text, from: start + text.length, to: start + text.length };
}
