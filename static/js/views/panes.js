/** What can stand in the pane, by the name in the address. */
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { html } from "../../vendor/lit-html/lit-html.js";
import { filesPane } from "./files_pane.js";

import { pinsPane } from "./pins_pane.js";

/**
 * @typedef {(id: number | null) => unknown} PaneView the whole pane: a `paneHead`, a body, maybe a foot; null closes it
 */

/** @type {Record<string, PaneView>} */
export const panes = {
  pins: pinsPane,
  thread: id =>
    id &&
    repeat(
      [id],
      one => one,
      one => html`<stet-thread .messageId=${one}></stet-thread>`,
    ),
  files: filesPane,
};
