/** The command that asks. */
import { quotedParts } from "../core/command_text.js";
import * as chat from "../lib/chat.js";
import { t } from "../lib/i18n.js";
import { openPoll } from "../views/poll_dialog.js";
import { CommandError } from "./command.js";

/** @type {import("./command.js").Command[]} */
export const pollCommands = [
  {
    name: "poll",
    korean: "투표",
    usage: () => t("“Question” “A” “B”"),
    about: () => t("Ask with a poll"),
    isAlone: true,
    async run(rest, place) {
      const parts = quotedParts(rest);
      if (!parts) return openPoll(place, rest);
      const [question, ...options] = parts;
      if (options.length < 2) throw new CommandError(t("A poll needs two options at least, each in quotes."));
      if (options.length > 10) throw new CommandError(t("A poll can have {n} options at most.", { n: 10 }));
      await chat.askPoll(place.roomId, {
        question,
        options,
        ...(place.parentId === null ? {} : { parent_id: place.parentId }),
      });
    },
  },
];
