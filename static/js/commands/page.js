/** Commands about the page itself. */
import { t } from "../lib/i18n.js";
import { goTo, searchPath } from "../lib/router.js";
import { openShortcuts } from "../views/shortcuts.js";

/** @type {import("./command.js").Command[]} */
export const pageCommands = [
  {
    name: "search",
    korean: "검색",
    usage: () => t("words"),
    about: () => t("Search all messages"),
    isAlone: true,
    run: rest => goTo(searchPath(rest)),
  },
  {
    name: "shortcuts",
    korean: "단축키",
    usage: () => "",
    about: () => t("Show the keyboard shortcuts"),
    isAlone: true,
    run: () => void openShortcuts(),
  },
];
