/** What is said of files: their size, their kind, and the box that a picture takes. */
import { lang, t, tn } from "./i18n.js";

/** @typedef {import("../core/types.js").Attachment} Attachment */

const units = /** @type {const} */ (["byte", "kilobyte", "megabyte", "gigabyte"]);
const step = 1000;

/** "1.2 MB", in the person's writing. @param {number} bytes */
export function sizeOf(bytes) {
  const power = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(step)), units.length - 1);
  const value = bytes / step ** power;
  const digits = value < 10 && power > 0 ? 1 : 0;
  return new Intl.NumberFormat(lang(), {
    style: "unit",
    unit: units[power],
    unitDisplay: power ? "short" : "long",
    maximumFractionDigits: digits,
  }).format(value);
}

/** "PDF", "ZIP": the ending in capitals, or a word. @param {string} name */
export function endingOf(name) {
  const found = /\.([\p{L}\p{N}]{1,8})$/u.exec(name);
  return found ? found[1].toUpperCase() : t("File");
}

/** "PDF · 2 pages · 1.2 MB". @param {Attachment} file */
export function describe(file) {
  const parts = [endingOf(file.name)];
  if (file.kind === "pdf" && file.page_count) parts.push(tn("{n} page", "{n} pages", file.page_count));
  if (file.kind === "text" && file.line_count !== null)
    parts.push(tn("{n} line", "{n} lines", file.line_count));
  return [...parts, sizeOf(file.size_bytes)].join(" · ");
}

/** @param {Pick<Attachment, "kind">} file */
export const iconOf = ({ kind }) =>
  ({ image: "image", video: "film", audio: "music", pdf: "file-text", text: "file-text", file: "file" })[
    kind
  ];

/**
 * The box of a picture: its own form, within a largest one.
 * @param {number | null | undefined} width
 * @param {number | null | undefined} height
 * @param {{width: number, height: number}} most
 */
export function boxOf(width, height, most) {
  if (!width || !height) return { width: most.width, height: Math.round(most.width * 0.625) };
  const scale = Math.min(1, most.width / width, most.height / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
