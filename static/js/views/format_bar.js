/** The bar of formats over a field for Markdown: one tab stop, arrows inside. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { modName } from "../lib/keys.js";
import { formats } from "../lib/writing_keys.js";

/** @type {() => ({name: string, icon: string, label: string, keys?: string} | "rule")[]} */
const buttons = () => [
  { name: "bold", icon: "bold", label: t("Bold"), keys: "B" },
  { name: "italic", icon: "italic", label: t("Italic"), keys: "I" },
  { name: "strike", icon: "strikethrough", label: t("Strike out"), keys: "Shift X" },
  "rule",
  { name: "link", icon: "link", label: t("Link"), keys: "Shift U" },
  "rule",
  { name: "ordered", icon: "list-ordered", label: t("Numbered list"), keys: "Shift 7" },
  { name: "bullet", icon: "list", label: t("List"), keys: "Shift 8" },
  { name: "task", icon: "list-checks", label: t("Tasks") },
  "rule",
  { name: "quote", icon: "quote", label: t("Quote"), keys: "Shift 9" },
  { name: "code", icon: "code", label: t("Code"), keys: "Shift C" },
  { name: "block", icon: "square-code", label: t("Code block") },
];

/** @param {() => HTMLTextAreaElement} fieldOf */
export function formatBar(fieldOf) {
  let isFirst = true;
  const view = buttons().map(button => {
    if (button === "rule") return html`<span class="sep"></span>`;
    const { name, label, keys } = button;
    const title = keys ? `${label} (${modName} ${keys})` : label;
    const stop = isFirst ? "0" : "-1";
    isFirst = false;
    return html`<button type="button" class="icon-btn" tabindex=${stop} title=${title} aria-label=${label}
      @click=${() => formats[name]?.(fieldOf())}>${icon(button.icon)}</button>`;
  });
  return html`<div class="format-bar" role="toolbar" aria-label=${t("Formatting")} @pointerdown=${keepFocus} @keydown=${onKey}>${view}</div>`;
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const bar = /** @type {HTMLElement} */ (event.currentTarget);
  const all = [...bar.querySelectorAll("button")];
  const at = all.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
  const next = to === undefined ? undefined : all[(to + all.length) % all.length];
  if (!next) return;
  event.preventDefault();
  for (const button of all) button.tabIndex = button === next ? 0 : -1;
  next.focus();
}

/** A press must not take the selection from the field. @param {Event} event */
const keepFocus = event => event.preventDefault();
