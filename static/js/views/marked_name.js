/** A name with the part that was typed marked. */
import { html } from "../../vendor/lit-html/lit-html.js";

/**
 * @param {string} name
 * @param {number} start
 * @param {number} end
 */
export const markedName = (name, start, end) =>
  html`<span>${name.slice(0, start)}<mark>${name.slice(start, end)}</mark>${name.slice(end)}</span>`;
