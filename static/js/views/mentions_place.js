/** The list of what calls me, as a place of its own. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { t, tn } from "../lib/i18n.js";
import { banner } from "./banner.js";
import { pageHead } from "./page_head.js";

/** @type {import("./places.js").Place} */
export const mentions = {
  name: "mentions",
  icon: "at-sign",
  label: () => t("Mentions"),
  badge: () => {
    const count = chat.unreadMentions();
    return { count, isLoud: true, words: tn("{n} mention", "{n} mentions", count) };
  },
  page: () => html`${pageHead("at-sign", t("Mentions"))}${banner()}<stet-mentions></stet-mentions>`,
};
