/** What stands above the message field while a command is typed: how it goes on, what it would do, why it was refused. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { commands } from "../commands/index.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { openCommandHelp } from "./command_help.js";

/**
 * @param {import("../commands/index.js").Spoken} spoken
 * @param {string} refusal
 * @param {() => void} sendAsText
 */
export function commandNote({ name, rest, command }, refusal, sendAsText) {
  if (refusal)
    return html`<div class="cmd-note is-refused" role="alert">${icon("circle-alert", "i-sm")}<span>${refusal}</span>
      <button type="button" class="btn btn-sm" @click=${() => openCommandHelp(commands)}>${t("All commands")}</button>
      <button type="button" class="btn btn-sm" @click=${sendAsText}>${t("Send as text")}</button></div>`;
  if (!command) return null;
  const preview = command.preview?.(rest) ?? "";
  if (preview)
    return html`<div class="cmd-note" role="status">${icon("check", "i-sm")}<span>${preview}</span></div>`;
  return html`<div class="cmd-note"><code>/${name} ${command.usage()}</code><span>${command.about()}</span></div>`;
}
