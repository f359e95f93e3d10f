/** Asking for a reminder, and putting one off. */
import * as chat from "../lib/chat.js";
import { comingTime } from "../lib/dates.js";
import { t } from "../lib/i18n.js";
import { toast } from "../lib/toast.js";
import { openWhen, reminderChoices } from "./when_dialog.js";

/** @param {import("../core/types.js").Message} message */
export const askWhenToRemind = message =>
  openWhen({
    title: t("Remind me of this message"),
    choices: reminderChoices(),
    action: t("Remind me"),
    onChosen: async at => {
      await chat.remind({ messageId: message.id }, at);
      saidReminder(at);
    },
  });

/** @param {import("../core/types.js").Reminder} reminder */
export const askToSnooze = reminder =>
  openWhen({
    title: t("Remind me again"),
    choices: reminderChoices(),
    action: t("Remind me"),
    onChosen: async at => {
      await chat.snooze(reminder.id, at);
      saidReminder(at);
    },
  });

/** @param {Date} at */
export const saidReminder = at =>
  toast(t("You will be reminded: {when}", { when: comingTime(at.toISOString()) }));
