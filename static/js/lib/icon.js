/** Icons of the sprite. */
import { html } from "../../vendor/lit-html/lit-html.js";

const sprite = new URL("../../icons.svg", import.meta.url).pathname;

/**
 * @param {string} name an id in icons.svg
 * @param {string} [size] "i-xs", "i-sm", "i-lg" or nothing
 */
export const icon = (name, size = "") =>
  html`<svg class="i ${size}" aria-hidden="true"><use href="${sprite}#${name}"></use></svg>`;
