/** The dialog that forwards a message to another room or person. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { computed, signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { dialogHead, openDialog } from "../lib/dialog.js";
import { t, tn } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { isComposing } from "../lib/keys.js";
import { bestMatches } from "../lib/match.js";
import { goTo, roomPath } from "../lib/router.js";
import { lengthOf } from "../lib/text_edit.js";
import { toast } from "../lib/toast.js";
import { avatar } from "./avatar.js";
import { messageCard } from "./card.js";
import { roomMark } from "./room_link.js";

/** @typedef {import("../core/types.js").Message} Message */
/** @typedef {import("../core/types.js").Room} Room */
/** @typedef {import("../core/types.js").User} User */
/** @typedef {{key: string, name: string, mark: unknown, room: Room | null, user: User | null}} Target */

const mostShown = 30;
const maxLength = 4000;

/** @param {Message} given */
export function openForward(given) {
  const message = original(given);
  const query = signal("");
  const target = signal(/** @type {Target | null} */ (null));
  const isCopying = signal(false);
  const isBusy = signal(false);
  const sentence = signal("");
  const found = computed(() => bestMatches(targets(), query.value, one => one.name).slice(0, mostShown));
  const title = t("Forward message");

  /** @param {Target | null} one */
  const choose = one => {
    target.value = one;
    isCopying.value = false;
    sentence.value = "";
    queueMicrotask(() => focusOn(one ? "#forward-comment" : ".people-query"));
  };
  const onInput = (/** @type {Event} */ event) => {
    query.value = /** @type {HTMLInputElement} */ (event.currentTarget).value;
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    if (isComposing(event) || event.key !== "Enter") return;
    event.preventDefault();
    const first = found.value[0];
    if (first) choose(first.thing);
  };

  openDialog({
    label: title,
    view: close => {
      const chosen = target.value;
      const submit = async (/** @type {Event} */ event) => {
        event.preventDefault();
        if (!chosen || isBusy.value) return;
        const comment = commentIn(/** @type {HTMLFormElement} */ (event.currentTarget));
        const text = isCopying.value ? withWords(comment, message) : comment;
        if (lengthOf(text) > maxLength) {
          sentence.value = t("That is longer than a message can be.");
          return;
        }
        isBusy.value = true;
        try {
          const roomId = await send(chosen, text, isCopying.value ? null : message.id);
          close();
          toast(t("Forwarded to {name}", { name: chosen.name }), {
            label: t("Open"),
            action: () => goTo(roomPath(roomId)),
          });
        } catch (error) {
          sentence.value = chat.sentenceOf(error);
        } finally {
          isBusy.value = false;
        }
      };
      return html`${dialogHead(title, close)}
        <form class="dialog-form" @submit=${submit}>
          <div class="dialog-body">
            ${chosen ? html`<div class="picked"><button type="button" aria-label=${t("Choose somebody else than {name}", { name: chosen.name })} @click=${() => choose(null)}>${chosen.mark}<span class="truncate">${chosen.name}</span>${icon("x", "i-xs")}</button></div>` : picker(found.value, onInput, onKey, choose)}
            ${
              chosen
                ? html`<textarea class="input" id="forward-comment" rows="2" maxlength=${maxLength} placeholder=${t("Add a comment, if you like")} aria-label=${t("Comment")}></textarea>`
                : null
            }
            <div class="forward-card">${messageCard(message)}</div>
            ${chosen ? reach(chosen, message, isCopying) : null}
            ${sentence.value ? html`<p class="forward-error" role="alert">${sentence.value}</p>` : null}
          </div>
          <footer class="dialog-foot">
            <button type="button" class="btn" @click=${close}>${t("Cancel")}</button>
            <button class="btn btn-primary" aria-disabled=${!chosen || isBusy.value}>${t("Forward")}</button>
          </footer>
        </form>`;
    },
  });
}

/** What only forwards another message stands for that one. @param {Message} message */
function original(message) {
  const quoted = message.quoted_id && !message.text ? chat.cardOf(message.quoted_id) : null;
  return quoted && !quoted.deleted_at ? quoted : message;
}

/**
 * @param {{thing: Target}[]} found
 * @param {(event: Event) => void} onInput
 * @param {(event: KeyboardEvent) => void} onKey
 * @param {(target: Target) => void} choose
 */
const picker = (found, onInput, onKey, choose) => html`
  <input class="input people-query" type="text" autofocus autocomplete="off" placeholder=${t("Room or person")} aria-label=${t("Room or person")} @input=${onInput} @keydown=${onKey}>
  <ul class="rows forward-targets">${found.map(({ thing }) => html`<li><button type="button" class="row-item" @click=${() => choose(thing)}>${thing.mark}<span class="who"><b class="truncate">${thing.name}</b></span></button></li>`)}</ul>
  ${found.length ? null : html`<p class="empty">${t("Nothing matches.")}</p>`}`;

/** Rooms that take messages, then people. @returns {Target[]} */
function targets() {
  const rooms = [...chat.namedRooms(), ...chat.directRooms().filter(room => chat.othersIn(room).length > 1)];
  const people = chat.activeUsers().filter(user => user.id !== chat.me().id);
  return [
    ...rooms
      .filter(room => chat.canWrite(room.id))
      .map(room => ({
        key: `room-${room.id}`,
        name: chat.roomTitle(room),
        mark: roomMark(room),
        room,
        user: null,
      })),
    ...people.map(user => ({
      key: `user-${user.id}`,
      name: user.name,
      mark: avatar(user, "av-20", chat.presenceOf(user.id)),
      room: null,
      user,
    })),
  ];
}

/**
 * How many people of the target will not see it, and what can be done about that.
 * @param {Target} target
 * @param {Message} message
 * @param {import("../../vendor/signals-core/signals-core.module.js").Signal<boolean>} isCopying
 */
function reach({ room, user }, message, isCopying) {
  const inside = new Set(chat.membersOf(message.room_id).map(member => member.user.id));
  const there = room ? chat.membersOf(room.id).map(member => member.user.id) : [user?.id ?? 0];
  const count = there.filter(id => !inside.has(id)).length;
  if (!count) return null;
  const where = chat.roomLabel(message.room_id);
  const words = tn(
    "{n} person there is not in {room} and will see only that something was forwarded.",
    "{n} people there are not in {room} and will see only that something was forwarded.",
    count,
    { room: where },
  );
  const box = html`<label class="check"><input type="checkbox" .checked=${isCopying.value} @change=${(
    /** @type {Event} */ event,
  ) => {
    isCopying.value = /** @type {HTMLInputElement} */ (event.currentTarget).checked;
  }}><span>${t("Send the words as a quotation of my own, which everybody there can read")}</span></label>`;
  return html`<div class="forward-reach"><p>${icon("lock", "i-sm")}<span>${words}</span></p>${message.text ? box : null}</div>`;
}

/**
 * @param {Target} target
 * @param {string} text
 * @param {number | null} messageId null: the text says it all
 * @returns {Promise<number>} the room
 */
async function send({ room, user }, text, messageId) {
  const { id } = room ?? (await chat.openDirect([user?.id ?? 0]));
  if (messageId === null) chat.send(id, text);
  else chat.forward(id, text, messageId);
  return id;
}

/**
 * @param {string} comment
 * @param {Message} message
 */
function withWords(comment, message) {
  const name = chat.userOf(message.author_id)?.name ?? t("Somebody");
  const quotation = message.text.split("\n").map(line => `> ${line}`);
  return [comment, [...quotation, `> — ${name}`].join("\n")].filter(Boolean).join("\n\n");
}

/** @param {HTMLFormElement} form */
const commentIn = form =>
  /** @type {HTMLTextAreaElement | null} */ (form.querySelector("#forward-comment"))?.value.trim() ?? "";

/** @param {string} selector */
const focusOn = selector =>
  /** @type {HTMLElement | null} */ (document.querySelector(`dialog[open] ${selector}`))?.focus();
