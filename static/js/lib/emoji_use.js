/** Which emoji this person uses, and on which skin: preferences, told to the server a while after the last change. */
import { computed, effect, signal } from "../../vendor/signals-core/signals-core.module.js";
import { client } from "./client.js";
import { withTone } from "./emoji_table.js";

/** @typedef {{emoji_tone: number, emoji_used: Record<string, number>}} Use the skin tone, and how much each emoji was used */

const mostKept = 40;
/** Each use makes the earlier ones count a little less. */
const fading = 0.97;
const quickShown = 3;
const tellAfterMs = 3000;
/** What people reach for before they have habits. */
const common = ["👍", "❤️", "😂", "🎉", "✅", "👀", "🙏", "🚀"];
const hands = new Set(["👍", "🙏"]);

/** What the server does not know yet. @type {import("../../vendor/signals-core/signals-core.module.js").Signal<Use | null>} */
const untold = signal(null);
let timer = 0;

const use = computed(() => untold.value ?? told());

/** @returns {Use} */
function told() {
  const { emoji_tone: tone = 0, emoji_used: used = {} } = client.store.preferences.value;
  return { emoji_tone: tone, emoji_used: used };
}

/** The skin tone that this person chose, 0 to 5. */
export const skinTone = computed(() => use.value.emoji_tone);

/** What was used, the most first. */
const usedEmoji = computed(() =>
  Object.entries(use.value.emoji_used)
    .sort((a, b) => b[1] - a[1])
    .map(([text]) => text),
);

/** How much an emoji is used. @param {import("./emoji_table.js").Emoji} emoji */
export const useOf = emoji => use.value.emoji_used[withTone(emoji, skinTone.value)] ?? 0;

/** What this person uses most, made up with what most people do. @param {number} [count] */
export function quickEmoji(count = quickShown) {
  const own = new Set(Object.values(client.store.emoji.value).map(({ name }) => `:${name}:`));
  // One of the workspace's own may have been removed since.
  const used = usedEmoji.value.filter(text => !text.startsWith(":") || own.has(text));
  const usual = common.map(text => withTone({ text, hasTones: hands.has(text) }, skinTone.value));
  return [...new Set([...used, ...usual])].slice(0, count);
}

/** @param {string} text */
export function noteUse(text) {
  const used = new Map(
    Object.entries(use.peek().emoji_used).map(([other, score]) => [other, score * fading]),
  );
  used.set(text, (used.get(text) ?? 0) + 1);
  const kept = [...used].sort((a, b) => b[1] - a[1]).slice(0, mostKept);
  const rounded = kept.map(([other, score]) => [other, Math.round(score * 1000) / 1000]);
  keep({ ...use.peek(), emoji_used: Object.fromEntries(rounded) });
}

/** @param {number} tone */
export const chooseTone = tone => keep({ ...use.peek(), emoji_tone: tone });

/** @param {Use} next */
function keep(next) {
  untold.value = next;
  clearTimeout(timer);
  timer = window.setTimeout(tell, tellAfterMs);
}

async function tell() {
  timer = 0;
  const telling = untold.peek();
  if (!telling) return;
  try {
    await client.api.setPreferences(telling);
    forgetWhenKnown();
  } catch {
    // It stays here, and goes with the next use.
  }
}

/** Once the server's event has brought it, what it knows is what counts. */
function forgetWhenKnown() {
  const stop = effect(() => {
    const isKnown = isSame(told(), untold.peek());
    if (timer === 0 && !isKnown) return;
    if (timer === 0) untold.value = null;
    queueMicrotask(() => stop());
  });
}

/**
 * @param {Use} one
 * @param {Use | null} other
 */
function isSame(one, other) {
  const texts = Object.keys(one.emoji_used);
  return (
    one.emoji_tone === other?.emoji_tone &&
    texts.length === Object.keys(other.emoji_used).length &&
    texts.every(text => one.emoji_used[text] === other.emoji_used[text])
  );
}
