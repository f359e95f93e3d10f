/** What I saved, as a list that stands in place of a room. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { t } from "../lib/i18n.js";
import { pageHead } from "./page_head.js";

/** @type {import("./places.js").Place} */
export const savedMessages = {
  name: "saved",
  icon: "bookmark",
  label: () => t("Saved messages"),
  badge: () => null,
  page: () => html`${pageHead("bookmark", t("Saved messages"))}<stet-saved></stet-saved>`,
};
