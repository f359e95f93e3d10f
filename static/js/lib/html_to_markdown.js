/**
 * What is pasted from a web page or a document, as Markdown. The HTML is read as text and becomes text: nothing of it
 * enters the page.
 */

/** @typedef {{tag: string, attrs: Record<string, string>, children: Node[]}} Element */
/** @typedef {string | Element} Node */
/** @typedef {{text: string, isParagraph: boolean}} Block */

const longest = 500_000;
const deepest = 60;
const voids = new Set("area base br col embed hr img input link meta source track wbr".split(" "));
const unread = new Set("head style script title template svg button noscript".split(" "));
const blockTags = new Set(
  "address article aside blockquote dd details div dl dt figure figcaption footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table ul".split(
    " ",
  ),
);
/** What an opening tag closes when it was left open. @type {Record<string, string[]>} */
const closes = { li: ["li"], tr: ["tr", "td", "th"], td: ["td", "th"], th: ["td", "th"], p: ["p"] };
const closedWithin = new Set(["ul", "ol", "table", "blockquote", "div"]);
/** @type {Record<string, string>} */
const entities = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", copy: "©", hellip: "…" };
const marks = { strong: "**", em: "*", s: "~~" };

/**
 * @param {string} html
 * @returns {string | null} null when there is nothing in it that plain text would not say
 */
export function htmlToMarkdown(html) {
  if (html.length > longest) return null;
  const root = parse(fragmentOf(html));
  if (!hasFormat(root)) return null;
  return joined(blocksOf(root.children)).trim();
}

/** What was selected, without what the clipboard puts around it. @param {string} html */
const fragmentOf = html => /<!--StartFragment-->([\s\S]*?)<!--EndFragment-->/.exec(html)?.[1] ?? html;

/** @param {Element} element @returns {boolean} */
const hasFormat = element =>
  /^(?:a|strong|b|em|i|s|del|strike|code|pre|ul|ol|table|h[1-6]|blockquote)$/.test(element.tag) ||
  markOf(element) !== "" ||
  element.children.some(child => typeof child !== "string" && hasFormat(child));

// --- Text to a tree ---

/** @param {string} html @returns {Element} */
function parse(html) {
  const root = element("", "");
  const open = [root];
  const pattern = /<!--[\s\S]*?-->|<(\/?)([a-zA-Z][^\s/>]*)((?:"[^"]*"|'[^']*'|[^'">])*)>|[^<]+|</g;
  for (let found = pattern.exec(html); found; found = pattern.exec(html)) {
    const [whole, slash, name, attrs = ""] = found;
    const tag = name?.toLowerCase();
    if (!tag) {
      if (!whole.startsWith("<!--")) last(open).children.push(decoded(whole));
    } else if (slash) {
      close(open, tag);
    } else if (unread.has(tag)) {
      const end = new RegExp(`</${tag}\\s*>`, "gi");
      end.lastIndex = pattern.lastIndex;
      if (end.exec(html)) pattern.lastIndex = end.lastIndex;
    } else {
      closeImplied(open, tag);
      const made = element(tag, attrs);
      last(open).children.push(made);
      if (!voids.has(tag) && !attrs.endsWith("/") && open.length < deepest) open.push(made);
    }
  }
  return root;
}

/** @param {string} tag @param {string} attrs @returns {Element} */
function element(tag, attrs) {
  const pairs = [...attrs.matchAll(/([a-zA-Z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)];
  return {
    tag,
    attrs: Object.fromEntries(
      pairs.map(([, name, a, b, c]) => [name.toLowerCase(), decoded(a ?? b ?? c ?? "")]),
    ),
    children: [],
  };
}

/** @template T @param {T[]} list */
const last = list => list[list.length - 1];

/** @param {Element[]} open @param {string} tag */
function close(open, tag) {
  const at = open.findLastIndex(one => one.tag === tag);
  if (at > 0) open.length = at;
}

/** @param {Element[]} open @param {string} tag */
function closeImplied(open, tag) {
  const ended = closes[tag] ?? (blockTags.has(tag) ? ["p"] : []);
  for (let at = open.length - 1; at > 0; at -= 1) {
    if (ended.includes(open[at].tag)) open.length = at;
    else if (closedWithin.has(open[at].tag)) return;
  }
}

/** @param {string} text */
const decoded = text =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name) return entities[name.toLowerCase()] ?? whole;
    const code = Number.parseInt(decimal ?? hex, decimal ? 10 : 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "";
  });

// --- A tree to blocks ---

/** @param {Node[]} nodes @returns {Block[]} */
function blocksOf(nodes) {
  /** @type {Block[]} */
  const out = [];
  /** @type {Node[]} */
  let run = [];
  const flush = () => {
    const text = tidied(inline(run, ""));
    if (text) out.push({ text, isParagraph: false });
    run = [];
  };
  for (const node of nodes) {
    if (typeof node !== "string" && isBlock(node)) {
      flush();
      out.push(...blockOf(node));
    } else {
      run.push(node);
    }
  }
  flush();
  return out;
}

/** An element that is inline by its name is a block when it has blocks in it. @param {Element} element @returns {boolean} */
const isBlock = element =>
  blockTags.has(element.tag) || element.children.some(child => typeof child !== "string" && isBlock(child));

/** @param {Element} element @returns {Block[]} */
function blockOf(element) {
  const { tag, children } = element;
  if (/^h[1-6]$/.test(tag)) return lineOf(`${"#".repeat(Math.min(Number(tag[1]), 3))} `, children);
  switch (tag) {
    case "p":
      return blocksOf(children).map(block => ({ ...block, isParagraph: true }));
    case "pre":
      return [{ text: fenced(element), isParagraph: false }];
    case "blockquote":
      return [{ text: indented(joined(blocksOf(children)), "> "), isParagraph: false }];
    case "ul":
    case "ol":
      return [{ text: listOf(element), isParagraph: false }];
    case "table":
      return tableOf(element);
    case "figcaption":
    case "hr":
      return [];
    default:
      return blocksOf(children);
  }
}

/** @param {string} start @param {Node[]} children @returns {Block[]} */
function lineOf(start, children) {
  const text = tidied(inline(children, "strong")).replaceAll("\n", " ");
  return text ? [{ text: start + text, isParagraph: false }] : [];
}

/** @param {Block[]} blocks */
const joined = blocks =>
  blocks
    .map(({ text, isParagraph }, i) => {
      if (i === 0) return text;
      return (isParagraph && blocks[i - 1].isParagraph ? "\n\n" : "\n") + text;
    })
    .join("");

/** @param {string} text @param {string} start of every line */
const indented = (text, start) =>
  text
    .split("\n")
    .map(line => (line ? start + line : start.trimEnd()))
    .join("\n");

/** @param {Element} element */
function fenced(element) {
  const code = textOf(element).replace(/\n$/, "");
  const inner = element.children.find(child => typeof child !== "string" && child.tag === "code");
  const classes = `${element.attrs.class ?? ""} ${typeof inner === "object" ? (inner.attrs.class ?? "") : ""}`;
  const language = /(?:language|lang|highlight-source)-([\w+#-]+)/.exec(classes)?.[1] ?? "";
  const fence = code.includes("```") ? "~~~" : "```";
  return `${fence}${language}\n${code}\n${fence}`;
}

/** @param {Element} list */
function listOf({ tag, attrs, children }) {
  let number = Number(attrs.start ?? 1) || 1;
  /** @type {string[]} */
  const lines = [];
  for (const child of children) {
    if (typeof child === "string") continue;
    // Some put a nested list beside its item instead of into it.
    if (child.tag !== "li") {
      const inner = joined(blockOf(child));
      if (inner) lines.push(lines.length ? indented(inner, "  ") : inner);
      continue;
    }
    const start = tag === "ol" ? `${number}. ` : "- ";
    number += 1;
    const text = joined(blocksOf(child.children)).replaceAll("\n\n", "\n");
    lines.push(start + indented(text || " ", " ".repeat(start.length)).slice(start.length));
  }
  return lines.join("\n");
}

/** Tables that only lay out a page become what is in their cells. @param {Element} table @returns {Block[]} */
function tableOf(table) {
  const rows = within(table, "tr").map(row =>
    row.children.filter(cell => typeof cell !== "string" && /^t[dh]$/.test(cell.tag)),
  );
  const columns = Math.max(0, ...rows.map(row => row.length));
  if (columns < 2 || rows.length < 2 || within(table, "table").length)
    return rows.flat().flatMap(cell => (typeof cell === "string" ? [] : blocksOf(cell.children)));
  const lines = rows.map(row => {
    const cells = Array.from({ length: columns }, (_, i) => cellOf(row[i]));
    return `| ${cells.join(" | ")} |`;
  });
  return [
    { text: [lines[0], `|${" --- |".repeat(columns)}`, ...lines.slice(1)].join("\n"), isParagraph: false },
  ];
}

/** @param {Node | undefined} cell */
const cellOf = cell =>
  typeof cell === "object"
    ? joined(blocksOf(cell.children))
        .replace(/\s*\n\s*/g, " ")
        .replaceAll("|", "\\|")
    : "";

/** @param {Element} element @param {string} tag @returns {Element[]} */
const within = (element, tag) =>
  element.children.flatMap(child => {
    if (typeof child === "string") return [];
    return child.tag === tag ? [child] : within(child, tag);
  });

// --- Inside a line ---

/**
 * @param {Node[]} nodes
 * @param {string} around the marks that are open already
 * @returns {string}
 */
const inline = (nodes, around) =>
  nodes.map(node => (typeof node === "string" ? escaped(spaced(node)) : inlineOf(node, around))).join("");

/** @param {Element} element @param {string} around @returns {string} */
function inlineOf(element, around) {
  const { tag, attrs, children } = element;
  if (tag === "br") return "\n";
  if (tag === "img") return attrs.class === "emoji" ? (attrs.alt ?? "") : "";
  if (tag === "input") return attrs.type === "checkbox" ? ("checked" in attrs ? "[x] " : "[ ] ") : "";
  if (tag === "code") return coded(textOf(element));
  const mark = markOf(element);
  if (mark && !around.includes(mark)) {
    const text = inline(children, `${around} ${mark}`);
    return wrapped(text, marks[mark]);
  }
  const text = inline(children, around);
  return tag === "a" ? linked(text, attrs.href ?? "") : text;
}

/** What a tag or its style means. @param {Element} element @returns {"strong" | "em" | "s" | ""} */
function markOf({ tag, attrs }) {
  const style = (attrs.style ?? "").toLowerCase().replace(/\s/g, "");
  if (/^(?:b|strong)$/.test(tag)) return /font-weight:(?:normal|400)/.test(style) ? "" : "strong";
  if (/^(?:i|em)$/.test(tag)) return /font-style:normal/.test(style) ? "" : "em";
  if (/^(?:s|del|strike)$/.test(tag)) return "s";
  if (tag !== "span") return "";
  if (/font-weight:(?:bold|[6-9]00)/.test(style)) return "strong";
  if (/font-style:italic/.test(style)) return "em";
  return /text-decoration(?:-line)?:[a-z-]*line-through/.test(style) ? "s" : "";
}

/** Marks stand at words: white space goes outside. @param {string} text @param {string} mark */
function wrapped(text, mark) {
  const [, before = "", inner = "", after = ""] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  if (!inner) return text;
  return (
    before +
    inner
      .split("\n")
      .map(line => (line.trim() ? mark + line.trim() + mark : ""))
      .join("\n") +
    after
  );
}

/** @param {string} text @param {string} href */
function linked(text, href) {
  const label = text.trim();
  if (!/^(?:https?:\/\/|mailto:)/i.test(href) || !label) return text;
  const address = href.replace(/[\s()<>]/g, encodeURIComponent);
  const plain = (/** @type {string} */ one) =>
    one.replace(/^(?:https?:\/\/|mailto:)/i, "").replace(/\/$/, "");
  return plain(label) === plain(href)
    ? href
    : text.replace(label, () => `[${label.replaceAll("\n", " ")}](${address})`);
}

/** @param {string} code */
function coded(code) {
  const line = code.replace(/\s+/g, " ").trim();
  if (!line) return "";
  return line.includes("`") ? `\`\` ${line} \`\`` : `\`${line}\``;
}

/** @param {Element} element @returns {string} */
const textOf = element =>
  element.children
    .map(child => {
      if (typeof child === "string") return child;
      const isLine = child.tag === "br" || /^(?:div|p)$/.test(child.tag);
      return textOf(child) + (isLine ? "\n" : "");
    })
    .join("");

/** @param {string} text */
const spaced = text => text.replace(/[\s\u00a0]+/g, " ");

/** One star alone marks nothing. @param {string} text */
function escaped(text) {
  let out = text.replaceAll("`", "\\`");
  if ((out.match(/\*/g) ?? []).length > 1) out = out.replaceAll("*", "\\*");
  return out.replaceAll("~~", "\\~~");
}

/** @param {string} text */
const tidied = text =>
  text
    .replace(/ *\n */g, "\n")
    .replace(/ {2,}/g, " ")
    .trim();
