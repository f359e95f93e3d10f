import assert from "node:assert/strict";
import { test } from "node:test";
import { bestEntries, readTyped } from "../../static/js/lib/jump.js";
import { bestMatches, matchName } from "../../static/js/lib/match.js";

const entries = [
  { kind: "room", key: "r1", name: "design" },
  { kind: "room", key: "r2", name: "web-design" },
  { kind: "room", key: "r3", name: "redesign" },
  { kind: "person", key: "p1", name: "김서준", others: ["seojun@example.com"] },
  { kind: "person", key: "p2", name: "Desi Arnaz" },
  { kind: "person", key: "p3", name: "Zoë Ångström" },
  { kind: "join", key: "j1", name: "design-archive" },
  { kind: "command", key: "c1", name: "설정", others: ["Settings Preferences"] },
  { kind: "place", key: "l1", name: "People" },
];
const keys = typed => bestEntries(entries, typed).map(({ key }) => key);

test("A beginning comes before a word's beginning, and that before the middle of a word", () => {
  assert.deepEqual(keys("design"), ["r1", "j1", "r2", "r3"]);
});

test("Initial consonants, also after whole syllables, find a Korean name", () => {
  for (const typed of ["ㄱㅅㅈ", "김ㅅㅈ", "김서ㅈ", "ㄱㅅ", "김서"])
    assert.deepEqual(keys(typed), ["p1"], typed);
  assert.deepEqual(matchName("박김서준", "김ㅅㅈ"), { start: 1, end: 4 });
  assert.equal(matchName("김서준", "김ㅅㅁ"), null);
});

test("Accents do not matter, and the mark stays in its place", () => {
  assert.deepEqual(keys("zoe"), ["p3"]);
  assert.deepEqual(matchName("Zoë Ångström", "angs"), { start: 4, end: 8 });
  assert.deepEqual(matchName("Zoe", "zoë"), { start: 0, end: 3 });
});

test("A sign at the front limits what is found", () => {
  assert.deepEqual(keys("@des"), ["p2"]);
  assert.deepEqual(keys("#des"), ["r1", "j1", "r2", "r3"]);
  assert.deepEqual(keys(">"), ["c1", "l1"]);
  assert.deepEqual(readTyped("  > set"), { kinds: ["command", "place"], query: "set" });
});

test("A command is found by its English name, a person by the address, after those whose name matches", () => {
  assert.deepEqual(keys("preferences"), ["c1"]);
  assert.deepEqual(keys("seojun@"), ["p1"]);
  const byName = { kind: "person", key: "p4", name: "Seojun Park" };
  const found = bestEntries([...entries, byName], "seojun").map(({ key }) => key);
  assert.deepEqual(found, ["p4", "p1"]);
});

test("Words are found in any order", () => {
  assert.deepEqual(keys("design web"), ["r2"]);
});

test("Of equal matches the one that calls comes first, then the one in use last", () => {
  const rooms = ["alpha", "alps", "altar"].map((name, weight) => ({ kind: "room", key: name, name, weight }));
  assert.deepEqual(
    bestEntries(rooms, "al").map(({ key }) => key),
    ["altar", "alps", "alpha"],
  );
});

test("Nothing typed finds everything in its order", () => {
  assert.equal(keys("").length, entries.length);
});

test("Two thousand names are searched in no time", () => {
  const many = Array.from({ length: 2000 }, (_, i) => ({
    kind: "person",
    key: `${i}`,
    name: `김서준 Number ${i}`,
  }));
  bestEntries(many, "warm up");
  const began = performance.now();
  for (const typed of ["number 19", "ㄱㅅㅈ", "김ㅅ", "없는이름"]) bestEntries(many, typed);
  assert.ok(performance.now() - began < 2000);
});

test("Another name finds a thing after those whose first name does", () => {
  const people = [
    ["Mina", "designer"],
    ["Desi", ""],
  ];
  const found = bestMatches(people, "des", person => person);
  assert.deepEqual(
    found.map(({ thing }) => thing[0]),
    ["Desi", "Mina"],
  );
});
