/** Commands about people: writing to them, and being here or not. */
import { parseWhen, tomorrowMorning } from "../core/when.js";
import * as chat from "../lib/chat.js";
import { t } from "../lib/i18n.js";
import { goTo, roomPath } from "../lib/router.js";
import { toast } from "../lib/toast.js";
import { CommandError, readPeople } from "./command.js";

/** @type {import("./command.js").Command[]} */
export const peopleCommands = [
  {
    name: "msg",
    korean: "메시지",
    aliases: ["dm"],
    usage: () => t("@person text"),
    about: () => t("Write to somebody directly"),
    takes: "anybody",
    async run(rest) {
      const { people, rest: text } = readPeople(rest);
      if (!people.length) throw new CommandError(t("Whom? Write an @ and choose somebody."));
      const room = await chat.openDirect(people.map(({ id }) => id));
      if (text) chat.send(room.id, text);
      goTo(roomPath(room.id));
    },
  },
  {
    name: "away",
    korean: "자리비움",
    usage: () => "",
    about: () => t("Be shown as away on all devices"),
    isAlone: true,
    async run() {
      await chat.setAway(true);
      toast(t("You are shown as away. /active ends it."));
    },
  },
  {
    name: "active",
    korean: "활동중",
    usage: () => "",
    about: () => t("Be shown as active again"),
    isAlone: true,
    async run() {
      await chat.setAway(false);
      toast(t("You are shown as active."));
    },
  },
  {
    name: "dnd",
    korean: "방해금지",
    usage: () => t("until tomorrow 9am, or off"),
    about: () => t("Pause notifications, or let them come again"),
    isAlone: true,
    async run(rest) {
      const wish = rest.replace(/^(until|for) /i, "");
      if (/^(off|end|해제|끝)$/i.test(wish) || (!wish && chat.pausedUntil())) return chat.resume();
      const until = wish ? (parseWhen(wish) ?? parseWhen(`in ${wish}`))?.at : tomorrowMorning();
      if (!until)
        throw new CommandError(
          t("Until when? For example: {examples}", { examples: "1 hour, tomorrow 9am" }),
        );
      await chat.pauseUntil(until);
    },
  },
  {
    name: "status",
    korean: "상태",
    usage: () => t("🌴 on holiday"),
    about: () => t("Say what you are doing, beside your name"),
    isAlone: true,
    async run(rest) {
      const [, emoji, text] = /^(\p{Extended_Pictographic}\S*)?\s*(.*)$/u.exec(rest) ?? [];
      if (!rest) await chat.clearStatus();
      else await chat.setStatus({ emoji: emoji ?? "", text: text ?? "", expires_at: null });
      toast(rest ? t("Your status is set.") : t("Your status is cleared."));
    },
  },
];
