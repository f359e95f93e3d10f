/** What I have planned: messages that go out later, and reminders. */
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import { findMessage } from "../core/reducer.js";
import { client } from "./client.js";
import { t } from "./i18n.js";
import { room } from "./rooms.js";

/** @typedef {import("../core/types.js").Scheduled} Scheduled */
/** @typedef {import("../core/types.js").Reminder} Reminder */

/** The next one first. */
export const scheduled = () =>
  Object.values(client.store.scheduled.value).sort((a, b) => a.send_at.localeCompare(b.send_at));

/**
 * @param {number} roomId
 * @param {number | null} parentId
 * @param {string} text
 * @param {Date} at
 */
export const schedule = (roomId, parentId, text, at) =>
  client.api.schedule({
    room_id: roomId,
    ...(parentId === null ? {} : { parent_id: parentId }),
    text,
    send_at: at.toISOString(),
  });

/** @param {number} id @param {{text?: string, send_at?: string}} change */
export const reschedule = (id, change) => client.api.reschedule(id, change);

/** @param {number} id */
export const unschedule = id => client.api.unschedule(id);

/** @param {number} id */
export const sendScheduled = id => client.api.sendScheduled(id);

/** Why a scheduled message was not posted. @param {Scheduled} of */
export const whyNotPosted = ({ failure }) =>
  ({
    not_found: t("You are not in this room any more."),
    room_archived: t("The room is archived."),
    invalid: t("What it replies to is not there any more."),
    deactivated: t("Your account was deactivated at that time."),
  })[failure ?? ""] ?? t("The server could not post it.");

/** What is due first, then the next one. */
export const reminders = () =>
  Object.values(client.store.reminders.value).sort(
    (a, b) => Number(b.is_due) - Number(a.is_due) || a.due_at.localeCompare(b.due_at),
  );

export const dueReminders = () => reminders().filter(reminder => reminder.is_due);

/**
 * @param {{text?: string, messageId?: number}} what
 * @param {Date} at
 */
export const remind = ({ text, messageId }, at) =>
  client.api.remind({
    ...(text && { text }),
    ...(messageId && { message_id: messageId }),
    due_at: at.toISOString(),
  });

/** @param {number} id @param {Date} at */
export const snooze = (id, at) => client.api.changeReminder(id, { due_at: at.toISOString() });

/** @param {number} id */
export const finishReminder = id => client.api.dropReminder(id);

/** Tell of every reminder whose time has come. @param {(reminder: Reminder) => void} listener */
export const onReminderDue = listener =>
  client.store.onEvent((_stream, event) => {
    if (event.type !== "reminder_due" || !event.data) return;
    const { id } = /** @type {{reminder: Reminder}} */ (event.data).reminder;
    // Caught up after a while it may be done, on another device.
    const present = client.store.state().reminders[id];
    if (present?.is_due) listener(present);
  });

/** Messages that were asked for, by id; null: not to be seen. @type {import("../../vendor/signals-core/signals-core.module.js").Signal<Readonly<Record<number, import("../core/types.js").Message | null>>>} */
const found = signal({});
/** @type {Set<number>} */
const asked = new Set();

/**
 * The message of a reminder, if I may still see it; undefined while it is being looked for.
 * @param {number} roomId
 * @param {number} id
 * @returns {import("../core/types.js").Message | null | undefined}
 */
export function messageOf(roomId, id) {
  if (!room(roomId)) return null;
  const held = findMessage(client.store.timeline(roomId).value ?? undefined, id);
  if (held) return held.deleted_at ? null : held;
  const looked = found.value[id];
  if (looked === undefined && !asked.has(id)) look(id);
  return looked;
}

/** @param {number} id */
async function look(id) {
  asked.add(id);
  try {
    const { message } = await client.api.message(id);
    found.value = { ...found.value, [id]: message.deleted_at ? null : message };
  } catch (error) {
    if (/** @type {{status?: number}} */ (error).status === 404) found.value = { ...found.value, [id]: null };
    else asked.delete(id);
  }
}
