/** A poll in the timeline: a group of choices, each with its share. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { comingTime, listOf, shortWhen } from "../lib/dates.js";
import { t, tn } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";

/** @typedef {import("../core/types.js").Message} Message */
/** @typedef {import("../core/types.js").Poll} Poll */
/** @typedef {import("../core/types.js").PollOption} PollOption */

const namesShown = 3;

/**
 * @param {Message} message
 * @param {Poll} poll
 * @param {import("./message.js").RowContext} context
 */
export function pollView(message, poll, context) {
  const mine = chat.myVotes(message.id, poll);
  const isOpen = chat.isPollOpen(poll) && context.canWrite;
  const most = Math.max(...poll.options.map(({ count }) => count));
  const onChange = (/** @type {Event} */ event) => choose(event, message.id, mine);
  const isMine = message.author_id === context.myId;
  return html`<fieldset class="poll" data-state=${isOpen ? "open" : "closed"} @change=${onChange}>
    <legend class="poll-question">${icon("chart-bar", "i-sm")}<span>${poll.question}</span></legend>
    <p class="poll-kind">${kindOf(poll)}</p>
    ${poll.options.map(option => optionView(message.id, poll, option, { isOpen, isMine: mine.includes(option.number), isMost: !isOpen && most > 0 && option.count === most, context }))}
    <p class="poll-foot"><span>${tn("{n} person voted", "{n} people voted", poll.voter_count)}</span><span>${endOf(poll)}</span>
      ${isOpen && mine.length ? html`<button type="button" class="link" @click=${() => chat.vote(message.id, []).catch(() => {})}>${t("Take my vote back")}</button>` : null}
      ${isOpen && isMine ? html`<button type="button" class="link" @click=${() => chat.closePoll(message.id)}>${t("Close the poll")}</button>` : null}</p>
  </fieldset>`;
}

/**
 * @param {number} messageId
 * @param {Poll} poll
 * @param {PollOption} option
 * @param {{isOpen: boolean, isMine: boolean, isMost: boolean, context: import("./message.js").RowContext}} how
 */
function optionView(
  messageId,
  poll,
  { number, text, count, user_ids: ids },
  { isOpen, isMine, isMost, context },
) {
  const share = poll.voter_count ? Math.round((100 * count) / poll.voter_count) : 0;
  const id = `poll-${messageId}-${number}`;
  const names = ids?.length ? namesOf(ids, context) : "";
  return html`<div class="poll-option ${isMine ? "is-mine" : ""} ${isMost ? "is-most" : ""}">
    <input type=${poll.is_multiple ? "checkbox" : "radio"} name="poll-${messageId}" id=${id} value=${number} .checked=${isMine} ?disabled=${!isOpen} aria-describedby="${id}-share">
    <label for=${id}>${text}</label>
    <span class="poll-share" id="${id}-share">${tn("{n} vote", "{n} votes", count)} · ${share}%</span>
    <svg class="poll-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect width=${share} height="1"></rect></svg>
    ${names ? html`<small class="poll-names">${names}</small>` : null}
  </div>`;
}

/**
 * @param {readonly number[]} ids
 * @param {import("./message.js").RowContext} context
 */
function namesOf(ids, context) {
  const shown = ids.length > namesShown + 1 ? namesShown : ids.length;
  const names = ids
    .slice(0, shown)
    .map(id => (id === context.myId ? t("you") : (context.userOf(id)?.name ?? t("Somebody"))));
  if (ids.length > shown) names.push(tn("{n} more", "{n} more", ids.length - shown));
  return listOf(names);
}

/** @param {Poll} poll */
const kindOf = ({ is_multiple: isMultiple, is_anonymous: isAnonymous }) =>
  [
    isMultiple ? t("Choose one or several") : t("Choose one"),
    isAnonymous ? t("nobody sees who voted what") : t("everybody sees who voted what"),
  ].join(" · ");

/** @param {Poll} poll */
function endOf(poll) {
  if (poll.closed_at) return t("Closed {when}", { when: shortWhen(poll.closed_at) });
  if (!poll.ends_at) return "";
  return chat.isPollOpen(poll) ? t("Ends: {when}", { when: comingTime(poll.ends_at) }) : t("Closed");
}

/**
 * @param {Event} event
 * @param {number} messageId
 * @param {readonly number[]} before
 */
async function choose(event, messageId, before) {
  const group = /** @type {HTMLElement} */ (event.currentTarget);
  const inputs = [...group.querySelectorAll("input")];
  const chosen = inputs.filter(input => input.checked).map(input => Number(input.value));
  try {
    await chat.vote(messageId, chosen);
  } catch {
    for (const input of inputs) input.checked = before.includes(Number(input.value));
  }
}
