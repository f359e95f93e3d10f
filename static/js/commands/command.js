/** What a slash command is, and how commands read people and rooms. */
import * as chat from "../lib/chat.js";
import { t } from "../lib/i18n.js";
import { fold } from "../lib/match.js";

/** @typedef {{roomId: number, parentId: number | null}} WritingPlace */

/**
 * @typedef {object} Command
 * @property {string} name in English, without the slash
 * @property {string} korean its name in Korean; both are understood in either language
 * @property {string[]} [aliases]
 * @property {() => string} usage what follows the name
 * @property {() => string} about
 * @property {boolean} [isAlone] nothing has to follow
 * @property {"anybody" | "open rooms"} [takes] what is completed after its @ or #
 * @property {(place: WritingPlace) => boolean} [isOffered] left out: everywhere
 * @property {(rest: string) => string} [preview] what would happen, in a few words
 * @property {(rest: string, place: WritingPlace) => Promise<string | void> | string | void} run gives the text to send, if any; throws CommandError
 */

/** A command that cannot be carried out: the sentence is shown where it was typed, and the text stays. */
export class CommandError extends Error {}

/**
 * The people at the beginning of a text, each after an @.
 * @param {string} text
 * @returns {{people: import("../core/types.js").User[], rest: string}}
 */
export function readPeople(text) {
  const people = [];
  let rest = text.trim();
  while (rest.startsWith("@")) {
    const { person, length } = readPerson(rest);
    people.push(person);
    rest = rest.slice(length).replace(/^[\s,]+/, "");
  }
  return { people, rest };
}

/** The longest name that fits: names have spaces in them. @param {string} text from the @ on */
function readPerson(text) {
  const typed = fold(text.slice(1));
  const spellings = chat.activeUsers().flatMap(person => {
    const name = fold(person.name);
    return [`${name}#${person.id}`, name].map(spelling => ({ person, spelling }));
  });
  const fitting = spellings
    .filter(
      ({ spelling }) => typed.startsWith(spelling) && !/^[\p{L}\p{N}]/u.test(typed.slice(spelling.length)),
    )
    .sort((a, b) => b.spelling.length - a.spelling.length);
  const [best] = fitting;
  if (!best) throw new CommandError(t("There is nobody called {name}.", { name: text.split(/\s/)[0] }));
  const isShared = fitting.some(
    ({ person, spelling }) => spelling === best.spelling && person !== best.person,
  );
  if (isShared)
    throw new CommandError(
      t("Several people are called {name}. Choose one from the list.", { name: best.person.name }),
    );
  return { person: best.person, length: best.spelling.length + 1 };
}

/** @param {WritingPlace} place @returns {import("../core/types.js").Room} a room with a name */
export function namedRoom({ roomId }) {
  const room = chat.room(roomId);
  if (!room || room.kind === "direct")
    throw new CommandError(t("This works in rooms, not in direct messages."));
  return room;
}

/** @param {WritingPlace} place */
export const isNamed = ({ roomId }) => chat.room(roomId)?.kind !== "direct";
