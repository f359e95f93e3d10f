/** What changed between two texts, word by word. */

/** @typedef {{kind: "same" | "gone" | "new", text: string}} Change */

/** Words, runs of spaces, and each other character by itself; Hangul, Han and Kana run on as words do. */
const token = /[\p{L}\p{N}\p{M}_]+|\s+|[^\p{L}\p{N}\p{M}_\s]/gu;
/** Beyond this many cells of the table the middle counts as rewritten. */
const mostCells = 4_000_000;

/**
 * @param {string} before
 * @param {string} after
 * @returns {Change[]} in reading order; what is gone stands before what came in its place
 */
export function wordChanges(before, after) {
  const old = before.match(token) ?? [];
  const now = after.match(token) ?? [];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end))
    end += 1;
  return joined([
    ...old.slice(0, start).map(text => change("same", text)),
    ...middle(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...old.slice(old.length - end).map(text => change("same", text)),
  ]);
}

/**
 * The longest common subsequence, by the usual table.
 * @param {string[]} old
 * @param {string[]} now
 * @returns {Change[]}
 */
function middle(old, now) {
  const width = now.length + 1;
  if ((old.length + 1) * width > mostCells) return rewritten(old, now);
  const lengths = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1)
      lengths[i * width + j] =
        old[i] === now[j]
          ? lengths[(i + 1) * width + j + 1] + 1
          : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
  /** @type {Change[]} */
  const changes = [];
  let i = 0;
  let j = 0;
  while (i < old.length && j < now.length) {
    if (old[i] === now[j]) {
      changes.push(change("same", old[i]));
      i += 1;
      j += 1;
    } else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) {
      changes.push(change("gone", old[i]));
      i += 1;
    } else {
      changes.push(change("new", now[j]));
      j += 1;
    }
  }
  return [...changes, ...rewritten(old.slice(i), now.slice(j))];
}

/**
 * @param {string[]} old
 * @param {string[]} now
 * @returns {Change[]}
 */
const rewritten = (old, now) => [
  ...old.map(text => change("gone", text)),
  ...now.map(text => change("new", text)),
];

/**
 * One change per run; a lone space between two changes is part of them, so that a phrase reads as one.
 * @param {Change[]} changes
 * @returns {Change[]}
 */
function joined(changes) {
  /** @type {Change[]} */
  const runs = [];
  let gone = "";
  let fresh = "";
  const flush = () => {
    if (gone) runs.push(change("gone", gone));
    if (fresh) runs.push(change("new", fresh));
    gone = "";
    fresh = "";
  };
  for (const [at, { kind, text }] of changes.entries()) {
    const isBetween = kind === "same" && (gone || fresh) && text === " " && changes[at + 1]?.kind !== "same";
    if (isBetween && at + 1 < changes.length) {
      gone += text;
      fresh += text;
    } else if (kind === "same") {
      flush();
      const last = runs.at(-1);
      if (last?.kind === "same") last.text += text;
      else runs.push(change("same", text));
    } else if (kind === "gone") gone += text;
    else fresh += text;
  }
  flush();
  return runs;
}

/**
 * @param {Change["kind"]} kind
 * @param {string} text
 * @returns {Change}
 */
const change = (kind, text) => ({ kind, text });
