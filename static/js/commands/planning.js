/** Commands about later. */
import { parseWhen } from "../core/when.js";
import * as chat from "../lib/chat.js";
import { comingTime } from "../lib/dates.js";
import { lang, t } from "../lib/i18n.js";
import { goTo } from "../lib/router.js";
import { saidReminder } from "../views/remind.js";
import { saidScheduled } from "../views/send_later.js";
import { CommandError } from "./command.js";

/** @type {import("./command.js").Command[]} */
export const planningCommands = [
  {
    name: "remind",
    korean: "알림",
    usage: () => t("me in 20 minutes to check the oven"),
    about: () => t("Be reminded of something"),
    preview: rest => {
      const found = parseWhen(withoutMe(rest));
      return found ? t("Reminds you: {when}", { when: comingTime(found.at.toISOString()) }) : "";
    },
    async run(rest) {
      const wish = withoutMe(rest);
      if (/^(list|목록)?$/i.test(wish)) return goTo("/reminders");
      const { at, text } = readPlan(wish, t("Of what? Write it before or after the time."));
      await chat.remind({ text }, at);
      saidReminder(at);
    },
  },
  {
    name: "schedule",
    korean: "예약",
    aliases: ["later"],
    usage: () => t("tomorrow 9am Good morning!"),
    about: () => t("Send a message later"),
    preview: rest => {
      const found = parseWhen(rest);
      return found ? t("It goes out: {when}", { when: comingTime(found.at.toISOString()) }) : "";
    },
    async run(rest, { roomId, parentId }) {
      const { at, text } = readPlan(rest, t("Write the message after the time."));
      await chat.schedule(roomId, parentId, text, at);
      saidScheduled(at);
    },
  },
];

/** @param {string} rest */
const withoutMe = rest => rest.replace(/^(me|나에게|나)(?=\s|$)\s*/i, "");

/**
 * @param {string} rest
 * @param {string} whenNothing what is said when there is only a time
 */
function readPlan(rest, whenNothing) {
  const found = parseWhen(rest);
  if (!found) throw new CommandError(t("When? For example: {examples}", { examples: examples() }));
  if (found.at.getTime() <= Date.now()) throw new CommandError(t("That time has passed."));
  if (!found.text) throw new CommandError(whenNothing);
  return found;
}

const examples = () =>
  lang() === "ko" ? "20분 뒤, 내일 오전 9시, 월요일 10시" : "in 20 minutes, at 15:30, tomorrow 9am, monday";
