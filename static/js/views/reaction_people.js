/** Who reacted: the names beside a chip, and the dialog with everybody. */
import { html, render } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { listOf } from "../lib/dates.js";
import { dialogHead, openDialog } from "../lib/dialog.js";
import { t, tn } from "../lib/i18n.js";
import { avatar } from "./avatar.js";
import { glyphOf } from "./emoji_glyph.js";

/** @typedef {import("../core/types.js").Message} Message */

const namesShown = 10;
const showAfterMs = 350;
const gapPx = 8;

/**
 * "Ada, Leo and you", with the rest counted; I come first, because that is what I look for.
 * @param {number[]} ids
 * @param {number} myId
 * @param {(id: number) => string} nameOf
 */
export function whoReacted(ids, myId, nameOf) {
  const ordered = ids.includes(myId) ? [myId, ...ids.filter(id => id !== myId)] : ids;
  const names = ordered.slice(0, namesShown).map(id => (id === myId ? t("you") : nameOf(id)));
  const more = ordered.length - names.length;
  if (!more) return listOf(names);
  return tn("{names} and {n} other", "{names} and {n} others", more, { names: names.join(", ") });
}

/**
 * Show the names beside the chip that the mouse rests on or that has the focus.
 * @param {HTMLElement} log
 * @param {(row: Element) => Message | null} messageOf
 * @returns {() => void} what takes the listeners away again
 */
export function attachReactionNames(log, messageOf) {
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.popover = "manual";
  tip.setAttribute("aria-hidden", "true"); // the chip says the same to who cannot see it
  let timer = 0;
  /** @type {Element | null} */
  let shownFor = null;

  const hide = () => {
    clearTimeout(timer);
    shownFor = null;
    tip.remove();
  };
  /** @param {Event} event */
  const onEnter = event => {
    const chip = /** @type {Element} */ (event.target).closest(".chip[data-emoji]");
    if (chip === shownFor) return;
    hide();
    if (!chip || /** @type {PointerEvent} */ (event).pointerType === "touch") return;
    shownFor = chip;
    timer = window.setTimeout(() => show(chip), showAfterMs);
  };
  /** @param {Element} chip */
  const show = chip => {
    const row = chip.closest(".msg");
    const message = row && messageOf(row);
    const emoji = /** @type {HTMLElement} */ (chip).dataset.emoji;
    const reaction = message?.reactions.find(one => one.emoji === emoji);
    if (!chip.isConnected || !reaction) return hide();
    render(names(reaction), tip);
    document.body.append(tip);
    tip.showPopover();
    placeOver(tip, chip);
  };
  log.addEventListener("pointerover", onEnter);
  log.addEventListener("focusin", onEnter);
  log.addEventListener("pointerleave", hide);
  log.addEventListener("focusout", hide);
  log.addEventListener("pointerdown", hide);
  log.addEventListener("scroll", hide, { passive: true });
  return () => {
    hide();
    log.removeEventListener("pointerover", onEnter);
    log.removeEventListener("focusin", onEnter);
    log.removeEventListener("pointerleave", hide);
    log.removeEventListener("focusout", hide);
    log.removeEventListener("pointerdown", hide);
    log.removeEventListener("scroll", hide);
  };
}

/** @param {import("../core/types.js").Reaction} reaction */
const names = ({ emoji, user_ids: ids }) => html`<span class="tip-emoji">${glyphOf(emoji)}</span>
  <span>${whoReacted(ids, chat.me().id, nameOf)}</span>`;

/** @param {number} id */
const nameOf = id => chat.userOf(id)?.name ?? t("Somebody");

/**
 * @param {HTMLElement} tip
 * @param {Element} chip
 */
function placeOver(tip, chip) {
  const at = chip.getBoundingClientRect();
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.max(gapPx, Math.min(at.left + at.width / 2 - width / 2, innerWidth - width - gapPx));
  const top = at.top - height - gapPx > 0 ? at.top - height - gapPx : at.bottom + gapPx;
  tip.style.setProperty("left", `${left}px`);
  tip.style.setProperty("top", `${top}px`);
}

/**
 * Everybody who reacted, emoji by emoji; it follows what happens meanwhile.
 * @param {Message} message
 * @param {string} [first] the emoji to begin with
 */
export function openReactions(message, first) {
  const title = t("Reactions");
  const chosen = signal(first ?? message.reactions[0]?.emoji ?? "");
  openDialog({
    label: title,
    className: "dialog-sm dialog-sheet",
    view: close => {
      const { reactions } = chat.messageNow(message);
      const shown = reactions.find(({ emoji }) => emoji === chosen.value) ?? reactions[0];
      const choose = (/** @type {string} */ emoji) => () => {
        chosen.value = emoji;
      };
      return html`${dialogHead(title, close)}
        <div class="dialog-body">
          <div class="chips" role="tablist" aria-label=${t("Emoji")}>
            ${reactions.map(
              ({
                emoji,
                user_ids: ids,
              }) => html`<button type="button" class="chip" role="tab" aria-selected=${emoji === shown?.emoji}
                aria-pressed=${emoji === shown?.emoji} @click=${choose(emoji)}><span>${glyphOf(emoji)}</span>${ids.length}</button>`,
            )}
          </div>
          ${shown ? html`<ul class="rows" role="tabpanel" aria-label=${shown.emoji}>${shown.user_ids.map(person)}</ul>` : html`<p>${t("Nobody has reacted.")}</p>`}
        </div>`;
    },
  });
}

/** @param {number} id */
function person(id) {
  const isMe = id === chat.me().id;
  return html`<li class="row-item">${avatar(chat.userOf(id), "av-32")}<span class="who"><b>${nameOf(id)}${isMe ? html` <small>${t("you")}</small>` : null}</b></span></li>`;
}
