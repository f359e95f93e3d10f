/** Rooms, after a #. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { t } from "../lib/i18n.js";
import { bestMatches, fold } from "../lib/match.js";
import { roomBeingTyped } from "../lib/text_edit.js";
import { markedName } from "./marked_name.js";
import { roomMark } from "./room_link.js";

/** @typedef {import("../core/types.js").Room} Room */

/** @type {import("../elements/completion_list.js").CompletionSource} */
export const roomCompletions = {
  label: () => t("Rooms"),
  typedIn: roomBeingTyped,
  find: async query => {
    if (!chat.openRooms()) await chat.loadOpenRooms().catch(() => {}); // mine are known anyway
    const matches = bestMatches(rooms(), query, room => room.name ?? "");
    // A whole name needs no completing: then Enter sends.
    const isFinished =
      matches.length === 1 && (query.endsWith(" ") || fold(matches[0].thing.name ?? "") === fold(query));
    return isFinished ? [] : matches.map(completion);
  },
};

/** Mine first, then the open ones that I could join. @returns {Room[]} */
function rooms() {
  const mine = chat.namedRooms().filter(room => !room.archived_at);
  const others = (chat.openRooms() ?? []).filter(room => room.role === null);
  return [...mine, ...others];
}

/** @param {import("../lib/match.js").Match<Room>} match */
const completion = ({ thing: room, start, end }) => ({
  text: `#${room.name} `,
  view: () =>
    html`${roomMark(room)}${markedName(room.name ?? "", start, end)}${room.topic ? html`<small class="truncate">${room.topic}</small>` : null}`,
});
