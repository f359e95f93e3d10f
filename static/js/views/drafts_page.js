/** The list "Drafts and unsent": what was written and has not reached anybody, and what goes out later. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { comingTime, fullTime } from "../lib/dates.js";
import { t, tn } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { messagePath, roomPath, threadPath } from "../lib/router.js";
import { toast } from "../lib/toast.js";
import { pageHead } from "./page_head.js";
import { openScheduled } from "./scheduled.js";

/** @typedef {import("../core/types.js").Scheduled} Scheduled */

/** @type {import("./places.js").Place} */
export const draftsPlace = {
  name: "drafts",
  icon: "send",
  label: () => t("Drafts and unsent"),
  badge: () => {
    const { drafts, unsent, failed } = chat.unsentCounts();
    const troubled = failed + chat.scheduled().filter(({ state }) => state === "failed").length;
    if (troubled || unsent) {
      const count = troubled || unsent;
      return { count, isLoud: troubled > 0, words: t("{n} not sent", { n: count }) };
    }
    return { count: drafts, words: tn("{n} draft", "{n} drafts", drafts) };
  },
  page: () => {
    const unsent = chat.unsent();
    const scheduled = chat.scheduled();
    const drafts = chat.drafts();
    const isEmpty = !unsent.length && !scheduled.length && !drafts.length;
    return html`${pageHead("send", t("Drafts and unsent"))}
      <div class="plan-page"><div class="plan-column">
        ${section(t("Not sent yet"), unsent.map(unsentRow))}
        ${section(t("Scheduled"), scheduled.map(scheduledRow))}
        ${section(t("Drafts"), drafts.map(draftRow))}
        ${isEmpty ? html`<p class="empty">${t("Everything you wrote was sent.")}</p>` : null}
      </div></div>`;
  },
};

/**
 * @param {string} title
 * @param {unknown[]} rows
 */
export const section = (title, rows) =>
  rows.length
    ? html`<section class="plan-sec"><h2>${title}<span class="badge badge-quiet" aria-hidden="true">${rows.length}</span></h2><ul class="plan-list">${rows}</ul></section>`
    : null;

/** @param {import("../lib/chat.js").Unsent} item */
function unsentRow({ clientId, roomId, text, state, failure }) {
  const isFailed = state === "failed";
  return html`<li class="plan-row">${icon(isFailed ? "circle-alert" : "clock")}
    <a class="plan-main" href=${roomPath(roomId)}><span class="plan-text">${text}</span>
      <small class=${isFailed ? "is-failed" : ""}>${chat.roomLabel(roomId)} · ${isFailed ? failure : t("Waiting for connection")}</small></a>
    <span class="plan-acts">
      ${isFailed ? html`<button type="button" class="btn btn-sm" @click=${() => chat.retry(clientId)}>${t("Try again")}</button>` : null}
      <button type="button" class="icon-btn" aria-label=${t("Delete")} title=${t("Delete")} @click=${() => chat.discard(clientId)}>${icon("trash-2")}</button>
    </span></li>`;
}

/** @param {ReturnType<typeof chat.drafts>[number]} draft */
function draftRow({ roomId, parentId, text, quotedId }) {
  const path = parentId === null ? roomPath(roomId) : threadPath(roomId, parentId);
  const place = chat.roomLabel(roomId);
  return html`<li class="plan-row">${icon(text ? "pencil" : "quote")}
    <a class="plan-main" href=${path}><span class="plan-text">${text || quoteWords(quotedId)}</span>
      <small>${parentId === null ? place : t("Thread in {room}", { room: place })}</small></a>
    <span class="plan-acts">
      <button type="button" class="icon-btn" aria-label=${t("Delete the draft")} title=${t("Delete the draft")} @click=${() => chat.dropDraft(roomId, parentId)}>${icon("trash-2")}</button>
    </span></li>`;
}

/** A draft of nothing but a quote. @param {number | null} quotedId */
function quoteWords(quotedId) {
  const card = quotedId === null ? null : chat.cardOf(quotedId);
  const excerpt = card && !card.deleted_at ? chat.excerptOf(card) : "";
  return excerpt || t("A quoted message");
}

/** @param {Scheduled} one */
function scheduledRow(one) {
  if (one.state === "sent") return sentRow(one);
  const isFailed = one.state === "failed";
  const place = chat.room(one.room_id) ? chat.roomLabel(one.room_id) : t("a room that you are not in");
  const why = isFailed
    ? t("Not sent. {reason}", { reason: chat.whyNotPosted(one) })
    : comingTime(one.send_at);
  return html`<li class="plan-row">${icon(isFailed ? "circle-alert" : "clock")}
    <button type="button" class="plan-main" @click=${() => openScheduled(one)}><span class="plan-text">${one.text}</span>
      <small class=${isFailed ? "is-failed" : ""} title=${fullTime(one.send_at)}>${place} · ${why}</small></button>
    <span class="plan-acts">
      <button type="button" class="btn btn-sm" @click=${() => act(chat.sendScheduled(one.id))}>${t("Send now")}</button>
      <button type="button" class="icon-btn" aria-label=${t("Change")} title=${t("Change")} @click=${() => openScheduled(one)}>${icon("pencil")}</button>
      <button type="button" class="icon-btn" aria-label=${t("Delete")} title=${t("Delete")} @click=${() => act(chat.unschedule(one.id))}>${icon("trash-2")}</button>
    </span></li>`;
}

/** Posted late, because the server was down: the author is told until they put it away. @param {Scheduled} one */
function sentRow({ id, room_id: roomId, posted_id: postedId, send_at: at }) {
  return html`<li class="plan-row">${icon("check")}
    <a class="plan-main" href=${messagePath(roomId, postedId ?? 0)}><span class="plan-text">${t("Sent late")}</span>
      <small>${chat.roomLabel(roomId)} · ${t("It was due {when}, while the server was not running.", { when: comingTime(at) })}</small></a>
    <span class="plan-acts">
      <button type="button" class="icon-btn" aria-label=${t("Put away")} title=${t("Put away")} @click=${() => act(chat.unschedule(id))}>${icon("x")}</button>
    </span></li>`;
}

/** @param {Promise<unknown>} work */
export const act = work => work.catch(error => toast(chat.sentenceOf(error)));
