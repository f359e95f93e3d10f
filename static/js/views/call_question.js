/** Before a message calls many people at once, and after it has named somebody who cannot see it. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { listOf } from "../lib/dates.js";
import { dialogHead, openDialog } from "../lib/dialog.js";
import { t, tn } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { thenDo } from "../lib/popover.js";
import { toast } from "../lib/toast.js";

/** @typedef {import("../core/types.js").Room} Room */

/** More than this is asked about. */
const mostUnasked = 10;

/** @typedef {{roomId: number, parentId: number | null}} Where */

/** Who was named and is not in the room. @type {import("../../vendor/signals-core/signals-core.module.js").Signal<Where & {people: import("../core/types.js").User[]} | null>} */
const strangers = signal(null);

/**
 * Send, or ask first whether so many people should be called.
 * @param {Where} where
 * @param {string} text
 * @param {() => void} send
 */
export function askBeforeCalling(where, text, send) {
  const { roomId } = where;
  const reach = chat.reachOfText(roomId, text);
  const sendAndTell = () => {
    send();
    strangers.value = reach.strangers.length ? { ...where, people: reach.strangers } : null;
  };
  const count = reach.call ? chat.reachOf(roomId, reach.call) : 0;
  if (count <= mostUnasked) return sendAndTell();
  const title = reach.call === "here" ? t("Call everybody who is here?") : t("Call everybody in this room?");
  openDialog({
    label: title,
    className: "dialog-sm",
    view: close => html`
      ${dialogHead(title, close)}
      <div class="dialog-body"><p>${tn("This reaches {n} person.", "This reaches {n} people.", count)} ${t("Each of them is told of it, unless they have muted the room.")}</p></div>
      <footer class="dialog-foot">
        <button class="btn" @click=${close}>${t("Cancel")}</button>
        <button class="btn btn-primary" autofocus @click=${thenDo(close, sendAndTell)}>${t("Send")}</button>
      </footer>`,
  });
}

/** @param {Where} where */
export function strangersNote({ roomId, parentId }) {
  const found = strangers.value;
  const room = chat.room(roomId);
  if (
    !found ||
    !room ||
    found.roomId !== roomId ||
    found.parentId !== parentId ||
    room.kind === "direct" ||
    room.archived_at
  )
    return null;
  const isStranger = (/** @type {number} */ id) => chat.peopleIn(room.id).every(person => person.id !== id);
  const people = found.people.filter(({ id }) => isStranger(id));
  if (!people.length) return null;
  const names = listOf(people.map(({ name }) => name));
  const sentence = tn(
    "{names} is not in this room and does not see this.",
    "{names} are not in this room and do not see this.",
    people.length,
    { names },
  );
  return html`<div class="strangers" role="status">${icon("user-plus", "i-sm")}<span>${sentence}</span>
    <span class="acts">${chat.me().role === "guest" ? null : html`<button type="button" class="btn btn-sm" @click=${() => invite(room, people)}>${t("Add to the room")}</button>`}
    <button type="button" class="btn btn-sm btn-quiet" @click=${forget}>${t("Leave it")}</button></span></div>`;
}

const forget = () => {
  strangers.value = null;
};

/** @param {Room} room @param {import("../core/types.js").User[]} people */
async function invite(room, people) {
  try {
    for (const { id } of people) await chat.addMember(room.id, id);
    forget();
  } catch (error) {
    toast(chat.sentenceOf(error));
  }
}
