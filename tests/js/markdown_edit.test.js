import assert from "node:assert/strict";
import { test } from "node:test";
import {
  continueLine,
  indentItems,
  isAddress,
  makeLink,
  toggleLines,
} from "../../static/js/lib/markdown_edit.js";

/** The text after an edit, with | at the caret or around the selection. In: the same. */
function run(marked, edit) {
  const from = marked.indexOf("|");
  const rest = marked.replace("|", "");
  const second = rest.indexOf("|");
  const value = rest.replace("|", "");
  const to = second < 0 ? from : second;
  const done = edit(value, from, to);
  if (!done) return null;
  const after = value.slice(0, done.start) + done.text + value.slice(done.end);
  const end = done.to === done.from ? "" : "|";
  return `${after.slice(0, done.from)}|${after.slice(done.from, done.to)}${end}${after.slice(done.to)}`;
}
const newLine = marked => run(marked, (value, from) => continueLine(value, from));
const indented = (marked, isOut = false) =>
  run(marked, (value, from, to) => indentItems(value, from, to, isOut));
const toggled = (marked, kind) => run(marked, (value, from, to) => toggleLines(value, from, to, kind));
const link = (marked, url) => run(marked, (value, from, to) => makeLink(value, from, to, url));

test("A new line goes on with the list", () => {
  assert.equal(newLine("- one|"), "- one\n- |");
  assert.equal(newLine("9. nine|"), "9. nine\n10. |");
  assert.equal(newLine("  2) a|b"), "  2) a\n  3) |b");
  assert.equal(newLine("- [x] done|"), "- [x] done\n- [ ] |");
  assert.equal(newLine("> said|"), "> said\n> |");
});

test("A new line in an empty item leaves the list", () => {
  assert.equal(newLine("- one\n- |"), "- one\n|");
  assert.equal(newLine("- [ ] |"), "|");
  assert.equal(newLine("> a\n> |\nb"), "> a\n|\nb");
});

test("Elsewhere a new line is a new line", () => {
  for (const text of ["text|", "|- one", "-|", "2026. 10|", "**bold**|"])
    assert.equal(newLine(text), null, text);
});

test("Tab moves an item under the text of the one above, and out again", () => {
  assert.equal(indented("- a\n- b|"), "- a\n  - b|");
  assert.equal(indented("1. a\n2. b|"), "1. a\n   2. b|");
  assert.equal(indented("- [ ] a\n- [ ] b|"), "- [ ] a\n  - [ ] b|");
  assert.equal(indented("1. a\n   - b|", true), "1. a\n- b|");
  assert.equal(indented("- a|", true), "- a|");
  assert.equal(indented("text|"), null);
});

test("Several lines move together", () => {
  assert.equal(indented("- a\n|- b\n- c|"), "- a\n|  - b\n  - c|");
});

test("Lines get a mark, another mark, and none", () => {
  assert.equal(toggled("|a\nb|", "bullet"), "|- a\n- b|");
  assert.equal(toggled("|- a\n- b|", "ordered"), "|1. a\n2. b|");
  assert.equal(toggled("|1. a\n\n2. b|", "task"), "|- [ ] a\n\n- [ ] b|");
  assert.equal(toggled("- [ ] a|", "task"), "a|");
  assert.equal(toggled("a|", "quote"), "> a|");
  assert.equal(toggled("> a|", "quote"), "a|");
  assert.equal(toggled("|", "bullet"), "- |");
});

test("A link takes the selection as its words or its address", () => {
  assert.equal(link("see |this|", "https://a.example"), "see [this](https://a.example)|");
  assert.equal(link("see |this|"), "see [this](|)");
  assert.equal(link("|https://a.example|"), "[|](https://a.example)");
  assert.equal(link("|"), "[|]()");
  assert.ok(isAddress(" https://a.example/x?y#z\n"));
  for (const text of ["a.example", "https://a.example b", "javascript:alert(1)", ""])
    assert.ok(!isAddress(text), text);
});
