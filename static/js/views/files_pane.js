/** The pane with the files of the room in view. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { t } from "../lib/i18n.js";
import { paneHead } from "./pane_head.js";

export function filesPane() {
  const room = chat.room(chat.currentRoomId() ?? 0);
  if (!room) return chat.isStarting() ? paneHead(t("Files")) : null;
  return html`${paneHead(t("Files"), chat.roomLabel(room.id))}
    <div class="pane-log"><stet-files .roomId=${room.id}></stet-files></div>`;
}
