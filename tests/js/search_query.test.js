import assert from "node:assert/strict";
import { test } from "node:test";
import * as query from "../../static/js/core/search_query.js";

/** @param {string} text */
const filters = text => query.filtersIn(text).map(({ name, value }) => `${name} ${value}`);

test("Operators are found between words, with or without quotes, whatever their case", () => {
  assert.deepEqual(filters('배포 from:"Bob Lee" IN:#일반 has:file 계획'), [
    "from Bob Lee",
    "in #일반",
    "has file",
  ]);
  assert.equal(query.wordsOf('배포 from:"Bob Lee" IN:#일반 has:file 계획'), "배포 계획");
});

test("What only looks like an operator is a word", () => {
  for (const text of ["begin:x", "x-in:y", '"in:launch"', "in:", "https://example.org/from:x"])
    assert.deepEqual(filters(text), [], text);
});

test("A filter that is set replaces the one of its kind, and every word stays", () => {
  assert.equal(
    query.withFilter("배포 in:launch 계획", query.typed("in", "support desk")),
    '배포 계획 in:"support desk"',
  );
  assert.equal(query.withFilter("", "from:김서준"), "from:김서준");
  assert.equal(query.withFilter("배포 in:", "in:launch"), "배포 in:launch");
});

test("A message can have a file and a link, each once", () => {
  assert.equal(query.withFilter("has:link", "has:file"), "has:link has:file");
  assert.equal(query.withFilter("has:file 배포", query.typedKind("file", "ko")), "배포 포함:파일");
});

test("A filter that is taken out leaves what was typed around it", () => {
  const text = '배포 from:"Bob Lee" 계획 in:launch';
  const [from, room] = query.filtersIn(text);
  assert.equal(query.withoutFilter(text, from), "배포 계획 in:launch");
  assert.equal(query.withoutFilter(text, room), '배포 from:"Bob Lee" 계획');
});

test("What is taken from a chip and typed again is the same filter", () => {
  for (const value of ["launch", "support desk", "김서준", "2026-11-24"])
    assert.equal(query.filtersIn(query.typed("in", value))[0]?.value, value);
});

test("The operator at the caret is the one whose value is being typed", () => {
  const text = "배포 from:김서 in:launch";
  assert.equal(query.operatorAt(text, "배포 from:김".length)?.value, "김");
  assert.equal(query.operatorAt(text, "배포 from:".length)?.value, "");
  assert.equal(query.operatorAt(text, text.length)?.name, "in");
  assert.equal(query.operatorAt(text, "배포 fr".length), null);
  assert.equal(query.operatorAt(text, 1), null);
});

test("A quoted value is being typed until its second quote", () => {
  assert.equal(query.operatorAt('from:"Bob L', 11)?.value, "Bob L");
  assert.equal(query.operatorAt('from:"Bob Lee"', 14), null);
  assert.equal(query.operatorAt('from:"Bob Lee" ', 15), null);
});

test("Korean operators say the same as English ones", () => {
  assert.deepEqual(filters("배포 방:일반 보낸사람:김서준 이후:2026-11-01 포함:파일"), [
    "in 일반",
    "from 김서준",
    "after 2026-11-01",
    "has 파일",
  ]);
  assert.equal(
    query.withFilter("배포 in:launch", query.typed("in", "지원 창구", "ko")),
    '배포 방:"지원 창구"',
  );
  assert.equal(query.operatorAt("보낸사람:ㄱㅅ", 7)?.value, "ㄱㅅ");
  assert.deepEqual(filters("다른방:일반"), []);
});

test("The quotes that phones write are quotes", () => {
  assert.deepEqual(filters("from:“Bob Lee” 배포"), ["from Bob Lee"]);
});
