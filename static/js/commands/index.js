/** Every slash command, and what a typed text makes of them. */
import { readCommandText } from "../core/command_text.js";
import { lang, t } from "../lib/i18n.js";
import { fold } from "../lib/match.js";
import { openCommandHelp } from "../views/command_help.js";
import { pageCommands } from "./page.js";
import { peopleCommands } from "./people.js";
import { planningCommands } from "./planning.js";
import { pollCommands } from "./polls.js";
import { roomCommands } from "./rooms.js";
import { textCommands } from "./texts.js";

export { withoutEscape } from "../core/command_text.js";
export { CommandError } from "./command.js";

/** @typedef {import("./command.js").Command} Command */
/** @typedef {{name: string, rest: string, command: Command | undefined}} Spoken `name` as it was typed */

/** In the order in which they are offered. @type {Command[]} */
export const commands = [
  ...planningCommands,
  ...pollCommands,
  ...roomCommands,
  ...peopleCommands,
  ...textCommands,
  ...pageCommands,
  {
    name: "help",
    korean: "도움말",
    usage: () => "",
    about: () => t("Show all commands"),
    isAlone: true,
    run: () => openCommandHelp(commands),
  },
];

/** The name in the language of the page. @param {Command} command */
export const nameOf = ({ name, korean }) => (lang() === "ko" ? korean : name);

/** @param {Command} command */
const namesOf = ({ name, korean, aliases = [] }) => [name, korean, ...aliases];

/** @param {string} name */
export const commandNamed = name => commands.find(command => namesOf(command).includes(fold(name)));

/** Whether a name, however it is spelled, begins so. @param {Command} command @param {string} typed */
export const beginsWith = (command, typed) => namesOf(command).some(name => name.startsWith(fold(typed)));

/** What a text says if it is a command. @param {string} text @returns {Spoken | null} */
export function readCommand(text) {
  const read = readCommandText(text);
  return read && { ...read, command: commandNamed(read.name) };
}
