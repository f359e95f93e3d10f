/** The pane beside the room; on a phone it covers the room. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { effect } from "../../vendor/signals-core/signals-core.module.js";
import { StetElement } from "../lib/element.js";
import { closePane, pane, takeOpener } from "../lib/pane.js";
import { messageField } from "../lib/ui.js";
import { panes } from "../views/panes.js";

const narrow = matchMedia("(max-width: 1100px)");

export class StetPane extends StetElement {
  start() {
    const app = /** @type {HTMLElement} */ (document.getElementById("app"));
    const room = /** @type {HTMLElement} */ (document.getElementById("room"));
    const cover = () => {
      // What the pane covers on a narrow window rests.
      if (app.dataset.nav !== "open") room.inert = pane.peek() !== null && narrow.matches;
    };
    this.listen(narrow, "change", cover);
    let shown = "";
    this.onLeave(
      effect(() => {
        const now = pane.value && panes[pane.value.kind] ? `${pane.value.kind}-${pane.value.id}` : "";
        app.dataset.pane = now ? "open" : "closed";
        queueMicrotask(() => {
          cover();
          if (now && now !== shown) this.#enter();
          else if (!now && shown) (takeOpener() ?? messageField())?.focus({ preventScroll: true });
          shown = now;
        });
      }),
    );
  }

  #enter() {
    if (this.contains(document.activeElement)) return;
    /** @type {HTMLElement | null} */ (this.querySelector("#pane-title"))?.focus({ preventScroll: true });
  }

  view() {
    const now = pane.value;
    const shown = now && panes[now.kind]?.(now.id);
    if (now && !shown) queueMicrotask(closePane);
    return shown ? html`<aside class="pane" aria-labelledby="pane-title">${shown}</aside>` : nothing;
  }
}
