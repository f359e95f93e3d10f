import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { codeFor, customEmoji, EmojiTable, searchEmoji, withTone } from "../../static/js/lib/emoji_table.js";

const file = new URL("../../static/vendor/emojibase-data/emoji.json", import.meta.url);
const table = new EmojiTable(JSON.parse(readFileSync(file, "utf8")));
const first = (query, use) => searchEmoji(table.emoji, query, use)[0]?.text;
const all = query => searchEmoji(table.emoji, query).map(({ text }) => text);

test("An emoji is found by its shortcode, its name and other words, in English and Korean", () => {
  assert.equal(first("tada"), "🎉");
  assert.equal(first("party popper"), "🎉");
  assert.ok(all("celebrate").includes("🎉"));
  assert.equal(first("파티"), "🎉");
  assert.ok(all("축하").includes("🎉"));
  assert.equal(first("+1"), "👍");
  assert.equal(first("thumbs_up"), "👍");
});

test("A Korean word is found while its last syllable is being typed, and by initial consonants", () => {
  for (const typed of ["팥", "파ㅌ", "파티", "ㅍㅌ"]) assert.ok(all(typed).includes("🎉"), typed);
  assert.ok(all("하ㅌ").includes("❤️"));
});

test("Shortcodes that start so come first, the shortest before the others", () => {
  assert.deepEqual(all("pi").slice(0, 2).sort(), ["🐷", "🥧"].sort());
  assert.equal(codeFor(table.byText("👍"), "thumb"), "thumbsup");
  assert.equal(codeFor(table.byText("👍"), "엄지"), "+1");
});

test("Words may come in any order, and all of them have to fit", () => {
  assert.ok(all("face cat").includes("🐱"));
  assert.deepEqual(all("tada zzz"), []);
  assert.deepEqual(all("  "), []);
});

test("What is used more comes first among equals", () => {
  const use = emoji => (emoji.text === "🎈" ? 5 : 0);
  const two = searchEmoji(table.emoji, "ball", use).map(({ text }) => text);
  assert.ok(two.indexOf("🎈") < two.indexOf("🥎"));
});

test("The workspace's own are found by their names", () => {
  const own = customEmoji({ name: "party_parrot", url: "/emoji/x.webp" });
  const found = searchEmoji([own, ...table.emoji], "parrot").map(({ text }) => text);
  assert.ok(found.slice(0, 3).includes(":party_parrot:"));
  assert.ok(found.includes("🦜"));
});

test("A skin tone stands where Unicode wants it, and an emoji is known whatever its tone", () => {
  const toned = (code, tone) => withTone(table.byCode(code), tone);
  assert.equal(toned("wave", 1), "👋🏻");
  assert.equal(toned("woman_technologist", 5) || toned("female-technologist", 5), "👩🏿‍💻");
  assert.equal(toned("people_holding_hands", 3), "🧑🏽‍🤝‍🧑🏽");
  assert.equal(toned("tada", 3), "🎉");
  assert.equal(table.byText("👋🏿").codes[0], "wave");
  assert.equal(table.byText("❤").text, "❤️");
});

test("A search is quick enough to follow typing", () => {
  for (const query of ["a", "face", "ㅇㄱ", "얼구", "웃는 얼"]) searchEmoji(table.emoji, query);
  const started = performance.now();
  for (const query of ["a", "face", "ㅇㄱ", "얼구", "웃는 얼"]) searchEmoji(table.emoji, query);
  // Wide enough for a machine that has other things to do.
  assert.ok(performance.now() - started < 1500);
});
