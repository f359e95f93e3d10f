/** A list in the sidebar, with how much waits in it. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../lib/icon.js";
import { place } from "../lib/router.js";
import { isSidebarOpen } from "../lib/ui.js";

const largestBadge = 99;

/** @param {import("./places.js").Place} one */
export function placeLink({ name, icon: symbol, label, badge }) {
  const waiting = badge();
  const count = waiting?.count ?? 0;
  const onClick = () => {
    if (place.peek().view === name) isSidebarOpen.value = false;
  };
  return html`<a class="nav-item ${count ? "is-unread" : ""}" href="/${name}" aria-current=${place.value.view === name ? "page" : nothing} @click=${onClick}>
    ${icon(symbol)}<span class="name">${label()}</span>${waiting && count ? html`<span class="badge ${waiting.isLoud ? "" : "badge-quiet"}"><span aria-hidden="true">${count > largestBadge ? `${largestBadge}+` : count}</span><span class="sr-only">${waiting.words}</span></span>` : null}
  </a>`;
}
