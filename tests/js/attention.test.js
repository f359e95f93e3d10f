/** Whom a message concerns: the cases that the server's decision is tested with too. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { howCalled, reasonToTell } from "../../static/js/core/attention.js";

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
