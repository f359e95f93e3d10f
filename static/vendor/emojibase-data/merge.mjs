/**
 * Makes emoji.json beside this file of an unpacked `emojibase-data` package:
 *
 *     npm pack emojibase-data@17.0.0 && tar xzf emojibase-data-17.0.0.tgz
 *     node static/vendor/emojibase-data/merge.mjs package
 *
 * One row per emoji, in the order of keyboards:
 * [emoji, group, takes a skin tone (0, 1), version of Emoji, shortcodes, English name, Korean name, English words, Korean words]
 * Groups: 0 smileys, 1 people, 2 animals, 3 food, 4 travel, 5 activities, 6 objects, 7 symbols, 8 flags.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const source = process.argv[2] ?? "package";
const read = path => JSON.parse(readFileSync(join(source, path), "utf8"));
const component = 2;
const tones = ["\u{1f3fb}", "\u{1f3fc}", "\u{1f3fd}", "\u{1f3fe}", "\u{1f3ff}"];

const english = read("en/data.json");
const korean = new Map(read("ko/data.json").map(one => [one.hexcode, one]));
// The first that names an emoji so wins: what people know from Slack, then from GitHub, then emojibase's own.
const shortcodes = ["iamcal", "github", "emojibase"].map(name => read(`en/shortcodes/${name}.json`));

const shown = english.filter(one => one.group !== undefined && one.group !== component).sort((a, b) => a.order - b.order);
const owners = new Map();
for (const codes of shortcodes)
  for (const { hexcode } of shown)
    for (const code of [codes[hexcode] ?? []].flat()) if (!owners.has(code)) owners.set(code, hexcode);
const codesOf = new Map();
for (const [code, hexcode] of owners) codesOf.set(hexcode, [...(codesOf.get(hexcode) ?? []), code]);

const rows = shown.map(one => {
  const local = korean.get(one.hexcode);
  checkTones(one);
  return [
    qualified(one.emoji),
    one.group > component ? one.group - 1 : one.group,
    one.skins ? 1 : 0,
    one.version,
    (codesOf.get(one.hexcode) ?? []).join(" "),
    one.label,
    local.label,
    (one.tags ?? []).join("|"),
    (local.tags ?? []).join("|"),
  ];
});
writeFileSync(
  new URL("emoji.json", import.meta.url),
  `[\n${rows.map(row => JSON.stringify(row)).join(",\n")}\n]\n`,
);

/** With the sign for the coloured form only where Unicode's own list has it. */
function qualified(emoji) {
  return emoji.replace(/(\p{Emoji_Presentation})\ufe0f/gu, "$1");
}

/** The tone stands behind the first person, and behind the last one when that is a person too: the page counts on it. */
function checkTones({ emoji, skins = [] }) {
  for (const { tone, emoji: toned } of skins.filter(skin => !Array.isArray(skin.tone))) {
    const parts = qualified(emoji).split("\u200d");
    const mark = part => part.replace(/^(.)\ufe0f?/u, `$1${tones[tone - 1]}`);
    parts[0] = mark(parts[0]);
    if (/^[\u{1f468}\u{1f469}\u{1f9d1}]$/u.test(parts.at(-1))) parts[parts.length - 1] = mark(parts.at(-1));
    if (parts.join("\u200d") !== qualified(toned)) throw new Error(`${emoji} with tone ${tone} is ${toned}`);
  }
}
