/** What changed between two texts, word by word. */
import assert from "node:assert/strict";
import test from "node:test";
import { wordChanges } from "../../static/js/core/diff.js";

/** "a -b- +c+": what is gone between minuses, what is new between pluses. */
const told = (before, after) =>
  wordChanges(before, after)
    .map(({ kind, text }) => ({ same: text, gone: `-${text}-`, new: `+${text}+` })[kind])
    .join("");

const side = (changes, without) =>
  changes
    .filter(({ kind }) => kind !== without)
    .map(({ text }) => text)
    .join("");

test("the same text has not changed", () => {
  assert.deepEqual(wordChanges("as it was", "as it was"), [{ kind: "same", text: "as it was" }]);
  assert.deepEqual(wordChanges("", ""), []);
});

test("a word in place of another one", () => {
  assert.equal(told("it starts at ten", "it starts at eleven"), "it starts at -ten-+eleven+");
});

test("words that came and went", () => {
  assert.equal(told("all good.", "all good. One nit."), "all good.+ One nit.+");
  assert.equal(told("quite very good", "good"), "-quite very -good");
  assert.equal(told("", "all new"), "+all new+");
  assert.equal(told("all gone", ""), "-all gone-");
});

test("neighbouring words read as one phrase", () => {
  assert.equal(
    told("see you on Monday then", "see you next week then"),
    "see you -on Monday-+next week+ then",
  );
});

test("Korean words and emoji stay whole", () => {
  assert.equal(told("배포는 오전 11시입니다", "배포는 오후 11시입니다"), "배포는 -오전-+오후+ 11시입니다");
  assert.equal(told("good 👍", "good 🎉"), "good -👍-+🎉+");
});

test("both texts come out again, whatever they are", () => {
  const words = ["a", "b", "c", " ", " ", "\n", ".", "가", "나다", "🎉", "**"];
  let seed = 7;
  const chance = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return words[seed % words.length];
  };
  for (let round = 0; round < 200; round += 1) {
    const before = Array.from({ length: round % 40 }, chance).join("");
    const after = Array.from({ length: (round * 7) % 40 }, chance).join("");
    const changes = wordChanges(before, after);
    assert.equal(side(changes, "new"), before);
    assert.equal(side(changes, "gone"), after);
  }
});

test("two long texts without anything in common take no longer than they may", () => {
  const before = "a ".repeat(2000);
  const after = "b.".repeat(2000);
  const changes = wordChanges(before, after);
  assert.equal(side(changes, "new"), before);
  assert.equal(side(changes, "gone"), after);
});
