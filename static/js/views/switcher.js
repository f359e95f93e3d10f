/** "Jump to…": rooms, people, lists and commands by any part of their name, and the search in messages, by the keyboard. */
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { computed, signal } from "../../vendor/signals-core/signals-core.module.js";
import * as chat from "../lib/chat.js";
import { openDialog } from "../lib/dialog.js";
import { t } from "../lib/i18n.js";
import { icon } from "../lib/icon.js";
import { bestEntries, readTyped } from "../lib/jump.js";
import { hasMod, isComposing, modName } from "../lib/keys.js";
import { recentRooms } from "../lib/recent_rooms.js";
import { goTo, roomPath } from "../lib/router.js";
import { openSearch } from "../lib/search.js";
import { isCalling } from "../lib/sidebar_order.js";
import { toast } from "../lib/toast.js";
import { startWriting } from "../lib/ui.js";
import { avatar } from "./avatar.js";
import { commands, openPlace } from "./commands.js";
import { talkTo } from "./person_card.js";
import { places } from "./places.js";
import { roomMark } from "./room_link.js";
import { statusGlyph } from "./status_glyph.js";

const mostShown = 12;
const mostAtFirst = 9;
/** What waits for me weighs more than where I was last. */
const callingWeight = 1000;
const recentWeight = 100;

/** @typedef {import("../core/types.js").Room} Room */

/**
 * @typedef {import("../lib/jump.js").Entry & {mark: () => unknown, note?: () => unknown, open: () => void}} Option
 * @typedef {import("../lib/jump.js").Found<Option>} FoundOption
 */

let isOpen = false;

/** @param {string} [typed] */
export function openSwitcher(typed = "") {
  if (isOpen) return;
  isOpen = true;
  const query = signal(typed);
  const at = signal(0);
  if (chat.me().role !== "guest") chat.loadOpenRooms().catch(() => {}); // without an answer there is no offer to join
  const options = computed(() => findOptions(query.value));
  openDialog({
    label: t("Jump to"),
    className: "switcher",
    onClose: () => {
      isOpen = false;
    },
    view: close => {
      const take = (/** @type {FoundOption | undefined} */ option) => {
        if (!option) return;
        close();
        option.open();
      };
      const onKey = (/** @type {KeyboardEvent} */ event) => {
        if (isComposing(event)) return;
        const count = options.value.length;
        const to = { ArrowDown: at.value + 1, ArrowUp: at.value - 1, PageDown: count - 1, PageUp: 0 }[
          event.key
        ];
        if (to !== undefined && count) at.value = (to + count) % count;
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
      const placeholder = t("Room, person or command");
      return html`<div class="top">${icon("search", "i-lg")}
          <input type="text" role="combobox" autofocus autocomplete="off" aria-expanded="true" aria-controls="jump-list" aria-autocomplete="list"
            aria-activedescendant=${options.value.length ? `jump-${at.value}` : nothing} aria-label=${placeholder} placeholder=${placeholder} value=${typed}
            @input=${onInput} @keydown=${onKey}><kbd class="kbd only-wide">esc</kbd></div>
        <div class="list" id="jump-list" role="listbox" aria-label=${t("Results")}>
          ${options.value.map((option, i) => optionView(option, i, i === at.value, headingOf(options.value, i, query.value), () => take(option)))}
          ${options.value.length ? null : html`<p class="empty">${t("Nothing matches.")}</p>`}
        </div>
        <div class="foot only-wide"><span><kbd class="kbd">↑</kbd><kbd class="kbd">↓</kbd> <span>${t("move")}</span></span>
          <span><kbd class="kbd">↵</kbd> <span>${t("open")}</span></span>
          <span><kbd class="kbd">@</kbd> <span>${t("people")}</span></span><span><kbd class="kbd">#</kbd> <span>${t("rooms")}</span></span><span><kbd class="kbd">&gt;</kbd> <span>${t("commands")}</span></span></div>`;
    },
  });
}

/** @param {string} typed @returns {FoundOption[]} */
function findOptions(typed) {
  const { kinds, query } = readTyped(typed);
  if (!kinds && !query) return firstOptions();
  const found = bestEntries(allOptions(), typed).slice(0, kinds && !query ? undefined : mostShown);
  return kinds ? found : [...found, messageOption(query)];
}

/** What calls for me, then where I was last. @returns {FoundOption[]} */
function firstOptions() {
  const here = chat.currentRoomId();
  const weighed = roomOptions().sort((a, b) => (b.weight ?? 0) - (a.weight ?? 0));
  return weighed
    .filter(({ key, weight }) => key !== `room-${here}` || weight === callingWeight)
    .slice(0, mostAtFirst)
    .map(option => ({ ...option, start: 0, end: 0 }));
}

/** @returns {Option[]} */
const allOptions = () => [
  ...roomOptions(),
  ...personOptions(),
  ...placeOptions(),
  ...joinOptions(),
  ...commandOptions(),
];

/** @returns {Option[]} */
function roomOptions() {
  const recent = recentRooms();
  const here = chat.currentRoomId();
  // Somebody with whom I talk alone is found as a person.
  return [...chat.namedRooms(), ...chat.directRooms()].map(room => {
    const place = recent.indexOf(room.id);
    const isOne = room.kind === "direct" && chat.othersIn(room).length < 2;
    return {
      kind: /** @type {"person" | "room"} */ (isOne ? "person" : "room"),
      key: `room-${room.id}`,
      name: chat.roomTitle(room),
      others: isOne ? chat.othersIn(room).flatMap(({ email, title }) => [email, title]) : [room.topic],
      weight: isCalling(room) ? callingWeight : place < 0 ? 0 : recentWeight - place,
      mark: () => roomMark(room),
      note: () => roomNote(room, room.id === here),
      open: () => goTo(roomPath(room.id)),
    };
  });
}

/**
 * @param {Room} room
 * @param {boolean} isHere
 */
function roomNote(room, isHere) {
  const [person, another] = room.kind === "direct" ? chat.othersIn(room) : [];
  const status = person && !another ? statusGlyph(person) : null;
  if (isHere) return html`${status}<span>${t("here")}</span>`;
  if (room.unread_count) return html`${status}<span class="badge badge-quiet">${room.unread_count}</span>`;
  return status ?? (room.topic ? html`<span class="truncate">${room.topic}</span>` : null);
}

/** People with whom I have not talked alone. @returns {Option[]} */
function personOptions() {
  const known = new Set(
    chat.directRooms().flatMap(room => {
      const others = chat.othersIn(room);
      return others.length === 1 ? [others[0].id] : [];
    }),
  );
  return chat
    .activeUsers()
    .filter(user => user.id !== chat.me().id && user.email && !known.has(user.id))
    .map(user => ({
      kind: /** @type {const} */ ("person"),
      key: `person-${user.id}`,
      name: user.name,
      others: [user.email, user.title],
      mark: () => avatar(user, "av-20", chat.presenceOf(user.id)),
      note: () =>
        html`${statusGlyph(user)}${user.title ? html`<span class="truncate">${user.title}</span>` : null}`,
      open: () => talkTo(user.id),
    }));
}

/** @returns {Option[]} */
const placeOptions = () =>
  places.map(one => ({
    kind: /** @type {const} */ ("place"),
    key: `place-${one.name}`,
    name: one.label(),
    others: [one.name],
    mark: () => icon(one.icon, "i-sm"),
    open: () => openPlace(one.name),
  }));

/** @returns {Option[]} */
const joinOptions = () =>
  (chat.openRooms() ?? [])
    .filter(room => !room.role)
    .map(room => ({
      kind: /** @type {const} */ ("join"),
      key: `join-${room.id}`,
      name: room.name ?? "",
      others: [room.topic],
      mark: () => roomMark(room),
      note: () => html`<span>${t("Join")}</span>`,
      open: () => join(room),
    }));

/** @param {Room} room */
async function join(room) {
  try {
    await chat.joinRoom(room.id);
    goTo(roomPath(room.id));
    startWriting();
  } catch (error) {
    toast(chat.sentenceOf(error));
  }
}

/** @returns {Option[]} */
const commandOptions = () =>
  commands().map(one => ({
    kind: /** @type {const} */ ("command"),
    key: `command-${one.english}`,
    name: one.label,
    others: [one.english],
    mark: () => icon(one.icon, "i-sm"),
    // The dialog gives the focus back first.
    open: () => setTimeout(one.run),
  }));

/** The last line, always: what is typed may be words of a message. @param {string} query @returns {FoundOption} */
const messageOption = query => ({
  kind: "command",
  key: "messages",
  name: t("Search all messages for “{query}”", { query }),
  start: 0,
  end: 0,
  mark: () => icon("search", "i-sm"),
  note: () => html`<kbd class="kbd">${modName}</kbd><kbd class="kbd">↵</kbd>`,
  open: () => openSearch(query),
});

/**
 * The first page says why its lines are there.
 * @param {FoundOption[]} options
 * @param {number} index
 * @param {string} typed
 */
function headingOf(options, index, typed) {
  if (typed.trim()) return options[index].key === "messages" && index > 0 ? t("Messages") : null;
  const heading = reasonFor(options[index]);
  return index > 0 && reasonFor(options[index - 1]) === heading ? null : heading;
}

/** @param {FoundOption} option */
function reasonFor({ weight = 0 }) {
  if (weight === callingWeight) return t("Unread");
  return weight > 0 ? t("Recent") : t("Rooms");
}

/**
 * @param {FoundOption} option
 * @param {number} index
 * @param {boolean} isActive
 * @param {string | null} heading
 * @param {() => void} onTake
 */
function optionView({ name, start, end, mark, note }, index, isActive, heading, onTake) {
  const noted = note?.();
  return html`${heading ? html`<div class="grp" role="presentation">${heading}</div>` : null}<div class="opt" role="option" id="jump-${index}" aria-selected=${isActive} @click=${onTake}>
    ${mark()}<span class="truncate">${name.slice(0, start)}<mark>${name.slice(start, end)}</mark>${name.slice(end)}</span>${noted ? html`<span class="end">${noted}</span>` : null}
  </div>`;
}
