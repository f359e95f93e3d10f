/** The list of what calls me, in all of my rooms, newest first. */
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import * as chat from "../lib/chat.js";
import { html, StetElement } from "../lib/element.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { goTo } from "../lib/router.js";
import { mentionEntry } from "../views/mention_entry.js";
import { skeletons } from "../views/timeline.js";

export class StetMentions extends StetElement {
  #list = new chat.MentionList();

  start() {
    this.onLeave(this.#list.start());
    this.listen(this, "click", onPress);
  }

  view() {
    const found = this.#list.entries.value;
    const problem = this.#list.problem.value;
    if (!found && problem) return this.#failed(problem);
    if (!found) return html`<div class="page-list">${skeletons()}</div>`;
    const entries = chat.asTheyStand(found);
    if (!entries.length && this.#list.next.value === null) return nothingYet();
    return html`<div class="page-list" role="feed" aria-label=${t("Mentions")} aria-busy=${this.#list.isLoading.value}>
      ${repeat(
        entries,
        ({ message }) => message.id,
        entry => mentionEntry(entry),
      )}
      ${this.#more()}
    </div>`;
  }

  #more() {
    if (this.#list.next.value === null) return null;
    const words = this.#list.isLoading.value ? t("Loading…") : t("Show older");
    return html`<div class="page-more"><button type="button" class="btn" aria-disabled=${this.#list.isLoading.value} @click=${() => this.#list.loadMore()}>${words}</button></div>`;
  }

  /** @param {unknown} problem */
  #failed(problem) {
    return html`<div class="page-note" role="alert"><h2>${t("The mentions could not be loaded")}</h2><p>${chat.sentenceOf(problem)}</p>
      <button type="button" class="btn" @click=${() => this.#list.reload()}>${icon("rotate-cw", "i-sm")}${t("Try again")}</button></div>`;
  }
}

const nothingYet = () => html`<div class="page-note">
  <span class="page-note-mark">${icon("at-sign", "i-lg")}</span>
  <h2>${t("Nobody has mentioned you yet")}</h2>
  <p>${t("Messages that call you by name, with @here or @room, or have one of your keywords, are collected here.")}</p>
</div>`;

/** A press beside links and buttons opens the message. @param {MouseEvent} event */
function onPress(event) {
  const target = /** @type {Element} */ (event.target);
  const entry = target.closest(".entry");
  const isSelecting = !(getSelection()?.isCollapsed ?? true);
  if (!(entry instanceof HTMLElement) || target.closest("a[href], button") || isSelecting) return;
  goTo(entry.dataset.path ?? "/");
}
