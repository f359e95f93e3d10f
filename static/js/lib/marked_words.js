/** The words that somebody watches for, marked where they stand in a text. */
import { keywordPlaces } from "../core/attention.js";

/**
 * The text stays what it is: what is copied or searched is the same as before.
 * @param {Element} root
 * @param {readonly string[]} words
 */
export function markWords(root, words) {
  for (const texts of runsOf(root)) {
    const places = keywordPlaces(texts.map(text => text.data).join(""), words);
    let end = 0;
    for (const text of texts) {
      const start = end;
      end += text.length;
      const inside = places
        .filter(([from, to]) => from < end && to > start)
        .map(([from, to]) => [Math.max(from, start) - start, Math.min(to, end) - start]);
      // From the last one, so that the places of those before stay right.
      for (const [from, to] of inside.reverse()) mark(text, from, to);
    }
  }
}

/**
 * Texts that are read as one: what the colours of code divide. Elsewhere a sign of Markdown stood between two texts, as it
 * does for whoever decided that the words are there.
 * @param {Element} root
 * @returns {Text[][]}
 */
function runsOf(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  /** @type {Text[][]} */
  const runs = [];
  let code = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = /** @type {Text} */ (node);
    const around = text.parentElement?.closest("pre") ?? null;
    if (around && around === code) runs.at(-1)?.push(text);
    else runs.push([text]);
    code = around;
  }
  return runs;
}

/** @param {Text} text @param {number} from @param {number} to */
function mark(text, from, to) {
  const word = text.splitText(from);
  word.splitText(to - from);
  const ground = document.createElement("mark");
  word.replaceWith(ground);
  ground.append(word);
}
