/** The list of all slash commands. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { dialogHead, openDialog } from "../lib/dialog.js";
import { lang, t } from "../lib/i18n.js";

/** @param {import("../commands/command.js").Command[]} commands */
export function openCommandHelp(commands) {
  const title = t("Commands");
  openDialog({
    label: title,
    view: close => html`${dialogHead(title, close)}
      <div class="dialog-body">
        <dl class="cmd-list">${commands.map(command => html`<dt>${spelling(command)}</dt><dd>${command.about()}</dd>`)}</dl>
        <p>${t("Begin a message with two slashes to send it with one.")}</p>
      </div>`,
  });
}

/** @param {import("../commands/command.js").Command} command */
const spelling = ({ name, korean, usage }) => `/${lang() === "ko" ? korean : name} ${usage()}`.trim();
