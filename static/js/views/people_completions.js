/** People of the room, after an @; and the words that call many of them at once. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { calls } from "../core/names.js";
import * as chat from "../lib/chat.js";
import { lang, t, tn } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { bestMatches, fold } from "../lib/match.js";
import { mentionBeingTyped } from "../lib/text_edit.js";
import { avatar } from "./avatar.js";
import { markedName } from "./marked_name.js";

/** @typedef {import("../core/types.js").User} User */
/** @typedef {import("../elements/completion_list.js").Completion} Completion */

/** So that the calls stand in the list too. */
const mostPeople = 6;

/** @type {import("../elements/completion_list.js").CompletionSource} */
export const peopleCompletions = {
  label: () => t("People"),
  typedIn: mentionBeingTyped,
  find: (query, roomId) => {
    const people = bestMatches(chat.peopleIn(roomId), query, person => person.name);
    const called = chat.takesCalls(roomId) ? matchingCalls(query) : [];
    const isFinished = people.length + called.length <= 1 && query.endsWith(" ");
    if (isFinished) return [];
    const words = called.map(match => callCompletion(match, roomId));
    const names = people.slice(0, words.length ? mostPeople : people.length).map(personCompletion);
    return called.some(({ thing }) => fold(query) === thing) ? [...words, ...names] : [...names, ...words];
  },
};

/** @param {string} query those of my language, unless those of another one are being typed */
function matchingCalls(query) {
  const isKorean = (/** @type {string} */ word) => /[가-힣]/.test(word);
  const all = Object.keys(calls);
  const mine = bestMatches(
    all.filter(word => isKorean(word) === (lang() === "ko")),
    query,
    word => word,
  );
  return mine.length ? mine : bestMatches(all, query, word => word);
}

/** @param {import("../lib/match.js").Match<string>} match @param {number} roomId @returns {Completion} */
function callCompletion({ thing: word, start, end }, roomId) {
  const call = calls[word];
  const count = chat.reachOf(roomId, call);
  const sentence =
    call === "here"
      ? tn("{n} other person who is here now", "{n} others who are here now", count)
      : tn("{n} other person in this room", "{n} others in this room", count);
  return {
    text: `@${word} `,
    view: () =>
      html`<span class="ac-mark" aria-hidden="true">${icon(call === "here" ? "bell" : "users", "i-sm")}</span>${markedName(word, start, end)}<small class="truncate">${sentence}</small>`,
  };
}

/** @param {import("../lib/match.js").Match<User>} match @returns {Completion} */
export const personCompletion = ({ thing: person, start, end }) => ({
  text: `@${spelling(person)} `,
  view: () => html`${avatar(person, "av-24")}${markedName(person.name, start, end)}`,
});

/** People of one name are told apart by their number. @param {User} person */
function spelling({ id, name }) {
  const folded = name.toLocaleLowerCase();
  const isShared = chat.users().some(other => other.id !== id && other.name.toLocaleLowerCase() === folded);
  return isShared ? `${name}#${id}` : name;
}
