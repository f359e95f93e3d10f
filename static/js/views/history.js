/** The versions of an edited message, each with what changed in it. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { effect, signal } from "../../vendor/signals-core/signals-core.module.js";
import { wordChanges } from "../core/diff.js";
import * as chat from "../lib/chat.js";
import { fullTime, shortWhen } from "../lib/dates.js";
import { dialogHead, openDialog } from "../lib/dialog.js";
import { t } from "../lib/i18n.js";
import { avatar } from "./avatar.js";

/** @typedef {import("../core/types.js").Message} Message */
/** @typedef {import("../core/types.js").Revision} Revision */

/** @param {Message} message */
export function openHistory(message) {
  /** null: not known yet */
  const versions = signal(/** @type {Revision[] | null} */ (null));
  const sentence = signal("");
  // Another edit while the dialog is open brings another version; a deletion takes all of them.
  const stop = effect(() => {
    const now = chat.cardOf(message.id);
    if (now) load(message.id, versions, sentence);
  });
  const title = t("Edit history");
  openDialog({
    label: title,
    className: "dialog-sm",
    onClose: stop,
    view: close => html`${dialogHead(title, close)}
      <div class="dialog-body" aria-busy=${versions.value === null}>${content(message, versions.value, sentence.value)}</div>`,
  });
}

/**
 * @param {number} id
 * @param {import("../../vendor/signals-core/signals-core.module.js").Signal<Revision[] | null>} versions
 * @param {import("../../vendor/signals-core/signals-core.module.js").Signal<string>} sentence
 */
async function load(id, versions, sentence) {
  try {
    versions.value = await chat.revisionsOf(id);
    sentence.value = "";
  } catch (error) {
    sentence.value = chat.sentenceOf(error);
  }
}

/**
 * @param {Message} message
 * @param {Revision[] | null} versions
 * @param {string} sentence
 */
function content(message, versions, sentence) {
  if (sentence) return html`<p role="alert">${sentence}</p>`;
  if (!versions) return html`<div class="skel" aria-hidden="true"><i></i><i></i><i></i></div>`;
  if (!versions.length) return html`<p>${t("This message was deleted.")}</p>`;
  const author = chat.userOf(message.author_id);
  return html`<div class="versions-who">${avatar(author, "av-24")}<b class="truncate">${author?.name ?? t("Somebody")}</b></div>
    <ol class="versions">${versions.map((version, at) => versionView(version, versions[at - 1], at === versions.length - 1)).reverse()}</ol>`;
}

/**
 * @param {Revision} version
 * @param {Revision | undefined} before
 * @param {boolean} isNow
 */
function versionView({ text, at }, before, isNow) {
  const what = before ? (isNow ? t("Now") : t("Edited")) : t("First version");
  return html`<li class="version"><h3>${what} <time datetime=${at} title=${fullTime(at)}>${shortWhen(at)}</time></h3>
    <p class="version-text">${before ? changes(before.text, text) : text}</p></li>`;
}

/**
 * @param {string} before
 * @param {string} text
 */
function changes(before, text) {
  if (before === text)
    return html`${text}<span class="version-rest">${t("Something else than the words was changed.")}</span>`;
  return wordChanges(before, text).map(({ kind, text: words }) => {
    if (kind === "gone") return html`<del>${words}</del>`;
    return kind === "new" ? html`<ins>${words}</ins>` : words;
  });
}
