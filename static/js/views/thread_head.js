/** The head of a thread in the pane. */

import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { t } from "../lib/i18n.js";
import { roomPath } from "../lib/router.js";
import { paneHead } from "./pane_head.js";

/**
 * @param {number} messageId
 * @param {number} roomId 0: not known yet
 */
export const threadHead = (messageId, roomId) =>
  paneHead(
    t("Thread"),
    roomId
      ? html`<a href="${roomPath(roomId)}/messages/${messageId}?pane=thread-${messageId}">${chat.roomLabel(roomId)}</a>`
      : "",
  );
