/** What I saved for later: what is to do, and what is done. */
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { shortWhen } from "../lib/dates.js";
import { html, StetElement } from "../lib/element.js";
import { t, tn } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { messagePath } from "../lib/router.js";
import { keptItem, keptSkeleton, nothingKept } from "../views/kept.js";

/** @typedef {import("../core/types.js").Saved} Saved */
/** @typedef {import("../core/types.js").Message} Message */

export class StetSaved extends StetElement {
  #tab = signal(/** @type {"open" | "done"} */ ("open"));
  /** null: not fetched yet. */
  #done = signal(/** @type {readonly Saved[] | null} */ (null));
  /** Where the next page of it begins. */
  #next = signal(/** @type {number | null} */ (null));
  #sentence = signal("");
  #generation = 0;

  start() {
    this.onLeave(
      chat.onSavedChange(() => {
        if (this.#done.peek()) this.#fetch(null);
      }),
    );
  }

  view() {
    const open = chat.savedOpen();
    const isDone = this.#tab.value === "done";
    return html`<div class="kept-page">
      <div class="kept-tabs" role="tablist" aria-label=${t("Saved messages")}>
        ${this.#tabButton("open", t("To do"), open.length)}${this.#tabButton("done", t("Done"), 0)}
      </div>
      <div role="tabpanel" id="saved-list" aria-labelledby="saved-${this.#tab.value}">${isDone ? this.#doneList() : openList(open)}</div>
    </div>`;
  }

  /** @param {"open" | "done"} name @param {string} label @param {number} count */
  #tabButton(name, label, count) {
    const isHere = this.#tab.value === name;
    return html`<button type="button" role="tab" id="saved-${name}" aria-selected=${isHere} aria-controls="saved-list" tabindex=${isHere ? "0" : "-1"}
      @click=${() => this.#show(name)} @keydown=${this.#onTabKey}>${label}${count ? html`<span class="badge badge-quiet"><span aria-hidden="true">${count}</span><span class="sr-only">${tn("{n} message", "{n} messages", count)}</span></span>` : null}</button>`;
  }

  /** @param {KeyboardEvent} event */
  #onTabKey = event => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = this.#tab.peek() === "open" ? "done" : "open";
    event.preventDefault();
    this.#show(other);
    document.getElementById(`saved-${other}`)?.focus();
  };

  /** @param {"open" | "done"} name */
  #show(name) {
    this.#tab.value = name;
    if (name === "done") this.#fetch(null);
  }

  /** @param {number | null} before null: from the beginning */
  async #fetch(before) {
    this.#generation += 1;
    const generation = this.#generation;
    this.#sentence.value = "";
    try {
      const { saved, next } = await chat.fetchDone(before);
      if (generation !== this.#generation) return;
      this.#done.value = before === null ? saved : [...(this.#done.peek() ?? []), ...saved];
      this.#next.value = next;
    } catch (error) {
      if (generation === this.#generation) this.#sentence.value = chat.sentenceOf(error);
    }
  }

  #doneList() {
    const done = this.#done.value;
    const failed = this.#sentence.value
      ? html`<div class="kept-none" role="alert"><p>${this.#sentence.value}</p><button type="button" class="btn" @click=${() => this.#fetch(null)}>${t("Try again")}</button></div>`
      : null;
    if (!done) return failed ?? html`<ul class="kept-list">${[1, 2, 3].map(keptSkeleton)}</ul>`;
    if (!done.length)
      return nothingKept("check", t("Nothing is done yet"), t("What you mark as done is kept here."));
    const next = this.#next.value;
    return html`<ul class="kept-list">${repeat(done, saved => saved.message_id, savedItem)}</ul>${failed}
      ${next ? html`<button type="button" class="btn kept-more" @click=${() => this.#fetch(next)}>${t("Show more")}</button>` : null}`;
  }
}

/** @param {Saved[]} open */
const openList = open =>
  open.length
    ? html`<ul class="kept-list">${repeat(open, saved => saved.message_id, savedItem)}</ul>`
    : nothingKept(
        "bookmark",
        t("Nothing is saved"),
        t(
          "Save messages that you want to come back to: the bookmark beside a message, or S on the chosen one. Only you see it.",
        ),
      );

/** @param {Saved} saved */
function savedItem(saved) {
  const message = chat.cardOf(saved.message_id);
  if (message === undefined) return keptSkeleton();
  if (message === null) return null;
  const { message_id: id, done_at: doneAt } = saved;
  const done = doneAt
    ? tool("rotate-cw", t("Mark as not done"), () => chat.setDone(id, false))
    : tool("check", t("Mark as done"), () => chat.setDone(id, true));
  const note = doneAt
    ? t("Done {when}", { when: shortWhen(doneAt) })
    : t("Saved {when}", { when: shortWhen(saved.at) });
  const remove = tool("x", t("Remove from saved"), () => chat.unsave(id));
  const tools = html`${message.deleted_at ? null : done}${remove}`;
  return keptItem({
    message,
    path: messagePath(message.room_id, message.id),
    note,
    tools,
    hasRoom: true,
  });
}

/**
 * @param {string} symbol
 * @param {string} label
 * @param {() => void} act
 */
const tool = (symbol, label, act) =>
  html`<button type="button" class="icon-btn" aria-label=${label} title=${label} @click=${act}>${icon(symbol, "i-sm")}</button>`;
