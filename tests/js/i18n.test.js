/** Counted sentences in languages with more forms than two. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadLanguage, t, tn } from "../../static/js/lib/i18n.js";

const polish = {
  words: { Today: "Dzisiaj", "{n} cat": ["{n} kot", "{n} koty", "{n} kotów"], "{n} dog": ["", "", ""] },
  plurals: { one: 0, few: 1, many: 2, other: 2 },
};

/** @param {string} code @param {object} answer */
async function load(code, answer) {
  globalThis.fetch = /** @type {any} */ (async () => ({ ok: true, json: async () => answer }));
  await loadLanguage(code);
}

test("each number gets the form that its language has for it", async () => {
  await load("pl", polish);
  const said = [0, 1, 2, 5, 12, 22, 25].map(n => tn("{n} cat", "{n} cats", n));
  assert.deepEqual(said, ["0 kotów", "1 kot", "2 koty", "5 kotów", "12 kotów", "22 koty", "25 kotów"]);
  assert.equal(t("Today"), "Dzisiaj");
});

test("what has no translation is English, in the singular for one", async () => {
  await load("pl", polish);
  assert.deepEqual(
    [1, 2].map(n => tn("{n} dog", "{n} dogs", n)),
    ["1 dog", "2 dogs"],
  );
  assert.deepEqual(
    [1, 22].map(n => tn("{n} bird", "{n} birds", n)),
    ["1 bird", "22 birds"],
  );
});

test("a language with one form uses it for every number", async () => {
  await load("ko", { words: { "{n} cat": ["고양이 {n}마리"] }, plurals: { other: 0 } });
  assert.deepEqual(
    [1, 2].map(n => tn("{n} cat", "{n} cats", n)),
    ["고양이 1마리", "고양이 2마리"],
  );
});

test("a language whose words cannot be fetched is English", async () => {
  globalThis.fetch = /** @type {any} */ (
    async () => {
      throw new TypeError("offline");
    }
  );
  await loadLanguage("ru");
  assert.equal(tn("{n} bird", "{n} birds", 2), "2 birds");
});
