/** "Jump to…": rooms and people by any part of their name, and the search in messages, from the keyboard. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { computed, signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { openDialog } from "../lib/dialog.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { altName, hasMod, isComposing, modName } from "../lib/keys.js";
import { bestMatches } from "../lib/match.js";
import { goTo, roomPath } from "../lib/router.js";
import { openSearch } from "../lib/search.js";
import { toast } from "../lib/toast.js";
import { avatar } from "./avatar.js";
import { roomMark } from "./room_link.js";

const mostOfEach = 8;

/**
 * @typedef {object} Option
 * @property {"room" | "person" | "message"} group
 * @property {string} name
 * @property {number} start of the matching part
 * @property {number} end
 * @property {unknown} mark the icon or picture
 * @property {unknown} note at the end of the line
 * @property {() => void} open
 */

let isOpen = false;

export function openSwitcher() {
  if (isOpen) return;
  isOpen = true;
  const query = signal("");
  const at = signal(0);
  const options = computed(() => findOptions(query.value));
  openDialog({
    label: t("Jump to"),
    className: "switcher",
    onClose: () => {
      isOpen = false;
    },
    view: close => {
      const take = (/** @type {Option | undefined} */ option) => {
        if (!option) return;
        close();
        option.open();
      };
      const onKey = (/** @type {KeyboardEvent} */ event) => {
        if (isComposing(event)) return;
        const count = options.value.length;
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step && count) at.value = (at.value + step + count) % count;
        else if (event.key === "Enter") take(hasMod(event) ? options.value.at(-1) : options.value[at.value]);
        else return;
        event.preventDefault();
        requestAnimationFrame(() =>
          document.getElementById(`jump-${at.value}`)?.scrollIntoView({ block: "nearest" }),
        );
      };
      const onInput = (/** @type {Event} */ event) => {
        query.value = /** @type {HTMLInputElement} */ (event.currentTarget).value;
        at.value = 0;
      };
      return html`<div class="top">${icon("search", "i-lg")}
          <input type="text" role="combobox" autofocus autocomplete="off" aria-expanded="true" aria-controls="jump-list" aria-autocomplete="list"
            aria-activedescendant=${options.value.length ? `jump-${at.value}` : nothing} aria-label=${t("Room or person")} placeholder=${t("Room or person")}
            @input=${onInput} @keydown=${onKey}><kbd class="kbd only-wide">esc</kbd></div>
        <div class="list" id="jump-list" role="listbox" aria-label=${t("Results")}>
          ${options.value.map((option, i) => optionView(option, i, i === at.value, options.value[i - 1]?.group, () => take(option)))}
          ${options.value.length ? null : html`<p class="empty">${t("Nothing matches.")}</p>`}
        </div>
        <div class="foot only-wide"><span><kbd class="kbd">↑</kbd><kbd class="kbd">↓</kbd> <span>${t("move")}</span></span>
          <span><kbd class="kbd">↵</kbd> <span>${t("open")}</span></span>
          <span><kbd class="kbd">${altName}</kbd><kbd class="kbd">Shift</kbd><kbd class="kbd">↓</kbd> <span>${t("next unread room")}</span></span></div>`;
    },
  });
}

/** @param {string} query @returns {Option[]} */
function findOptions(query) {
  const here = chat.currentRoomId();
  const rooms = query
    ? [...chat.namedRooms(), ...chat.directRooms().filter(room => chat.othersIn(room).length > 1)]
    : chat.roomsByUnread();
  const people = query ? chat.activeUsers().filter(user => user.id !== chat.me().id) : [];
  const roomOptions = bestMatches(rooms, query, chat.roomTitle)
    .slice(0, mostOfEach)
    .map(({ thing: room, start, end }) => ({
      group: /** @type {const} */ ("room"),
      name: chat.roomTitle(room),
      start,
      end,
      mark: roomMark(room),
      open: () => goTo(roomPath(room.id)),
      note:
        room.id === here
          ? html`<span>${t("here")}</span>`
          : room.unread_count
            ? html`<span class="badge badge-quiet">${room.unread_count}</span>`
            : null,
    }));
  const peopleOptions = bestMatches(people, query, user => user.name)
    .slice(0, mostOfEach)
    .map(({ thing: user, start, end }) => ({
      group: /** @type {const} */ ("person"),
      name: user.name,
      start,
      end,
      mark: avatar(user, "av-20", chat.presenceOf(user.id)),
      note: null,
      open: () => openPerson(user.id),
    }));
  return [...roomOptions, ...peopleOptions, ...messageOptions(query.trim())];
}

/** The last line, always: what is typed may be words of a message. @param {string} query @returns {Option[]} */
function messageOptions(query) {
  if (!query) return [];
  return [
    {
      group: "message",
      name: t("Search all messages for “{query}”", { query }),
      start: 0,
      end: 0,
      mark: icon("search", "i-sm"),
      note: html`<kbd class="kbd">${modName}</kbd><kbd class="kbd">↵</kbd>`,
      open: () => openSearch(query),
    },
  ];
}

/** @param {number} userId */
async function openPerson(userId) {
  try {
    const room = await chat.openDirect([userId]);
    goTo(roomPath(room.id));
  } catch (error) {
    toast(chat.sentenceOf(error));
  }
}

/**
 * @param {Option} option
 * @param {number} index
 * @param {boolean} isActive
 * @param {string | undefined} groupBefore
 * @param {() => void} onTake
 */
function optionView({ group, name, start, end, mark, note }, index, isActive, groupBefore, onTake) {
  const title = { room: t("Rooms"), person: t("People"), message: t("Messages") }[group];
  const heading = group === groupBefore ? null : html`<div class="grp" role="presentation">${title}</div>`;
  return html`${heading}<div class="opt" role="option" id="jump-${index}" aria-selected=${isActive} @click=${onTake}>
    ${mark}<span class="truncate">${name.slice(0, start)}<mark>${name.slice(start, end)}</mark>${name.slice(end)}</span>${note ? html`<span class="end">${note}</span>` : null}
  </div>`;
}
