/** What the search page shows under the box: where to begin, results, and why there are none. */
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { html } from "../../vendor/lit-html/lit-html.js";
import { operatorsIn, spelt, typedKind } from "../core/search_query.js";
import * as chat from "../lib/chat.js";
import { clockTime, dayBefore, dayHeading, fullTime } from "../lib/dates.js";
import { lang, t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { messagePath, roomPath } from "../lib/router.js";
import { attachmentCards } from "./attachments.js";
import { avatar } from "./avatar.js";
import { botTag } from "./bot_tag.js";
import { roomMark } from "./room_link.js";

/** @typedef {import("../core/types.js").SearchResult} SearchResult */

/**
 * @param {readonly SearchResult[]} results
 * @param {number} activeId the one that Tab reaches
 */
export const hits = (results, activeId) =>
  repeat(
    results,
    ({ message }) => message.id,
    (result, i) => hit(result, i + 1, result.message.id === activeId || (!activeId && i === 0)),
  );

/**
 * @param {SearchResult} result
 * @param {number} position
 * @param {boolean} isStop
 */
function hit({ message, room: found, snippet, before }, position, isStop) {
  const room = chat.room(found.id) ?? /** @type {import("../core/types.js").Room} */ (found);
  const title = chat.roomTitle(room);
  const author = chat.userOf(message.author_id);
  const name = author?.name ?? t("Somebody");
  const path = messagePath(message.room_id, message.id);
  const when = dayHeading(message.created_at);
  return html`<article class="hit" data-stop data-id=${message.id} data-path=${path} tabindex=${isStop ? "0" : "-1"}
      aria-posinset=${position} aria-setsize="-1" aria-label=${[name, title, when, clockTime(message.created_at)].join(", ")}>
    <header>${roomMark(room, "i-xs")}<a class="truncate" tabindex="-1" href=${roomPath(message.room_id)}>${title}</a>
      <span class="when">${message.parent_id ? html`· ${t("thread")} ` : null}· <time datetime=${message.created_at} title=${fullTime(message.created_at)}>${when}</time></span>
      <a class="jumpto" tabindex="-1" href=${path}>${t("Open in room")}</a></header>
    ${before ? lineBefore(before) : null}
    <div class="msg msg-head">
      <div class="msg-side">${avatar(author)}</div>
      <div class="msg-main">
        <div class="msg-meta"><b class="msg-author">${name}</b>${botTag(author)}<time class="msg-time" datetime=${message.created_at}>${clockTime(message.created_at)}</time></div>
        <div class="prose"><p>${snippet.map(({ text, is_match: isMatch }) => (isMatch ? html`<mark>${text}</mark>` : text))}</p></div>
        ${attachmentCards(message.attachments)}
      </div>
    </div>
  </article>`;
}

/** @param {NonNullable<SearchResult["before"]>} before */
function lineBefore({ author_id: authorId, created_at: at, text }) {
  const author = chat.userOf(authorId);
  return html`<div class="msg msg-head ctx">
    <div class="msg-side">${avatar(author)}</div>
    <div class="msg-main">
      <div class="msg-meta"><b class="msg-author">${author?.name ?? t("Somebody")}</b><time class="msg-time" datetime=${at}>${clockTime(at)}</time></div>
      <div class="prose"><p>${text}</p></div>
    </div>
  </div>`;
}

/** As high as results are. */
export const hitSkeletons = () => html`<div aria-hidden="true">
  ${[1, 2, 3].map(() => html`<div class="hit hit-skel"><div class="skel"><i></i><i></i><i></i></div></div>`)}
</div>`;

/**
 * @typedef {object} StartActions
 * @property {(query: string) => void} search
 * @property {() => void} forget
 * @property {(text: string) => void} insert puts an operator into the box
 */

/**
 * Before anything is searched for: what was searched for before, and what can be typed.
 * @param {string[]} recent
 * @param {StartActions} act
 */
export const searchStart = (recent, act) => html`<div class="search-start">
  ${recent.length ? recentList(recent, act) : null}
  <section aria-labelledby="search-tips"><h2 id="search-tips">${t("What you can type")}</h2>
    <ul class="operators">${tips().map(
      ([text, words]) =>
        html`<li><button type="button" class="operator" data-stop @click=${() => act.insert(text)}><code>${text}</code><span>${words}</span></button></li>`,
    )}</ul></section>
</div>`;

/**
 * @param {string[]} recent
 * @param {StartActions} act
 */
const recentList = (
  recent,
  act,
) => html`<section aria-labelledby="search-recent"><header><h2 id="search-recent">${t("Recent searches")}</h2>
    <button type="button" class="btn btn-sm btn-quiet" @click=${act.forget}>${t("Clear")}</button></header>
  <ul>${recent.map(
    query =>
      html`<li><button type="button" class="recent" data-stop @click=${() => act.search(query)}>${icon("clock", "i-sm")}<span class="truncate">${query}</span></button></li>`,
  )}</ul></section>`;

/** @returns {[string, string][]} */
const tips = () => [
  [`${spelt("in", lang())}:`, t("messages in one room")],
  [`${spelt("from", lang())}:`, t("messages of one person")],
  [`${spelt("after", lang())}:`, t("messages since a day")],
  [`${spelt("before", lang())}:`, t("messages before a day")],
  [typedKind("file", lang()), t("messages with a file")],
  [typedKind("link", lang()), t("messages with a link")],
  ['"', t("exactly these words, one after the other")],
];

/**
 * @param {string} query
 * @param {boolean} hasFilters
 * @param {() => void} onWiden
 */
export const noHits = (query, hasFilters, onWiden) => html`<div class="search-note">
  <span class="search-note-mark">${icon("search", "i-lg")}</span>
  <h2>${t("Nothing found for “{query}”", { query })}</h2>
  <ul><li>${t("Try another word, or fewer words.")}</li>
    <li>${t("Only messages in rooms that you are in are searched.")}</li></ul>
  ${hasFilters ? html`<button type="button" class="btn" @click=${onWiden}>${t("Search without filters")}</button>` : null}
</div>`;

/**
 * @param {string} sentence
 * @param {(() => void) | null} onRetry null: the same question gets the same answer
 */
export const searchFailed = (sentence, onRetry) => html`<div class="search-note" role="alert">
  <span class="search-note-mark">${icon("circle-alert", "i-lg")}</span>
  <h2>${t("The search did not work")}</h2><p>${sentence}</p>
  ${onRetry ? html`<button type="button" class="btn" @click=${onRetry}>${icon("rotate-cw", "i-sm")}${t("Try again")}</button>` : null}
</div>`;

/** @param {() => void} onRetry */
export const searchOffline = onRetry => html`<div class="search-note" role="status">
  <span class="search-note-mark">${icon("wifi-off", "i-lg")}</span>
  <h2>${t("You are offline.")}</h2><p>${t("The server searches, so this waits until you are connected again.")}</p>
  <button type="button" class="btn" @click=${onRetry}>${t("Try now")}</button>
</div>`;

/**
 * Filters that name nothing here: nothing was searched for.
 * @param {readonly string[]} unknown as they were typed
 * @param {() => void} onDrop
 */
export const unknownFilters = (unknown, onDrop) => html`<div class="search-note">
  <span class="search-note-mark">${icon("circle-alert", "i-lg")}</span>
  <h2>${t("This filter names nothing here")}</h2>
  <ul>${unknown.flatMap(operatorsIn).map(operator => html`<li>${whyUnknown(operator)}</li>`)}</ul>
  <button type="button" class="btn" @click=${onDrop}>${t("Search without it")}</button>
</div>`;

/** @param {import("../core/search_query.js").Operator} operator */
function whyUnknown({ name, value }) {
  if (name === "in") return t("You are in no room called “{name}”.", { name: value });
  if (name === "from") return t("Nobody, or more than one person, is called “{name}”.", { name: value });
  if (name === "has") return t("A message can have a file or a link, not “{name}”.", { name: value });
  return t("“{name}” is no day. Write it like {day}.", { name: value, day: dayBefore(0) });
}

/**
 * The way to the next page: by itself when it comes into view, by the button when that failed.
 * @param {import("../core/search.js").SearchState} state
 * @param {() => void} onMore
 */
export function moreHits({ next, more }, onMore) {
  if (!next) return null;
  const words = more === "failed" ? t("Try again") : t("Show more results");
  return html`<div class="search-more">
    ${more === "failed" ? html`<p role="alert">${t("More results could not be loaded.")}</p>` : null}
    <button type="button" class="btn" data-stop data-more=${more} aria-disabled=${more === "loading"} @click=${onMore}>${more === "loading" ? t("Loading…") : words}</button>
  </div>`;
}
