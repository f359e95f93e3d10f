/** Commands that send a text. */
import { t } from "../lib/i18n.js";
import { CommandError } from "./command.js";

/** @type {import("./command.js").Command[]} */
export const textCommands = [
  {
    name: "me",
    korean: "나",
    usage: () => t("waves"),
    about: () => t("Say what you are doing"),
    run(rest) {
      if (!rest)
        throw new CommandError(t("What are you doing? For example: {example}", { example: "/me waves" }));
      return `/me ${rest}`;
    },
  },
  {
    name: "shrug",
    korean: "으쓱",
    usage: () => t("text"),
    about: () => t("Put ¯\\_(ツ)_/¯ after your message"),
    isAlone: true,
    // As Markdown shows it: a backslash before what would mean something.
    run: rest => `${rest} ¯\\\\\\_(ツ)\\_/¯`.trim(),
  },
];
