/** Everybody: a list in place of a room, found by name, with who is here and what time it is there. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { t, tn } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { bestMatches } from "../lib/match.js";
import { localTime, statusOf } from "../lib/status.js";
import { avatar } from "./avatar.js";
import { pageHead } from "./page_head.js";
import { openPersonCard, roleName, talkTo } from "./person_card.js";
import { glyphOf } from "./status_glyph.js";

/** @typedef {import("../core/types.js").User} User */
/** @typedef {"everyone" | "here" | "admins" | "guests" | "deactivated"} Shown */

const pageSize = 100;

const query = signal("");
const shown = signal(/** @type {Shown} */ ("everyone"));
const most = signal(pageSize);

/** @type {import("./places.js").Place} */
export const directory = {
  name: "people",
  icon: "users",
  label: () => t("People"),
  badge: () => null,
  page: () => {
    const people = found();
    const isCut = people.length > most.value;
    return html`${pageHead("users", t("People"))}
      <div class="page people-page"><div class="page-in">
        <div class="people-tools" role="search">
          <div class="find">${icon("search", "i-sm")}<input class="input" type="search" autocomplete="off" placeholder=${t("Find people by name or what they do")} aria-label=${t("Find people by name or what they do")}
            .value=${query.value} @input=${(/** @type {Event} */ event) => {
              query.value = /** @type {HTMLInputElement} */ (event.currentTarget).value;
              most.value = pageSize;
            }}></div>
          <div class="seg" role="radiogroup" aria-label=${t("Show")}>${groups().map(
            ([value, words]) =>
              html`<label><input type="radio" name="people-shown" .checked=${shown.value === value} @change=${() => {
                shown.value = value;
                most.value = pageSize;
              }}>${words}</label>`,
          )}</div>
        </div>
        <p class="people-count" aria-live="polite">${tn("{n} person", "{n} people", people.length)}</p>
        <ul class="people-list">${people.slice(0, most.value).map(personRow)}</ul>
        ${people.length ? null : html`<p class="empty">${t("Nobody matches.")}</p>`}
        ${
          isCut
            ? html`<button type="button" class="btn" @click=${() => {
                most.value += pageSize;
              }}>${t("Show more")}</button>`
            : null
        }
      </div></div>`;
  },
};

/** @returns {[Shown, string][]} */
function groups() {
  const canManage = ["owner", "admin"].includes(chat.me().role);
  /** @type {[Shown, string][]} */
  const all = [
    ["everyone", t("Everyone")],
    ["here", t("Here now")],
    ["admins", t("Admins")],
    ["guests", t("Guests")],
  ];
  return canManage ? [...all, ["deactivated", t("Deactivated")]] : all;
}

/** @returns {User[]} */
function found() {
  const people = chat.users().filter(user => user.email && belongs(user));
  const names = (/** @type {User} */ user) => [user.name, user.title, user.email];
  people.sort((a, b) => chat.compareNames(a.name, b.name));
  return bestMatches(people, query.value, names).map(({ thing }) => thing);
}

/** @param {User} user */
function belongs(user) {
  if (shown.value === "deactivated") return Boolean(user.deactivated_at);
  if (user.deactivated_at) return false;
  if (shown.value === "here") return chat.presenceOf(user.id) === "active";
  if (shown.value === "admins") return user.role === "owner" || user.role === "admin";
  return shown.value === "guests" ? user.role === "guest" : true;
}

/** @param {User} user */
function personRow(user) {
  const isMe = user.id === chat.me().id;
  const status = statusOf(user);
  const role = roleName(user);
  const presence = chat.presenceOf(user.id);
  return html`<li class="person-row">
    <button type="button" class="person" aria-haspopup="dialog" @click=${(/** @type {Event} */ event) =>
      openPersonCard(/** @type {Element} */ (event.currentTarget), user.id)}>
      ${avatar(user, "av-48", user.deactivated_at ? "" : presence)}
      <span class="who"><b><span class="truncate">${user.name}</span>${isMe ? html`<span class="tag">${t("you")}</span>` : null}${role ? html`<span class="tag ${user.role === "owner" ? "tag-accent" : ""}">${role}</span>` : null}<span class="sr-only">${chat.presenceWord(presence)}</span></b>
        <small class="truncate">${user.title || user.email}</small>
        ${status ? html`<small class="truncate"><span class="status-glyph" aria-hidden="true">${glyphOf(status.emoji)}</span> ${status.text}</small>` : null}</span>
    </button>
    ${user.deactivated_at ? null : html`<span class="person-time only-wide">${icon("clock", "i-xs")}${localTime(user.time_zone)}</span>`}
    ${isMe || user.deactivated_at ? null : html`<button type="button" class="icon-btn" aria-label=${t("Message {name}", { name: user.name })} title=${t("Message {name}", { name: user.name })} @click=${() => talkTo(user.id)}>${icon("message-square")}</button>`}
  </li>`;
}
