/** The menu beside the send button: what is written goes out later. */
import { comingTime } from "../lib/dates.js";
import { t } from "../lib/i18n.js";
import { openMenu } from "../lib/menu.js";
import { goTo } from "../lib/router.js";
import { toast } from "../lib/toast.js";
import { sentenceOf } from "../lib/words.js";
import { openWhen, sendingChoices } from "./when_dialog.js";

/**
 * @param {Element} anchor
 * @param {(at: Date) => Promise<unknown>} schedule
 */
export function openSendLater(anchor, schedule) {
  openMenu(anchor, t("Send later"), [
    { heading: t("Send later") },
    ...sendingChoices().map(({ at }) => ({
      icon: "clock",
      label: comingTime(at.toISOString()),
      action: () => void schedule(at).catch(error => toast(sentenceOf(error))),
    })),
    {
      icon: "pencil",
      label: t("Another time…"),
      action: () =>
        openWhen({
          title: t("Send later"),
          choices: sendingChoices(),
          action: t("Schedule"),
          onChosen: schedule,
        }),
    },
    "rule",
    { icon: "list", label: t("What is scheduled"), action: () => goTo("/drafts") },
  ]);
}

/** @param {Date} at */
export const saidScheduled = at =>
  toast(t("It goes out: {when}", { when: comingTime(at.toISOString()) }), {
    label: t("Show"),
    action: () => goTo("/drafts"),
  });
