/** Icons: the sprite is brought into the page once, so that they show at once and without a connection. */
import { html } from "../../vendor/lit-html/lit-html.js";

const sprite = new URL("../../icons.svg", import.meta.url).pathname;
const prefix = "icon-";

/** @returns {Promise<void>} */
export function loadIcons() {
  return new Promise(resolve => {
    const request = new XMLHttpRequest();
    // As a document: HTML strings stay out of the page.
    request.responseType = "document";
    request.open("GET", sprite);
    request.addEventListener("load", () => {
      if (request.responseXML) bringIn(request.responseXML.documentElement);
    });
    request.addEventListener("loadend", () => resolve());
    request.send();
  });
}

/** @param {Element} svg */
function bringIn(svg) {
  for (const symbol of svg.querySelectorAll("symbol")) symbol.id = prefix + symbol.id;
  svg.setAttribute("hidden", "");
  document.body.prepend(document.importNode(svg, true));
}

/**
 * @param {string} name an id in icons.svg
 * @param {string} [size] "i-xs", "i-sm", "i-lg" or nothing
 */
export const icon = (name, size = "") =>
  html`<svg class="i ${size}" aria-hidden="true"><use href="#${prefix}${name}"></use></svg>`;
