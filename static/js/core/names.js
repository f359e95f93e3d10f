/** Names behind an `@` or a `#`, as the server reads them: people, everybody at once, rooms. */
import { format, isNameEnd, mentionFinder } from "./markdown.js";

/** @typedef {import("./markdown.js").FindMention} FindMention */
/** @typedef {import("./markdown.js").FoundName} FoundName */
/** @typedef {"here" | "room"} Call who is called by one word: those who are here now, or everybody in the room */

/** What is typed after an `@` to call many at once. @type {Record<string, Call>} */
export const calls = { here: "here", 여기: "here", room: "room", 모두: "room" };

/**
 * @param {object} options
 * @param {{id: number, name: string}[]} options.people
 * @param {{id: number, name: string}[]} options.rooms those that may be linked
 * @param {boolean} options.takesCalls whether `@here` and `@room` mean anything
 * @returns {FindMention}
 */
export function nameFinder({ people, rooms, takesCalls }) {
  const findPerson = mentionFinder(people);
  const findRoom = roomFinder(rooms);
  return (text, start) => {
    if (text[start - 1] === "#") return findRoom(text, start);
    const person = findPerson(text, start);
    const call = takesCalls ? findCall(text, start) : null;
    // Somebody's longer name may begin like a call.
    return call && (!person || person.shownEnd <= call.shownEnd) ? call : person;
  };
}

/**
 * What a text would call and name, once it is sent.
 * @param {string} text
 * @param {FindMention} findMention
 * @returns {{userIds: number[], call: Call | null}}
 */
export function namesIn(text, findMention) {
  /** @type {Set<number>} */
  const userIds = new Set();
  /** @type {Set<string>} */
  const called = new Set();
  /** @param {import("./markdown.js").Node[]} nodes */
  const walk = nodes => {
    for (const node of nodes) {
      if (typeof node === "string") continue;
      if (node.attrs["data-user-id"]) userIds.add(Number(node.attrs["data-user-id"]));
      if (node.attrs["data-call"]) called.add(node.attrs["data-call"]);
      walk(node.children);
    }
  };
  walk(format(text, { findMention }));
  return { userIds: [...userIds], call: called.has("room") ? "room" : called.has("here") ? "here" : null };
}

/** @param {{id: number, name: string}[]} rooms @returns {FindMention} */
function roomFinder(rooms) {
  const named = rooms
    .map(({ id, name }) => ({
      id,
      name: name.normalize("NFC").split(/\s+/).filter(Boolean).join(" ").toLowerCase(),
    }))
    .filter(({ name }) => name)
    .sort((a, b) => b.name.length - a.name.length);
  return (text, start) => {
    const rest = text.slice(start, start + (named[0]?.name.length ?? 0)).toLowerCase();
    const room = named.find(({ name }) => rest.startsWith(name) && isNameEnd(text, start + name.length));
    if (!room) return null;
    const end = start + room.name.length;
    return { end, shownEnd: end, attrs: { class: "roomref", href: `/rooms/${room.id}` } };
  };
}

/** @type {FindMention} */
function findCall(text, start) {
  for (const [word, call] of Object.entries(calls)) {
    const end = start + word.length;
    if (text.slice(start, end).toLowerCase() === word && isNameEnd(text, end))
      return { end, shownEnd: end, attrs: { class: "mention", "data-call": call } };
  }
  return null;
}
