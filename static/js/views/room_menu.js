/** The menu of a room: its members, name and topic, the archive, leaving. */
import { html } from "../../vendor/lit-html/lit-html.js";
import * as chat from "../lib/chat.js";
import { confirmDialog, dialogHead, openDialog } from "../lib/dialog.js";
import { t } from "../lib/i18n.js";
import { openMenu } from "../lib/menu.js";
import { openPane } from "../lib/pane.js";
import { toast } from "../lib/toast.js";
import { formAlert, makeForm, textField } from "./form.js";
import { askToLeave, openMembers } from "./members.js";
import { openRoomNotifications } from "./notification_menus.js";
import { openPersonCard } from "./person_card.js";
import { placeEntries, starEntry } from "./room_places.js";

/** @typedef {import("../core/types.js").Room} Room */
/** @typedef {import("../lib/menu.js").MenuEntry} MenuEntry */

/**
 * @param {Element} anchor
 * @param {Room} room
 */
export function openRoomMenu(anchor, room) {
  const others = room.kind === "direct" ? chat.othersIn(room) : [];
  openMenu(anchor, t("Room menu"), [
    ...(others.length === 1
      ? [{ icon: "user", label: t("Show profile"), action: () => openPersonCard(anchor, others[0].id) }]
      : []),
    { icon: "users", label: t("Members"), action: () => openMembers(room.id) },
    {
      icon: room.is_muted ? "bell-off" : "bell",
      label: t("Notifications"),
      action: () => openRoomNotifications(anchor, room),
    },
    { icon: "paperclip", label: t("Files"), action: () => openPane("files") },
    { icon: "pin", label: t("Pinned messages"), action: () => openPane("pins") },
    { icon: "link", label: t("Copy link to the room"), action: () => chat.copyRoomLink(room.id) },
    starEntry(room),
    ...placeEntries(room),
    ...(room.kind === "direct" ? [] : namedRoomEntries(room)),
  ]);
}

/** @param {Room} room @returns {MenuEntry[]} */
function namedRoomEntries(room) {
  const canManage = chat.canManage(room);
  /** @type {MenuEntry[]} */
  const entries = [];
  if (canManage && !room.archived_at)
    entries.push({ icon: "pencil", label: t("Name and topic"), action: () => openRoomSettings(room) });
  entries.push("rule");
  if (canManage && room.archived_at)
    entries.push({ icon: "archive", label: t("Bring back from the archive"), action: () => restore(room) });
  if (canManage && !room.archived_at && !room.is_default)
    entries.push({ icon: "archive", label: t("Archive room"), action: () => askToArchive(room) });
  if (!room.is_default)
    entries.push({ icon: "log-out", label: t("Leave room"), action: () => askToLeave(room.id) });
  return entries;
}

/** @param {Room} room */
function openRoomSettings(room) {
  const form = makeForm();
  const title = t("Name and topic");
  openDialog({
    label: title,
    className: "dialog-sm",
    view: close => {
      const { errors, sentence, isBusy } = form.state.value;
      const save = async (/** @type {FormData} */ data) => {
        await chat.changeRoom(room.id, changed(room, data));
        close();
      };
      return html`${dialogHead(title, close)}
        <form class="dialog-form" novalidate @submit=${(/** @type {Event} */ event) => form.submit(event, save)}>
          <div class="dialog-body">
            ${formAlert(sentence)}
            ${textField({ id: "room-name", name: "name", label: t("Name"), value: room.name ?? "", error: errors.name, maxLength: 80, isFirst: true })}
            ${textField({ id: "room-topic", name: "topic", label: t("Topic"), value: room.topic, error: errors.topic, maxLength: 250, isOptional: true })}
          </div>
          <footer class="dialog-foot">
            <button type="button" class="btn" @click=${close}>${t("Cancel")}</button>
            <button class="btn btn-primary" aria-disabled=${isBusy}>${t("Save")}</button>
          </footer>
        </form>`;
    },
  });
}

/**
 * Only what was changed: somebody else may have changed the other field meanwhile.
 * @param {Room} room
 * @param {FormData} data
 */
function changed(room, data) {
  const name = String(data.get("name") ?? "").trim();
  const topic = String(data.get("topic") ?? "").trim();
  return { ...(name === room.name ? {} : { name }), ...(topic === room.topic ? {} : { topic }) };
}

/** @param {Room} room */
export function askToArchive(room) {
  confirmDialog({
    title: t("Archive {room}?", { room: chat.roomTitle(room) }),
    text: t("Nobody can write there any more. Everything stays readable, and you can bring the room back."),
    action: t("Archive room"),
    onConfirm: () => change(room, true),
  });
}

/** @param {Room} room */
const restore = room => change(room, false);

/**
 * @param {Room} room
 * @param {boolean} archived
 */
function change(room, archived) {
  chat.changeRoom(room.id, { archived }).catch(error => toast(chat.sentenceOf(error)));
}
