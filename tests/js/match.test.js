import assert from "node:assert/strict";
import { test } from "node:test";
import { matchName } from "../../static/js/lib/match.js";

test("A part of a name is found, whatever its case", () => {
  assert.deepEqual(matchName("Mina Kim", "kim"), { start: 5, end: 8 });
  assert.equal(matchName("Mina Kim", "kin"), null);
});

test("Every state of typing a Korean name finds it", () => {
  for (const typed of ["ㄱ", "기", "김", "김ㅁ", "김미", "김민", "김민ㅅ", "김민수"])
    assert.equal(matchName("김민수", typed)?.start, 0, typed);
  for (const typed of ["말", "맑", "말가"]) assert.equal(matchName("말가", typed)?.start, 0, typed);
  for (const typed of ["고", "과", "곽"]) assert.equal(matchName("곽영희", typed)?.start, 0, typed);
  assert.deepEqual(matchName("김민수", "김미"), { start: 0, end: 2 });
});

test("Other syllables do not match", () => {
  for (const typed of ["김만", "김수", "미김", "김민서"])
    assert.equal(matchName("김민수", typed), null, typed);
});

test("Initial consonants find a name, also those that the keyboard has put together", () => {
  assert.deepEqual(matchName("김민수", "ㄱㅁㅅ"), { start: 0, end: 3 });
  assert.deepEqual(matchName("김민수", "ㅁㅅ"), { start: 1, end: 3 });
  assert.deepEqual(matchName("김수진", "ㄳ"), { start: 0, end: 2 });
});
