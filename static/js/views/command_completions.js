/** Slash commands, at the beginning of a message; and what some of them take. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { beginsWith, commandNamed, commands, nameOf, readCommand } from "../commands/index.js";
import * as chat from "../lib/chat.js";
import { t } from "../lib/i18n.js";
import { bestMatches } from "../lib/match.js";
import { mentionBeingTyped } from "../lib/text_edit.js";
import { personCompletion } from "./people_completions.js";

/** @typedef {import("../elements/completion_list.js").CompletionSource} CompletionSource */

/** @type {CompletionSource} */
export const commandCompletions = {
  label: () => t("Commands"),
  typedIn: text => {
    const found = /^\/(\p{L}*)$/u.exec(text);
    return found && { start: 0, query: found[1] };
  },
  find: (query, roomId) => {
    // Enter on a whole command that needs nothing more is meant for the command.
    if (commandNamed(query)?.isAlone) return [];
    const place = { roomId, parentId: null };
    return commands
      .filter(command => beginsWith(command, query) && (command.isOffered?.(place) ?? true))
      .map(completion);
  },
};

/** @param {import("../commands/command.js").Command} command */
const completion = command => ({
  text: `/${nameOf(command)}${command.isAlone ? "" : " "}`,
  view: () =>
    html`<span class="cmd-name">/${nameOf(command)}</span><span class="cmd-usage truncate">${command.usage()}</span><span class="cmd-about">${command.about()}</span>`,
});

/** Everybody, also who is not in the room, where a command asks for people. @type {CompletionSource} */
export const anybodyCompletions = {
  label: () => t("People"),
  typedIn: text => (readCommand(text)?.command?.takes === "anybody" ? mentionBeingTyped(text) : null),
  find: query => {
    const others = chat.activeUsers().filter(({ id }) => id !== chat.me().id);
    const matches = bestMatches(others, query, person => person.name);
    const isFinished = matches.length === 1 && query.endsWith(" ");
    return isFinished ? [] : matches.map(personCompletion);
  },
};

/** @type {CompletionSource} */
export const openRoomCompletions = {
  label: () => t("Open rooms"),
  typedIn: text => {
    if (readCommand(text)?.command?.takes !== "open rooms") return null;
    const found = /\s(#?)([^\s#]*)$/u.exec(text);
    return found && { start: text.length - found[0].length + 1, query: found[2] };
  },
  async find(query) {
    await chat.loadOpenRooms().catch(() => {});
    return bestMatches(chat.openRooms() ?? [], query, room => room.name ?? "").map(({ thing: room }) => ({
      text: `#${room.name}`,
      view: () =>
        html`<span class="cmd-name">#${room.name}</span><span class="cmd-about">${room.topic}</span>`,
    }));
  },
};
