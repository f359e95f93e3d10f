import assert from "node:assert/strict";
import { test } from "node:test";
import { layOut, storedRow } from "../../static/js/lib/rows.js";

/** @param {string[]} texts */
function heads(...texts) {
  const rows = texts.map((text, n) => {
    const message = {
      id: n + 1,
      client_id: `c${n}`,
      room_id: 1,
      parent_id: null,
      author_id: 7,
      quoted_id: null,
    };
    return storedRow(/** @type {any} */ ({ ...message, created_at: `2026-11-30T09:40:0${n}.000Z`, text }), 7);
  });
  return layOut(rows, null, 7).flatMap(row => (row.kind === "message" ? [row.isHead] : []));
}

test("messages of one person stand under one name, but an action begins with its own", () => {
  assert.deepEqual(heads("one", "two", "/me waves", "three", "/me", "say /me waves"), [
    true,
    false,
    true,
    false,
    false,
    false,
  ]);
});
