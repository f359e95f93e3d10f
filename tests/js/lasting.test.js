import assert from "node:assert/strict";
import { test } from "node:test";
import { endOf, isOver, minutesAhead } from "../../static/js/lib/lasting.js";

/** A Wednesday, wherever the test runs. */
const now = new Date(2026, 10, 25, 14, 20);
const local = iso => {
  const date = new Date(iso);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate(), date.getHours(), date.getMinutes()];
};

test("A status ends after minutes, with the day, or with the week", () => {
  assert.deepEqual(local(endOf("30m", now)), [2026, 11, 25, 14, 50]);
  assert.deepEqual(local(endOf("4h", now)), [2026, 11, 25, 18, 20]);
  assert.deepEqual(local(endOf("today", now)), [2026, 11, 26, 0, 0]);
  assert.deepEqual(local(endOf("week", now)), [2026, 11, 30, 0, 0]);
  assert.equal(endOf("never", now), null);
});

test("On a Sunday the week ends the same night", () => {
  assert.deepEqual(local(endOf("week", new Date(2026, 10, 29, 9, 0))), [2026, 11, 30, 0, 0]);
  assert.deepEqual(local(endOf("week", new Date(2026, 10, 30, 9, 0))), [2026, 12, 7, 0, 0]);
});

test("A status is over from the moment on that it names", () => {
  const status = { expires_at: now.toISOString() };

  assert.equal(isOver(status, now.getTime() - 1), false);
  assert.equal(isOver(status, now.getTime()), true);
  assert.equal(isOver({ expires_at: null }, now.getTime()), false);
});

test("Clocks are apart by hours, half hours, and over midnight", () => {
  const noon = new Date("2026-11-25T12:00:00Z");

  assert.equal(minutesAhead("Asia/Seoul", noon, "UTC"), 540);
  assert.equal(minutesAhead("Asia/Kolkata", noon, "UTC"), 330);
  assert.equal(minutesAhead("America/New_York", noon, "Asia/Seoul"), -840);
  assert.equal(minutesAhead("Asia/Seoul", new Date("2026-11-25T20:00:00Z"), "UTC"), 540);
  assert.equal(minutesAhead("Europe/Berlin", new Date("2026-07-25T12:00:00Z"), "UTC"), 120);
});
