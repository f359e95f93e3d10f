/** What is a command and what is a message. */
import assert from "node:assert/strict";
import test from "node:test";
import { quotedParts, readCommandText, withoutEscape } from "../../static/js/core/command_text.js";

for (const [text, name, rest] of [
  ["/topic launch on Thursday", "topic", "launch on Thursday"],
  ["/주제 목요일 출시", "주제", "목요일 출시"],
  ["/dm @Bob Lee hello", "dm", "@Bob Lee hello"],
  ["/leave", "leave", ""],
  ["/leave ", "leave", ""],
  ["/me waves\nand leaves", "me", "waves\nand leaves"],
]) {
  test(`"${text}" is a command`, () => assert.deepEqual(readCommandText(text), { name, rest }));
}

for (const text of [
  "hello",
  "",
  "/",
  "//topic x",
  "/usr/bin/env",
  "/etc/",
  "/1",
  "a /topic x",
  "/ topic",
  "/a.b",
]) {
  test(`"${text}" is a message`, () => assert.equal(readCommandText(text), null));
}

test("two slashes are sent as one", () => {
  assert.equal(withoutEscape("//topic x"), "/topic x");
  assert.equal(withoutEscape("// a comment"), "// a comment");
  assert.equal(withoutEscape("http://server"), "http://server");
});

test("a poll is written in quotes, straight or curly", () => {
  assert.deepEqual(quotedParts('"Lunch?" "noodles" "rice"'), ["Lunch?", "noodles", "rice"]);
  assert.deepEqual(quotedParts("“점심?” “국수” “밥”"), ["점심?", "국수", "밥"]);
  assert.equal(quotedParts("Lunch?"), null);
  assert.equal(quotedParts('Lunch? "noodles" "rice"'), null);
  assert.equal(quotedParts(""), null);
});
