/** Choosing people: a field that finds them, a list to take from, and those already taken. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { computed, signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { isComposing } from "../lib/keys.js";
import { bestMatches } from "../lib/match.js";
import { avatar } from "./avatar.js";

const mostShown = 50;

/** @typedef {import("../core/types.js").User} User */

/**
 * @param {{isExcluded: (user: User) => boolean}} options
 */
export function makePeoplePicker({ isExcluded }) {
  const query = signal("");
  const picked = signal(/** @type {User[]} */ ([]));
  const found = computed(() => {
    const free = chat
      .activeUsers()
      .filter(user => user.email && !isExcluded(user) && !picked.value.includes(user));
    return bestMatches(free, query.value, user => user.name).slice(0, mostShown);
  });

  /** @param {User} user */
  const take = user => {
    picked.value = [...picked.value, user];
    query.value = "";
    const field = document.querySelector("dialog[open] .people-query");
    if (field instanceof HTMLInputElement) {
      field.value = "";
      field.focus();
    }
  };
  /** @param {User} user */
  const drop = user => {
    picked.value = picked.value.filter(other => other !== user);
  };
  /** @param {KeyboardEvent} event */
  const onKey = event => {
    if (isComposing(event)) return;
    const first = found.value[0];
    const last = picked.value[picked.value.length - 1];
    if (event.key === "Enter" && query.value && first) {
      event.preventDefault();
      take(first.thing);
    } else if (event.key === "Backspace" && !query.value && last) {
      drop(last);
    }
  };

  const view = () => html`
    ${picked.value.length ? html`<div class="picked">${picked.value.map(user => html`<button type="button" aria-label=${t("Take {name} out", { name: user.name })} @click=${() => drop(user)}>${avatar(user, "av-24")}<span class="truncate">${user.name}</span>${icon("x", "i-xs")}</button>`)}</div>` : null}
    <input class="input people-query" type="text" autofocus autocomplete="off" placeholder=${t("Find people by name")} aria-label=${t("Find people by name")}
      @keydown=${onKey} @input=${(/** @type {Event} */ event) => {
        query.value = /** @type {HTMLInputElement} */ (event.currentTarget).value;
      }}>
    <ul class="rows">${found.value.map(
      ({ thing: user }) => html`<li><button type="button" class="row-item" @click=${() => take(user)}>
      ${avatar(user, "av-32", chat.presenceOf(user.id))}<span class="who"><b class="truncate">${user.name}</b><small class="truncate">${user.title || user.email}</small></span></button></li>`,
    )}</ul>
    ${found.value.length ? null : html`<p class="empty">${t("Nobody matches.")}</p>`}`;

  return { picked, view };
}
