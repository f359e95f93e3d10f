/** Emoji: the table, loaded when it is first needed, and what of it this device can draw. */
import { computed, signal } from "../../vendor/signals-core/signals-core.module.js";
import { customEmoji as asEmoji, EmojiTable } from "./emoji_table.js";
import { ownEmoji } from "./own_emoji_list.js";

export * from "./emoji_use.js";

/** @typedef {import("./emoji_table.js").Emoji} Emoji */

const address = new URL("../../vendor/emojibase-data/emoji.json", import.meta.url);
const drawnEverywhere = 14;
const probePx = 16;

/** By version of Emoji: whether this device draws it. @type {Map<number, boolean>} */
const drawn = new Map();

/** The table, null before it was loaded. @type {import("../../vendor/signals-core/signals-core.module.js").Signal<EmojiTable | null>} */
export const emojiTable = signal(null);

/** @type {Promise<EmojiTable> | null} */
let loading = null;

/** @returns {Promise<EmojiTable>} rejects without a connection, and can be asked again */
export function loadEmoji() {
  loading ??= fetchTable().catch(error => {
    loading = null;
    throw error;
  });
  return loading;
}

async function fetchTable() {
  const answer = await fetch(address);
  const table = new EmojiTable(await answer.json());
  emojiTable.value = table;
  return table;
}

/** The workspace's own, by name. */
export const customEmoji = computed(() => ownEmoji().map(asEmoji));

/** @param {string} name */
export const ownEmojiNamed = name => customEmoji.value.find(own => own.name === name);

/** What can be picked here: the workspace's own and what this device can draw. */
export const allEmoji = () => [...customEmoji.value, ...(emojiTable.value?.emoji.filter(isShown) ?? [])];

/** What a text stands for, whatever its skin tone. @param {string} text */
export const emojiOf = text =>
  customEmoji.value.find(own => own.text === text) ?? emojiTable.value?.byText(text);

/** Whether this device can draw it: the newest are years ahead of some. @param {Emoji} emoji */
export function isShown({ text, version }) {
  if (version <= drawnEverywhere) return true;
  let isKnown = drawn.get(version);
  if (isKnown === undefined) {
    isKnown = !isColoured("😀") || isColoured(text);
    drawn.set(version, isKnown);
  }
  return isKnown;
}

/** A picture keeps its colours whatever colour it is written in; a missing one is a box in that colour. @param {string} text */
function isColoured(text) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = probePx;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return true;
  const [first, second] = ["#000", "#fff"].map(colour => {
    context.clearRect(0, 0, probePx, probePx);
    context.fillStyle = colour;
    context.textBaseline = "top";
    context.font = `${probePx}px sans-serif`;
    context.fillText(text, 0, 0);
    return context.getImageData(0, 0, probePx, probePx).data.join();
  });
  return first === second;
}
