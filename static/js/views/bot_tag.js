/** Says beside a name that it is no person who writes. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { t } from "../lib/i18n.js";

/** @param {import("../core/types.js").User | undefined} user */
export const botTag = user => (user?.role === "bot" ? html`<span class="tag">${t("Bot")}</span>` : null);
