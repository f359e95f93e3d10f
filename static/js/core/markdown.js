/**
 * How a message looks until the server has rendered it: text to a plain tree of nodes, never to HTML. It follows the
 * server's renderer closely enough that nothing jumps when the stored message takes its place.
 */

/** @typedef {{tag: string, attrs: Record<string, string>, children: Node[]}} Element */
/** @typedef {string | Element} Node */
/** @typedef {{end: number, shownEnd: number, attrs: Record<string, string>}} FoundName where a name ends, and the link that it becomes */
/** @typedef {(text: string, start: number) => FoundName | null} FindMention what a name behind an `@` or a `#` means */
/** @typedef {(name: string, tone: number) => Node | null} FindEmoji what a name between colons means, on a skin tone from 0 to 5 */
/** @typedef {{findMention: FindMention, findEmoji: FindEmoji}} Names what names in the text mean */

const deepest = 8;

/**
 * @param {string} text
 * @param {Partial<Names>} [options]
 * @returns {Element[]}
 */
export function format(text, { findMention = () => null, findEmoji = () => null } = {}) {
  const names = { findMention, findEmoji };
  const tidy = tidied(text);
  const large = jumboNodes(tidy, findEmoji);
  if (large) return [element("p", large, { class: "jumbo" })];
  const action = /^\/me[ \t]+(?=\S)/.exec(tidy);
  if (action) return [element("p", inline(tidy.slice(action[0].length).trim(), names), { class: "action" })];
  return blocks(tidy.split("\n"), names, 0);
}

/** An emoji of the workspace: whoever shows it knows where its picture is. @param {string} name @returns {Element} */
export const ownEmoji = name => element("img", [], { class: "emoji", alt: `:${name}:` });

/**
 * Look names up as the server does: whole names, or first words that only one name starts with.
 * @param {{id: number, name: string}[]} people
 * @returns {FindMention}
 */
export function mentionFinder(people) {
  const ids = namesOf(people);
  const names = [...ids.keys()].sort((a, b) => b.length - a.length);
  return (text, start) => {
    const rest = text.slice(start, start + (names[0]?.length ?? 0)).toLowerCase();
    const name = names.find(
      candidate => rest.startsWith(candidate) && isNameEnd(text, start + candidate.length),
    );
    if (!name) return null;
    const found = ids.get(name) ?? [];
    const shownEnd = start + name.length;
    const number = /^#([0-9]{1,18})(?![0-9A-Za-z_])/.exec(text.slice(shownEnd, shownEnd + 21));
    if (!number || !found.includes(Number(number[1])))
      return { end: shownEnd, shownEnd, attrs: mentionOf(found[0]) };
    return { end: shownEnd + number[0].length, shownEnd, attrs: mentionOf(Number(number[1])) };
  };
}

/** @param {number} userId */
const mentionOf = userId => ({ class: "mention", "data-user-id": String(userId) });

/** @param {{id: number, name: string}[]} people @returns {Map<string, number[]>} */
function namesOf(people) {
  /** @type {Map<string, number[]>} */
  const ids = new Map();
  /** @type {Map<string, number[]>} */
  const firsts = new Map();
  const add = (
    /** @type {Map<string, number[]>} */ map,
    /** @type {string} */ name,
    /** @type {number} */ id,
  ) => map.set(name, [...(map.get(name) ?? []), id]);
  for (const { id, name } of [...people].sort((a, b) => a.id - b.id)) {
    const whole = name.normalize("NFC").split(/\s+/).filter(Boolean).join(" ").toLowerCase();
    if (!whole) continue;
    add(ids, whole, id);
    add(firsts, whole.split(" ")[0], id);
  }
  for (const [first, owners] of firsts) if (owners.length === 1 && !ids.has(first)) ids.set(first, owners);
  return ids;
}

/** Korean particles follow a name at once, Latin letters do not. @param {string} text @param {number} end */
export const isNameEnd = (text, end) =>
  isCjk(text[end - 1]) || !/^[\p{L}\p{N}_]/u.test(text.slice(end)) || isCjk(text[end] ?? "");

/** @param {string} text */
const tidied = text =>
  text
    .replace(/\r\n?/g, "\n")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it removes
    .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "")
    .normalize("NFC")
    .replace(/^\n+|\n+$/g, "");

const picture =
  "(?:\\p{Emoji_Presentation}|\\p{Emoji}\\ufe0f|\\p{Emoji_Modifier_Base})(?:\\ufe0f|\\p{Emoji_Modifier})?";
const oneEmoji = `\\p{RI}{2}|[0-9#*]\\ufe0f?\\u20e3|${picture}(?:[\\u{e0020}-\\u{e007f}])*(?:\\u200d(?:${picture}|\\p{Extended_Pictographic}))*`;
const emojiName = ":([a-z0-9_+가-힣-]{1,60}):(?::skin-tone-([2-6]):)?";
const jumbo = new RegExp(`^\\s*(?:(?:${oneEmoji}|${emojiName}) *){1,3}\\s*$`, "u");

/** Up to three lone emoji, typed or named. @param {string} text @param {FindEmoji} findEmoji @returns {Node[] | null} */
function jumboNodes(text, findEmoji) {
  if (!jumbo.test(text)) return null;
  const trimmed = text.trim();
  /** @type {Node[]} */
  const out = [];
  let end = 0;
  for (const found of trimmed.matchAll(new RegExp(emojiName, "g"))) {
    const emoji = findEmoji(found[1], Number(found[2] ?? 1) - 1);
    if (emoji === null) return null;
    out.push(trimmed.slice(end, found.index), emoji);
    end = found.index + found[0].length;
  }
  return merged([...out, trimmed.slice(end)].filter(node => node !== ""));
}

// --- Blocks ---

/**
 * @param {string[]} lines
 * @param {Names} names
 * @param {number} depth
 * @param {boolean} [isTight] paragraphs of list items have no element of their own
 * @returns {Element[]}
 */
function blocks(lines, names, depth, isTight = false) {
  /** @type {Node[]} */
  const out = [];
  for (let at = 0; at < lines.length; ) {
    const taken =
      takeTable(lines, at, names) ??
      takeFence(lines, at) ??
      takeQuote(lines, at, names, depth) ??
      takeList(lines, at, names, depth) ??
      takeHeading(lines, at, names);
    if (taken) {
      out.push(taken.node);
      at = taken.next;
    } else if (isBlank(lines[at])) {
      at += 1;
    } else {
      const next = paragraphEnd(lines, at, depth);
      const children = inline(
        lines
          .slice(at, next)
          .join("\n")
          .replace(/[ \t\n]+$/, ""),
        names,
      );
      out.push(...(isTight ? children : [element("p", children)]));
      at = next;
    }
  }
  return /** @type {Element[]} */ (out);
}

/** @param {string[]} lines @param {number} at @param {number} depth */
function paragraphEnd(lines, at, depth) {
  let next = at + 1;
  while (next < lines.length && !isBlank(lines[next]) && !startsBlock(lines, next, depth)) next += 1;
  return next;
}

/** @param {string[]} lines @param {number} at @param {number} depth */
const startsBlock = (lines, at, depth) =>
  fence.test(lines[at]) ||
  heading.test(lines[at]) ||
  alignmentsOf(lines, at) !== null ||
  (depth < deepest && (quote.test(lines[at]) || listItem(lines[at]) !== null));

/** @param {string} line */
const isBlank = line => /^[ \t]*$/.test(line);

const fence = /^ {0,3}(`{3,})([^`]*)$|^ {0,3}(~{3,})(.*)$/;

/** @param {string[]} lines @param {number} at */
function takeFence(lines, at) {
  const open = fence.exec(lines[at]);
  if (!open) return null;
  const marks = open[1] ?? open[3];
  const close = new RegExp(`^ {0,3}${marks[0]}{${marks.length},}[ \\t]*$`);
  let end = at + 1;
  while (end < lines.length && !close.test(lines[end])) end += 1;
  const indent = /^ */.exec(lines[at])?.[0].length ?? 0;
  const code = lines.slice(at + 1, end).map(line => line.replace(new RegExp(`^ {0,${indent}}`), ""));
  const caption = element("figcaption", textNodes((open[2] ?? open[4]).trim()));
  const body = element("pre", [element("code", textNodes(code.join("\n").replace(/\n$/, "")))]);
  return { node: element("figure", [caption, body], { class: "codeblock" }), next: end + 1 };
}

// A face, `>_<`, is no quote.
const quote = /^ {0,3}>[> \t]*[ \t][^> \t]/;

/** @param {string[]} lines @param {number} at @param {Names} names @param {number} depth */
function takeQuote(lines, at, names, depth) {
  if (depth >= deepest || !quote.test(lines[at])) return null;
  let next = at;
  while (next < lines.length && /^ {0,3}>/.test(lines[next])) next += 1;
  const inner = lines.slice(at, next).map(line => line.replace(/^ {0,3}> ?/, ""));
  return { node: element("blockquote", blocks(inner, names, depth + 1)), next };
}

const heading = /^ {0,3}(#{1,6})[ \t]+([^\s#].*?)(?:[ \t]+#+)?[ \t]*$/;

/** Three sizes at most. @param {string[]} lines @param {number} at @param {Names} names */
function takeHeading(lines, at, names) {
  const found = heading.exec(lines[at]);
  if (!found) return null;
  const tag = `h${Math.min(found[1].length, 3) + 2}`;
  return { node: element(tag, inline(found[2], names)), next: at + 1 };
}

const mostColumns = 20;
const mostCells = 800;
const bar = /(?<!\\)\|/;

/** A row of names, a row of dashes, and rows that have a bar. @param {string[]} lines @param {number} at @param {Names} names */
function takeTable(lines, at, names) {
  const alignments = alignmentsOf(lines, at);
  if (!alignments) return null;
  const next = tableEnd(lines, at);
  const row = (/** @type {string} */ line, /** @type {string} */ tag) => {
    const cells = cellsOf(line);
    return element(
      "tr",
      alignments.map((alignment, i) =>
        element(tag, inline(cells[i] ?? "", names), alignment ? { class: alignment } : {}),
      ),
    );
  };
  const body = lines.slice(at + 2, next).map(line => row(line, "td"));
  const parts = [element("thead", [row(lines[at], "th")]), ...(body.length ? [element("tbody", body)] : [])];
  return { node: element("div", [element("table", parts)], { class: "table" }), next };
}

/** The class of each column, "" for the usual one; null when no table starts here. @param {string[]} lines @param {number} at @returns {string[] | null} */
function alignmentsOf(lines, at) {
  const dashes = lines[at + 1] ?? "";
  if (!dashes.includes("|") || !bar.test(lines[at])) return null;
  const columns = cellsOf(dashes);
  const isTable =
    columns.length <= mostColumns &&
    columns.length === cellsOf(lines[at]).length &&
    columns.every(cell => /^:?-+:?$/.test(cell)) &&
    columns.length * (tableEnd(lines, at) - at) <= mostCells;
  if (!isTable) return null;
  return columns.map(cell => (cell.endsWith(":") ? (cell.startsWith(":") ? "center" : "end") : ""));
}

/** @param {string[]} lines @param {number} at */
function tableEnd(lines, at) {
  let next = at + 2;
  while (next < lines.length && bar.test(lines[next])) next += 1;
  return next;
}

/** What stands between the bars; `\|` is a bar inside a cell. @param {string} line */
function cellsOf(line) {
  const cells = line.trim().split(bar);
  if (!cells[0]?.trim()) cells.shift();
  if (!cells.at(-1)?.trim()) cells.pop();
  return cells.map(cell => cell.trim().replaceAll("\\|", "|"));
}

/** @param {string} line @returns {{indent: number, content: number, number: number | null, mark: string} | null} */
function listItem(line) {
  // `2026. 10. 14.` is a date.
  const found = /^( *)([-+*]|([0-9]{1,9})([.)])(?![ \t]+[0-9]{1,2}\.(?:[ \t]|$)))([ \t]+)[^ \t]/.exec(line);
  if (!found || found[1].length > 3) return null;
  const spaces = found[5].length > 4 ? 1 : found[5].length;
  const content = found[1].length + found[2].length + spaces;
  return {
    indent: found[1].length,
    content,
    number: found[3] ? Number(found[3]) : null,
    mark: found[4] ?? found[2],
  };
}

/** @param {string[]} lines @param {number} at @param {Names} names @param {number} depth */
function takeList(lines, at, names, depth) {
  const first = depth < deepest ? listItem(lines[at]) : null;
  if (!first) return null;
  /** @type {string[][]} */
  const items = [];
  let isTight = true;
  let next = at;
  for (
    let item = /** @type {ReturnType<typeof listItem>} */ (first);
    item?.mark === first.mark;
    item = listItem(lines[next] ?? "")
  ) {
    const end = itemEnd(lines, next, item.content);
    const inner = [
      lines[next].slice(item.content),
      ...lines.slice(next + 1, end).map(line => line.slice(Math.min(item?.content ?? 0, indentOf(line)))),
    ];
    const isFollowed = listItem(lines[end] ?? "")?.mark === first.mark;
    if (isFollowed ? inner.some(isBlank) : inner.join("\n").trimEnd().split("\n").some(isBlank))
      isTight = false;
    items.push(inner);
    next = end;
  }
  const children = items.map(inner => itemNode(inner, names, depth + 2, isTight));
  /** @type {Record<string, string>} */
  const attrs = first.number !== null && first.number !== 1 ? { start: String(first.number) } : {};
  return { node: element(first.number === null ? "ul" : "ol", children, attrs), next };
}

/** @param {string[]} inner @param {Names} names @param {number} depth @param {boolean} isTight */
function itemNode(inner, names, depth, isTight) {
  const task = startsBlock(inner, 0, depth) ? null : /^[ \t]*\[([ xX])\][ \t]+(?=\S)/.exec(inner[0]);
  if (!task) return element("li", blocks(inner, names, depth, isTight));
  const text = [inner[0].slice(task[0].length), ...inner.slice(1)];
  const end = paragraphEnd(inner, 0, depth);
  const words = inline(text.slice(0, end).join("\n").trimEnd(), names);
  /** @type {Record<string, string>} */
  const attrs = { type: "checkbox", disabled: "", ...(task[1] === " " ? {} : { checked: "" }) };
  const first = isTight ? words : [element("p", words)];
  const rest = blocks(text.slice(end), names, depth, isTight);
  return element("li", [element("input", [], attrs), ...first, ...rest], { class: "task" });
}

/** The lines of an item are indented to its text; its list ends where its marks end. @param {string[]} lines @param {number} at @param {number} content */
function itemEnd(lines, at, content) {
  let end = at + 1;
  while (end < lines.length && (isBlank(lines[end]) || indentOf(lines[end]) >= content)) end += 1;
  // Blank lines at the end belong to nobody, unless the next item follows.
  if (end < lines.length && !listItem(lines[end])) while (isBlank(lines[end - 1]) && end > at + 1) end -= 1;
  return end;
}

/** @param {string} line */
const indentOf = line => /^ */.exec(line)?.[0].length ?? 0;

// --- Inside a paragraph ---

/** @typedef {{mark: string, count: number, canOpen: boolean, canClose: boolean}} Run a run of `*`, `_` or `~` */
/** @typedef {Node | Run} Piece */

/**
 * @param {string} text
 * @param {Names} names
 * @param {boolean} [isInLink] links and mentions do not nest
 * @returns {Node[]}
 */
function inline(text, names, isInLink = false) {
  /** @type {Piece[]} */
  const pieces = [];
  const links = isInLink ? new Map() : bareLinks(text);
  let plain = "";
  const flush = () => {
    if (plain) pieces.push(plain);
    plain = "";
  };
  for (let at = 0; at < text.length; ) {
    const taken = takeInline(text, at, names, links, isInLink);
    if (!taken) {
      plain += text[at];
      at += 1;
      continue;
    }
    if (typeof taken.piece === "string") {
      plain += taken.piece;
    } else {
      if ("tag" in taken.piece && taken.piece.tag === "br") plain = plain.replace(/[ \t]+$/, "");
      flush();
      pieces.push(taken.piece);
    }
    at = taken.end;
  }
  flush();
  return paired(pieces);
}

/**
 * @param {string} text
 * @param {number} at
 * @param {Names} names
 * @param {Map<number, number>} links
 * @param {boolean} isInLink
 * @returns {{piece: Piece, end: number} | null}
 */
function takeInline(text, at, names, links, isInLink) {
  const linkEnd = links.get(at);
  if (linkEnd) return { piece: addressLink(text.slice(at, linkEnd)), end: linkEnd };
  switch (text[at]) {
    case "\n":
      return { piece: element("br", []), end: at + 1 };
    case "\\":
      return /^[!-/:-@[-`{-~]$/.test(text[at + 1] ?? "") ? { piece: text[at + 1], end: at + 2 } : null;
    case "`":
      return takeCode(text, at);
    case "*":
    case "_":
    case "~":
      return takeRun(text, at);
    case ":":
      return takeEmoji(text, at, names.findEmoji);
    case "@":
    case "#":
      return isInLink ? null : takeMention(text, at, names);
    case "[":
      return isInLink ? null : takeLink(text, at, names);
    case "!":
      return isInLink || text[at + 1] !== "[" || /[\p{L}\p{N}]$/u.test(text.slice(0, at))
        ? null
        : takeLink(text, at + 1, names);
    case "<":
      return isInLink ? null : takeAngle(text, at);
    default:
      return null;
  }
}

/** @param {string} text @param {number} at */
function takeCode(text, at) {
  const marks = /^`+/.exec(text.slice(at))?.[0] ?? "";
  const close = new RegExp(`(?<!\`)${marks}(?!\`)`, "g");
  close.lastIndex = at + marks.length;
  const found = close.exec(text);
  if (!found) return { piece: marks, end: at + marks.length };
  const code = text.slice(at + marks.length, found.index).replaceAll("\n", " ");
  const isPadded = code.startsWith(" ") && code.endsWith(" ") && code.trim() !== "";
  return { piece: element("code", [isPadded ? code.slice(1, -1) : code]), end: found.index + marks.length };
}

/** @param {string} text @param {number} at @param {Names} names */
function takeMention(text, at, names) {
  if (/[\p{L}\p{N}]$/u.test(text.slice(Math.max(0, at - 2), at))) return null;
  const found = names.findMention(text, at + 1);
  if (!found) return null;
  return { piece: element("a", [text.slice(at, found.shownEnd)], found.attrs), end: found.end };
}

const emojiHere = new RegExp(emojiName, "y");

/** @param {string} text @param {number} at @param {FindEmoji} findEmoji */
function takeEmoji(text, at, findEmoji) {
  if (/[\p{L}\p{N}]$/u.test(text.slice(Math.max(0, at - 2), at))) return null;
  emojiHere.lastIndex = at;
  const found = emojiHere.exec(text);
  const piece = found && findEmoji(found[1], Number(found[2] ?? 1) - 1);
  return found && piece !== null ? { piece, end: at + found[0].length } : null;
}

/** `[x](y)`, the one form of link. @param {string} text @param {number} at @param {Names} names */
function takeLink(text, at, names) {
  const middle = labelEnd(text, at);
  if (middle < 0 || text[middle + 1] !== "(") return null;
  const target = /^\(\s*(?:<([^<>\n]*)>|((?:[^\s()\\]|\\.|\((?:[^\s()])*\))*))\s*\)/.exec(
    text.slice(middle + 1),
  );
  const href = (target?.[1] ?? target?.[2] ?? "").replace(/\\([!-/:-@[-`{-~])/g, "$1");
  if (!target || !safeLink.test(href)) return null;
  const label = inline(text.slice(at + 1, middle), names, true);
  return { piece: link(href, label.length ? label : [href]), end: middle + 1 + target[0].length };
}

/** @param {string} text @param {number} at */
function labelEnd(text, at) {
  for (let depth = 0, index = at; index < text.length; index += 1) {
    if (text[index] === "\\") index += 1;
    else if (text[index] === "[") depth += 1;
    else if (text[index] === "]" && --depth === 0) return index;
  }
  return -1;
}

/** @param {string} text @param {number} at */
function takeAngle(text, at) {
  const found = /^<((?:https?:\/\/|mailto:)[^\s<>]+)>/i.exec(text.slice(at));
  return found && safeLink.test(found[1])
    ? { piece: link(found[1], [found[1]]), end: at + found[0].length }
    : null;
}

/** @param {string} address */
const addressLink = address =>
  link(safeLink.test(address) ? address : (/^[^/]*@/.test(address) ? "mailto:" : "https://") + address, [
    address,
  ]);

/** @param {string} href @param {Node[]} children */
const link = (href, children) =>
  element("a", children, { href, target: "_blank", rel: "noopener noreferrer nofollow" });

// --- Bold, italic, struck ---

/** @param {string} text @param {number} at @returns {{piece: Run | string, end: number} | null} */
function takeRun(text, at) {
  const mark = text[at];
  let end = at;
  while (text[end] === mark) end += 1;
  const count = end - at;
  // One tilde is a range: 10~12.
  if (mark === "~" && count < 2) return null;
  const before = neighbour([...text.slice(Math.max(0, at - 2), at)].at(-1) ?? " ");
  const after = neighbour([...text.slice(end, end + 2)][0] ?? " ");
  const canFollow = !after.isSpace && (!after.blocks || before.frees);
  const canPrecede = !before.isSpace && (!before.blocks || after.frees);
  const splits = mark !== "_" && !(count === 1 && before.isLatin && after.isLatin);
  const canOpen = canFollow && (splits || !canPrecede || before.isPunctuation);
  const canClose = canPrecede && (splits || !canFollow || after.isPunctuation || after.isCjk);
  return { piece: { mark, count, canOpen, canClose }, end };
}

/**
 * A Chinese, Japanese or Korean neighbour counts like a space outside, and its punctuation like a letter inside.
 * @param {string} char
 */
function neighbour(char) {
  const isSpace = /\s/.test(char);
  const isPunctuation = /[\p{P}!-/:-@[-`{-~]/u.test(char);
  const cjk = isCjk(char);
  return {
    isSpace,
    isPunctuation,
    isCjk: cjk,
    isLatin: /^[A-Za-z0-9]$/.test(char),
    blocks: isPunctuation && !cjk,
    frees: isSpace || isPunctuation || cjk,
  };
}

/** @param {string} char */
const isCjk = char =>
  /[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\u{20000}-\u{3ffff}]/u.test(
    char,
  );

/**
 * Pair the runs up, the innermost first; what finds no partner stays text.
 * @param {Piece[]} pieces
 * @returns {Node[]}
 */
function paired(pieces) {
  const all = [...pieces];
  for (let close = 0; close < all.length; close += 1) {
    const closer = all[close];
    if (!isRun(closer) || !closer.canClose) continue;
    const open = openerBefore(all, close, closer);
    if (open < 0) continue;
    const opener = /** @type {Run} */ (all[open]);
    const used = closer.mark === "~" || (opener.count >= 2 && closer.count >= 2) ? 2 : 1;
    const tag = closer.mark === "~" ? "s" : used === 2 ? "strong" : "em";
    const wrapped = element(tag, merged(all.slice(open + 1, close).map(asText)));
    const left = [shortened(opener, used)].filter(run => run.count);
    const right = [shortened(closer, used)].filter(run => run.count);
    all.splice(open, close - open + 1, ...left, wrapped, ...right);
    close = open + left.length;
  }
  return merged(all.map(asText));
}

/** @param {Piece[]} all @param {number} close @param {Run} closer */
function openerBefore(all, close, closer) {
  for (let open = close - 1; open >= 0; open -= 1) {
    const opener = all[open];
    if (isRun(opener) && opener.mark === closer.mark && opener.canOpen && fits(opener, closer)) return open;
  }
  return -1;
}

/** @param {Run} opener @param {Run} closer */
function fits(opener, closer) {
  if (closer.mark === "~") return opener.count >= 2 && closer.count >= 2;
  const isBoth = (opener.canOpen && opener.canClose) || (closer.canOpen && closer.canClose);
  return (
    !isBoth || (opener.count + closer.count) % 3 !== 0 || (opener.count % 3 === 0 && closer.count % 3 === 0)
  );
}

/** @param {Run} run @param {number} used @returns {Run} */
const shortened = (run, used) => ({ ...run, count: run.count - used });

/** @param {Piece} piece @returns {piece is Run} */
const isRun = piece => typeof piece !== "string" && "mark" in piece;

/** @param {Piece} piece @returns {Node} */
const asText = piece => (isRun(piece) ? piece.mark.repeat(piece.count) : piece);

/** @param {Node[]} nodes */
function merged(nodes) {
  /** @type {Node[]} */
  const out = [];
  for (const node of nodes) {
    const last = out.at(-1);
    if (typeof node === "string" && typeof last === "string") out[out.length - 1] = last + node;
    else out.push(node);
  }
  return out;
}

// --- Addresses ---

const safeLink = /^(?:https?:\/\/[^\s/]|mailto:[^\s@]+@)/i;
// Endings of file names (py, md, sh) are no domains here.
const domains = "com|net|org|edu|gov|info|biz|io|dev|app|ai|cloud|co|me|kr|jp|cn|tw|uk|de|fr|nl|eu|us|ca|au";
const label = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const char =
  '(?!\\*\\*|~~)[^\\s<>"`\\\\(){}\\[\\]|\\u2018-\\u201f\\u2026\\u3001-\\u3011\\uff08\\uff09\\uff0c\\uff1b]';
const rest = `(?:${char}|\\([^\\s()<>]*\\)|\\[[^\\s\\[\\]<>]*\\])*`;
const mail = `[a-z0-9][a-z0-9._%+-]{0,63}@(?:${label}\\.){1,8}[a-z]{2,24}(?![a-z0-9_-])`;
const address = new RegExp(
  `(?<![a-z0-9])https?:\\/\\/(?=[^\\s/])${rest}` +
    `|(?<![a-z0-9._%+-])(?:mailto:)?${mail}` +
    `|(?<![a-z0-9@._/=-])(?:${label}\\.){1,8}(?:${domains})(?![a-z0-9_@-]|\\.[a-z0-9])(?::[0-9]{1,5})?(?:[/?#]${rest})?`,
  "gi",
);
const particle =
  /(?:(?<=[A-Za-z0-9])|^(?:https?:\/\/)?[^/]+\/)(은|는|이|가|을|를|의|에|도|만|와|과|로|나|요|야|에서|에게|에는|에도|에서는|에서도|으로|으로는|로는|까지|부터|보다|처럼|이나|하고|이랑|랑|인데|이고|이며|이라고|라고|입니다|이에요|예요|이요|이야|인가요|이죠)$/;

/** @param {string} text @returns {Map<number, number>} where addresses start and end */
function bareLinks(text) {
  const found = new Map();
  if (!/\.[A-Za-z0-9]|:\/\//.test(text)) return found;
  for (const { 0: whole, index } of text.matchAll(address)) {
    const trimmed = whole.replace(/[.,:;!?'*_~-]+$/, "");
    const tail = particle.exec(trimmed)?.[1] ?? "";
    found.set(index, index + trimmed.length - tail.length);
  }
  return found;
}

// --- Nodes ---

/** @param {string} tag @param {Node[]} children @param {Record<string, string>} [attrs] @returns {Element} */
const element = (tag, children, attrs = {}) => ({ tag, attrs, children });

/** @param {string} text @returns {Node[]} */
const textNodes = text => (text ? [text] : []);
