/** The list of reminders: what is due and not done, and what is still to come. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { comingTime, fullTime } from "../lib/dates.js";
import { t, tn } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { messagePath } from "../lib/router.js";
import { act, section } from "./drafts_page.js";
import { pageHead } from "./page_head.js";
import { askToSnooze } from "./remind.js";

/** @typedef {import("../core/types.js").Reminder} Reminder */

/** @type {import("./places.js").Place} */
export const remindersPlace = {
  name: "reminders",
  icon: "bell",
  label: () => t("Reminders"),
  isShown: () => chat.reminders().length > 0,
  badge: () => {
    const due = chat.dueReminders().length;
    return { count: due, isLoud: true, words: tn("{n} reminder is due", "{n} reminders are due", due) };
  },
  page: () => {
    const all = chat.reminders();
    const due = all.filter(({ is_due: isDue }) => isDue);
    const coming = all.filter(({ is_due: isDue }) => !isDue);
    return html`${pageHead("bell", t("Reminders"))}
      <div class="plan-page"><div class="plan-column">
        ${section(t("Due"), due.map(row))}
        ${section(t("To come"), coming.map(row))}
        ${all.length ? null : html`<div class="empty"><p>${t("There is nothing to remind you of.")}</p><p>${t("Choose “Remind me” in the menu of a message, or type /remind.")}</p></div>`}
      </div></div>`;
  },
};

/** @param {Reminder} reminder */
function row(reminder) {
  const { id, text, due_at: at, is_due: isDue } = reminder;
  const about = aboutMessage(reminder);
  return html`<li class="plan-row ${isDue ? "is-due" : ""}">${icon("bell")}
    ${about.path ? html`<a class="plan-main" href=${about.path}>${words(text, about.words, at)}</a>` : html`<div class="plan-main">${words(text, about.words, at)}</div>`}
    <span class="plan-acts">
      <button type="button" class="btn btn-sm" @click=${() => act(chat.finishReminder(id))}>${icon(isDue ? "check" : "x", "i-xs")}${isDue ? t("Done") : t("Remove")}</button>
      <button type="button" class="icon-btn" aria-label=${t("Another time")} title=${t("Another time")} @click=${() => askToSnooze(reminder)}>${icon("clock")}</button>
    </span></li>`;
}

/**
 * @param {string} text
 * @param {string} about
 * @param {string} at
 */
const words = (text, about, at) => html`${text ? html`<span class="plan-text">${text}</span>` : null}
  ${about ? html`<span class=${text ? "plan-about" : "plan-text"}>${about}</span>` : null}
  <small title=${fullTime(at)}>${comingTime(at)}</small>`;

/** What it is about, as far as I may see it. @param {Reminder} reminder */
export function aboutMessage({ message_id: id, room_id: roomId }) {
  if (id === null || roomId === null) return { words: "", path: "" };
  const message = chat.messageOf(roomId, id);
  if (message === undefined) return { words: "…", path: "" };
  if (message === null) return { words: t("A message that you cannot see any more"), path: "" };
  const name = chat.userOf(message.author_id)?.name ?? t("Somebody");
  return { words: `${name} (${chat.roomLabel(roomId)}): ${message.text}`, path: messagePath(roomId, id) };
}
