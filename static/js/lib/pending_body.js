/** How a message looks until the server has rendered it. */
import { html } from "../../vendor/lit-html/lit-html.js";

/** @param {string} text */
export const pendingBody = text => html`<p>${text}</p>`;
