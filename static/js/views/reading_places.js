/** The lists of what is to be read: unread messages, and threads. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { t, tn } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { pageHead } from "./page_head.js";

const readAllButton = () =>
  html`<button type="button" class="btn btn-sm" title="Shift Esc" @click=${chat.markAllRead}>${icon("check", "i-xs")}<span>${t("Mark all read")}</span></button>`;

/** @type {import("./places.js").Place} */
export const unreadPlace = {
  name: "unread",
  icon: "inbox",
  label: () => t("Unread"),
  badge: () => {
    const count = chat.unreadRooms().reduce((sum, room) => sum + room.unread_count, 0);
    return { count, words: tn("{n} unread message", "{n} unread messages", count) };
  },
  page: () => html`${pageHead("inbox", t("Unread"), readAllButton())}<stet-unread-list></stet-unread-list>`,
};

/** @type {import("./places.js").Place} */
export const threadsPlace = {
  name: "threads",
  icon: "messages-square",
  label: () => t("Threads"),
  badge: () => {
    const { count, mentions } = chat.unreadThreads();
    return {
      count,
      isLoud: mentions > 0,
      words: tn("{n} thread with new replies", "{n} threads with new replies", count),
    };
  },
  page: () => html`${pageHead("messages-square", t("Threads"))}<stet-thread-list></stet-thread-list>`,
};
