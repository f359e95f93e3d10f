/** When a reminder falls due, the page says so; it stays in the list until it is done. */
import * as chat from "./chat.js";
import { t, tn } from "./i18n.js";
import { goTo, messagePath } from "./router.js";
import { toast } from "./toast.js";

const gatherMs = 300;

export function startReminderNotices() {
  /** @type {import("../core/types.js").Reminder[]} */
  let gathered = [];
  chat.onReminderDue(reminder => {
    gathered.push(reminder);
    // After an outage several may come at once: one sentence for all.
    if (gathered.length === 1)
      setTimeout(() => {
        tell(gathered);
        gathered = [];
      }, gatherMs);
  });
}

/** @param {import("../core/types.js").Reminder[]} reminders */
function tell(reminders) {
  const [first] = reminders;
  const show = () =>
    reminders.length === 1 && first.message_id && first.room_id && chat.room(first.room_id)
      ? goTo(messagePath(first.room_id, first.message_id))
      : goTo("/reminders");
  const sentence =
    reminders.length === 1
      ? t("Reminder: {text}", { text: first.text || wordsAbout(first) })
      : tn("{n} reminder is due", "{n} reminders are due", reminders.length);
  toast(sentence, { label: t("Show"), action: show });
}

/** @param {import("../core/types.js").Reminder} reminder */
function wordsAbout({ message_id: id, room_id: roomId }) {
  const message = id && roomId ? chat.messageOf(roomId, id) : null;
  return message ? message.text : t("a message");
}
