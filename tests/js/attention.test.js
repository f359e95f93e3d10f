/** Whom a message concerns: the cases that the server's decision is tested with too. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { howCalled, keywordPlaces, reasonToTell } from "../../static/js/core/attention.js";

const file = new URL("../fixtures/attention.json", import.meta.url);
const { preferences, cases } = JSON.parse(readFileSync(file, "utf8"));

for (const one of cases) {
  test(`whether to tell: ${one.name}`, () => {
    const person = { ...one.person, preferences: { ...preferences, ...one.preferences } };
    assert.equal(reasonToTell(one.said, person, Date.parse(one.now)), one.reason);
  });
}

test("a message says how it calls somebody", () => {
  const html = '<p><a class="mention" data-user-id="2">@Bob</a></p>';
  assert.equal(howCalled({ mentions: [2], mentions_room: null, html }, 2), "name");
  assert.equal(howCalled({ mentions: [2, 3], mentions_room: "room", html }, 2), "name");
  assert.equal(howCalled({ mentions: [2, 3], mentions_room: "room", html }, 3), "room");
  assert.equal(howCalled({ mentions: [2], mentions_room: null, html }, 3), null);
});

const marked = (text, ...words) => keywordPlaces(text, words).map(([from, to]) => text.slice(from, to));

test("keywords are found where the server finds them: Latin words alone, Korean ones with their particles", () => {
  assert.deepEqual(marked("Start the ART of art_work, (art).", "art"), ["ART", "art"]);
  assert.deepEqual(marked("오늘 배포를 재배포합니다", "배포"), ["배포", "배포"]);
  assert.deepEqual(marked("deploy배포 and v2.1", "deploy", "V2.1"), ["deploy", "v2.1"]);
  assert.deepEqual(marked("nothing here", "art", ""), []);
});

test("keywords that overlap are one place", () => {
  assert.deepEqual(marked("the release plan of 배포일정", "release plan", "plan", "배포일", "일정"), [
    "release plan",
    "배포일정",
  ]);
});

test("a place is one of the text as it is, however it is folded", () => {
  const apart = "오늘 배포를 하고 İstanbul plan".normalize("NFD");
  assert.deepEqual(
    marked(apart, "배포", "plan").map(word => word.normalize("NFC")),
    ["배포", "plan"],
  );
});
