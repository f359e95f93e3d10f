/** The pane with what is pinned in the room in view. */
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { messagePath } from "../lib/router.js";
import { isNarrow } from "../lib/ui.js";
import { keptItem, keptSkeleton, nothingKept, pinnedBy } from "./kept.js";
import { paneHead } from "./pane_head.js";

export function pinsPane() {
  const roomId = chat.currentRoomId();
  const room = roomId === null ? undefined : chat.room(roomId);
  // On opening the page the rooms come a moment later.
  if (!room) return chat.isStarting() ? html`${paneHead(t("Pinned"))}<div class="pane-log"></div>` : null;
  const pins = chat.pinsIn(room.id);
  return html`${paneHead(t("Pinned"), chat.roomLabel(room.id))}
    <div class="pane-log">
      ${
        pins.length
          ? html`<ol class="kept-list">${repeat(pins, pin => pin.message_id, pinItem)}</ol>`
          : nothingKept(
              "pin",
              t("Nothing is pinned here"),
              t(
                "Pin what everybody in this room should find again: “Pin to this room” in the menu of a message.",
              ),
            )
      }
    </div>`;
}

/** @param {import("../core/types.js").Pin} pin */
function pinItem(pin) {
  const message = chat.cardOf(pin.message_id);
  if (!message) return keptSkeleton();
  const tools = chat.canWrite(message.room_id)
    ? html`<button type="button" class="icon-btn" aria-label=${t("Take the pin away")} title=${t("Take the pin away")} @click=${() => chat.togglePin(message)}>${icon("pin-off", "i-sm")}</button>`
    : null;
  // On a phone the pane covers the room.
  const path = messagePath(message.room_id, message.id) + (isNarrow() ? "" : "?pane=pins");
  return keptItem({ message, path, note: pinnedBy(pin), tools });
}
