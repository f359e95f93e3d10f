/** People of the room, after an @. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { t } from "../lib/i18n.js";
import { bestMatches } from "../lib/match.js";
import { mentionBeingTyped } from "../lib/text_edit.js";
import { avatar } from "./avatar.js";
import { markedName } from "./marked_name.js";

/** @typedef {import("../core/types.js").User} User */

/** @type {import("../elements/completion_list.js").CompletionSource} */
export const peopleCompletions = {
  label: () => t("People"),
  typedIn: mentionBeingTyped,
  find: (query, roomId) => {
    const matches = bestMatches(chat.peopleIn(roomId), query, person => person.name);
    const isFinished = matches.length === 1 && query.endsWith(" ");
    return isFinished ? [] : matches.map(completion);
  },
};

/** @param {import("../lib/match.js").Match<User>} match */
const completion = ({ thing: person, start, end }) => ({
  text: `@${spelling(person)} `,
  view: () => html`${avatar(person, "av-24")}${markedName(person.name, start, end)}`,
});

/** People of one name are told apart by their number. @param {User} person */
function spelling({ id, name }) {
  const folded = name.toLocaleLowerCase();
  const isShared = chat.users().some(other => other.id !== id && other.name.toLocaleLowerCase() === folded);
  return isShared ? `${name}#${id}` : name;
}
