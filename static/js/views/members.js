/** The dialog with the people of a room: who is here, adding, taking out, leaving. */
import { html } from "../../vendor/lit-html/lit-html.js";
import { signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { confirmDialog, dialogHead, openDialog } from "../lib/dialog.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { thenDo } from "../lib/popover.js";
import { goTo, roomPath } from "../lib/router.js";
import { toast } from "../lib/toast.js";
import { avatar } from "./avatar.js";
import { botTag } from "./bot_tag.js";
import { formAlert } from "./form.js";
import { makePeoplePicker } from "./people_picker.js";
import { openPersonCard } from "./person_card.js";
import { statusGlyph } from "./status_glyph.js";

/** @typedef {import("../core/types.js").User} User */

/** @param {number} roomId */
export function openMembers(roomId) {
  const title = t("Members");
  openDialog({
    label: title,
    className: "dialog-sm",
    view: close => {
      const room = chat.room(roomId);
      if (!room) return html`${dialogHead(title, close)}`;
      const isDirect = room.kind === "direct";
      const canRemove = !isDirect && !room.is_default && chat.canManage(room);
      const remove = (/** @type {User} */ user) =>
        confirmDialog({
          title: t("Remove {name} from {room}?", { name: user.name, room: chat.roomTitle(room) }),
          text:
            room.kind === "closed"
              ? t("They lose the room and its history until a member adds them again.")
              : t("They can join again at any time."),
          action: t("Remove from the room"),
          onConfirm: () => chat.removeMember(roomId, user.id).catch(error => toast(chat.sentenceOf(error))),
        });
      return html`${dialogHead(title, close)}
        <div class="dialog-body">
          <ul class="rows">${chat.membersOf(roomId).map(({ user, role }) => memberRow(user, role, canRemove ? remove : null, close))}</ul>
        </div>
        ${
          isDirect
            ? null
            : html`<footer class="dialog-foot">
          ${room.is_default ? null : html`<button type="button" class="btn start" @click=${thenDo(close, () => askToLeave(roomId))}>${icon("log-out", "i-sm")}${t("Leave room")}</button>`}
          ${room.archived_at || chat.me().role === "guest" ? null : html`<button type="button" class="btn btn-primary" @click=${thenDo(close, () => openAddPeople(roomId))}>${icon("user-plus", "i-sm")}${t("Add people")}</button>`}
        </footer>`
        }`;
    },
  });
}

/**
 * @param {User} user
 * @param {string} role
 * @param {((user: User) => void) | null} remove
 * @param {() => void} close
 */
function memberRow(user, role, remove, close) {
  const isMe = user.id === chat.me().id;
  const message = async () => {
    const room = await chat.openDirect([user.id]);
    close();
    goTo(roomPath(room.id));
  };
  return html`<li class="row-item">
    <button type="button" class="row-person" aria-haspopup="dialog" @click=${(/** @type {Event} */ event) =>
      openPersonCard(
        /** @type {Element} */ (event.currentTarget),
        user.id,
      )}>${avatar(user, "av-32", chat.presenceOf(user.id))}
    <span class="who"><b class="truncate">${user.name}${isMe ? html` <span class="tag">${t("you")}</span>` : null}${user.role === "guest" ? html` <span class="tag">${t("Guest")}</span>` : null} ${botTag(user)}${statusGlyph(user)}</b><small class="truncate">${subline(user, role)}</small></span></button>
    ${isMe || chat.isBot(user) ? null : html`<button type="button" class="icon-btn" aria-label=${t("Message {name}", { name: user.name })} title=${t("Message {name}", { name: user.name })} @click=${message}>${icon("message-square")}</button>`}
    ${remove && !isMe ? html`<button type="button" class="icon-btn" aria-label=${t("Remove {name}", { name: user.name })} title=${t("Remove {name}", { name: user.name })} @click=${() => remove(user)}>${icon("user-minus")}</button>` : null}
  </li>`;
}

/**
 * @param {User} user
 * @param {string} role
 */
function subline(user, role) {
  if (chat.isBot(user)) return t("Posts through a webhook");
  return role === "owner" ? t("Room owner") : user.title || user.email;
}

/** @param {number} roomId */
function openAddPeople(roomId) {
  const isHere = (/** @type {User} */ user) =>
    chat.membersOf(roomId).some(member => member.user.id === user.id);
  const picker = makePeoplePicker({ isExcluded: isHere });
  const problem = signal("");
  const title = t("Add people to {room}", { room: chat.roomTitle(chat.room(roomId)) });
  openDialog({
    label: title,
    className: "dialog-sm",
    view: close => {
      const add = async () => {
        try {
          for (const user of picker.picked.value) await chat.addMember(roomId, user.id);
          close();
        } catch (error) {
          problem.value = chat.sentenceOf(error);
        }
      };
      return html`${dialogHead(title, close)}
        <div class="dialog-body">${formAlert(problem.value)}${picker.view()}</div>
        <footer class="dialog-foot">
          <button type="button" class="btn" @click=${close}>${t("Cancel")}</button>
          <button type="button" class="btn btn-primary" aria-disabled=${!picker.picked.value.length} @click=${add}>${t("Add")}</button>
        </footer>`;
    },
  });
}

/** @param {number} roomId */
export function askToLeave(roomId) {
  const room = chat.room(roomId);
  const isClosed = room?.kind === "closed";
  confirmDialog({
    title: t("Leave {room}?", { room: chat.roomTitle(room) }),
    text: isClosed
      ? t("It is a closed room: you can come back only when a member adds you.")
      : t("You can join again at any time."),
    action: t("Leave room"),
    onConfirm: () => chat.leaveRoom(roomId),
  });
}
