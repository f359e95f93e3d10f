/** A person's picture, or the initials on a colour that belongs to them. */
import { html } from "../../vendor/lit-html/lit-html.js";

/** @typedef {import("../core/types.js").User} User */

const hues = 8;

/**
 * @param {Pick<User, "id" | "name" | "avatar_url"> | undefined} user
 * @param {string} [size] "av-20", "av-24", "av-32" or nothing
 * @param {string} [presence] "active", "away", "dnd" or "offline"; "offline" and nothing draw no dot
 */
export function avatar(user, size = "", presence = "") {
  const hue = user ? `h-${((user.id - 1) % hues) + 1}` : "";
  const picture = user?.avatar_url
    ? html`<img src=${user.avatar_url} alt="" loading="lazy">`
    : initials(user?.name ?? "");
  const dot = presence && presence !== "offline" ? html`<i class="dot" data-p=${presence}></i>` : null;
  return html`<span class="av ${size} ${hue}" aria-hidden="true">${picture}${dot}</span>`;
}

/** One letter for a Korean, Chinese or Japanese name, two for the others. @param {string} name */
export function initials(name) {
  const words = name.trim().split(/\s+/);
  const first = [...(words[0] ?? "")][0] ?? "?";
  if (/[\u1100-\u11ff\u3040-\u9fff\uac00-\ud7af]/.test(first)) return first;
  const last = words.length > 1 ? ([...(words[words.length - 1] ?? "")][0] ?? "") : "";
  return (first + last).toUpperCase();
}
