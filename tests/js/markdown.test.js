import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import test from "node:test";
import { format, mentionFinder, ownEmoji } from "../../static/js/core/markdown.js";
import { nameFinder, namesIn } from "../../static/js/core/names.js";
import { EmojiTable, withTone } from "../../static/js/lib/emoji_table.js";

const file = new URL("../fixtures/markup.json", import.meta.url);
const none = { people: [], own_emoji: [], cases: [], rooms: [], called_people: [], calling_cases: [] };
const fixtures = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : none;
const { people, own_emoji: own, cases } = fixtures;
const tableFile = new URL("../../static/vendor/emojibase-data/emoji.json", import.meta.url);
const table = new EmojiTable(JSON.parse(readFileSync(tableFile, "utf8")));
const findEmoji = (name, tone) => {
  if (own.includes(name)) return ownEmoji(name);
  const emoji = table.byCode(name);
  return emoji ? withTone(emoji, tone) : null;
};
const named = pairs => pairs.map(([id, name]) => ({ id, name }));
const findMention = mentionFinder(named(people));

for (const { name, text, html } of cases) {
  test(`a message on its way looks like the stored one: ${name}`, () => {
    assert.deepEqual(partsOfTree(format(text, { findMention, findEmoji })), partsOfHtml(html));
  });
}

for (const { name, text, html } of fixtures.calling_cases) {
  test(`a message on its way calls people and names rooms like the stored one: ${name}`, () => {
    const finder = nameFinder({
      people: named(fixtures.called_people),
      rooms: named(fixtures.rooms),
      takesCalls: true,
    });
    assert.deepEqual(partsOfTree(format(text, { findMention: finder })), partsOfHtml(html));
  });
}

test("what a text would call and name is known before it is sent", () => {
  const finder = nameFinder({ people: [{ id: 2, name: "Mina Park" }], rooms: [], takesCalls: true });
  assert.deepEqual(namesIn("> @mina\n\n- @here `@room`", finder), { userIds: [2], call: "here" });
  assert.deepEqual(namesIn("@here @room", finder), { userIds: [], call: "room" });
  assert.deepEqual(namesIn("nobody", finder), { userIds: [], call: null });
});

test("hostile text makes no node that the server would not make", () => {
  const allowed = new Set([
    "p",
    "br",
    "strong",
    "em",
    "s",
    "a",
    "code",
    "pre",
    "figure",
    "figcaption",
    "blockquote",
    "ul",
    "ol",
    "li",
    "h3",
    "h4",
    "h5",
    "input",
    "img",
    "div",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
  ]);
  for (const text of [
    "<script>x</script>",
    "[x](javascript:alert(1))",
    "[x](data:text/html,x)",
    "<javascript:alert(1)>",
    "[](https://a.b)",
  ]) {
    walk(format(text), node => {
      assert.ok(allowed.has(node.tag));
      assert.ok(!node.attrs.href || /^(https?|mailto):/.test(node.attrs.href));
    });
  }
});

test("long runs of marks take no time", () => {
  const started = performance.now();
  for (const text of [
    "*a".repeat(2000),
    "[".repeat(4000),
    "`a``".repeat(1000),
    "> ".repeat(2000),
    "_*~~".repeat(1000),
    "a.".repeat(2000),
    "- ".repeat(2000),
    "|".repeat(4000),
    "a|b\n-|-\n".repeat(450),
    "- [ ] a\n".repeat(500),
    ":a".repeat(2000),
    "# ".repeat(2000),
  ]) {
    format(text.slice(0, 4000), { findMention, findEmoji });
  }
  assert.ok(performance.now() - started < 2000);
});

/** Tags in order with the text between them; colours, captions and encodings of addresses are the server's alone. */
function partsOfHtml(html) {
  const plain = html
    .replace(/<\/?span[^>]*>/g, "")
    .replace(/<figcaption>[^<]*<\/figcaption>/g, "<figcaption></figcaption>");
  return plain
    .split(/(<[^>]+>)/)
    .filter(Boolean)
    .map(part =>
      part.startsWith("<")
        ? part.replace(/ (?!class|data-user-id|data-call|start|alt|checked)[a-z-]+="[^"]*"/g, "")
        : unescaped(part),
    );
}

function partsOfTree(nodes) {
  const parts = nodes.flatMap(node => {
    if (typeof node === "string") return [node];
    const names = ["class", "alt", "checked", "data-user-id", "data-call", "start"].filter(
      name => name in node.attrs,
    );
    const open = `<${node.tag}${names.map(name => ` ${name}="${node.attrs[name]}"`).join("")}>`;
    if (["br", "input", "img"].includes(node.tag)) return [open];
    return [open, ...(node.tag === "figcaption" ? [] : partsOfTree(node.children)), `</${node.tag}>`];
  });
  return parts;
}

const unescaped = text =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&nbsp;", "\u00a0")
    .replaceAll("&amp;", "&");

function walk(nodes, visit) {
  for (const node of nodes) {
    if (typeof node === "string") continue;
    visit(node);
    walk(node.children, visit);
  }
}
