/** How the page says that something is new while nobody looks at it: its title, its icon, and screen readers. */
import { effect } from "../../vendor/signals-core/signals-core.module.js";
import { placeNamed } from "../views/places.js";
import { announce } from "./announcer.js";
import * as chat from "./chat.js";
import { t, tn } from "./i18n.js";
import { place } from "./router.js";

const gatherMs = 900;

export function startNotices() {
  effect(() => {
    document.title = title();
  });
  effect(() => drawFavicon(chat.totalUnread() > 0));
  effect(() => badgeApp(chat.isSignedOut() ? 0 : chat.importantUnread()));
  startAnnouncing();
}

function title() {
  const here = nameOfPlace();
  const name = here ? `${here} - ${chat.workspace().name}` : chat.workspace().name;
  const count = chat.importantUnread();
  return count ? `(${count}) ${name}` : name;
}

/** "#launch", or "Search: 배포". */
function nameOfPlace() {
  const { search, view } = place.value;
  if (search) return search.query.trim() ? t("Search: {query}", { query: search.query.trim() }) : t("Search");
  const list = placeNamed(view);
  if (list) return list.label();
  const roomId = chat.currentRoomId();
  return roomId !== null && chat.room(roomId) ? chat.roomLabel(roomId) : "";
}

/** "3 new from Mina in launch": one sentence per person and room, however many messages came together. */
function startAnnouncing() {
  /** @type {Map<string, {count: number, userId: number, roomId: number}>} */
  const gathered = new Map();
  let timer = 0;
  const say = () => {
    timer = 0;
    for (const { count, userId, roomId } of gathered.values()) {
      const values = {
        name: chat.userOf(userId)?.name ?? t("Somebody"),
        room: chat.roomTitle(chat.room(roomId)),
      };
      announce(tn("{n} new from {name} in {room}", "{n} new from {name} in {room}", count, values));
    }
    gathered.clear();
  };
  chat.onPosted(message => {
    if (message.author_id === chat.me().id || isElsewhere(message)) return;
    const key = `${message.room_id} ${message.author_id}`;
    const count = (gathered.get(key)?.count ?? 0) + 1;
    gathered.set(key, { count, userId: message.author_id, roomId: message.room_id });
    if (!timer) timer = window.setTimeout(say, gatherMs);
  });
}

/** The number on the icon of the installed app. @param {number} count */
function badgeApp(count) {
  const done = count ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.();
  done?.catch(() => {});
}

/**
 * Whether it stands in a thread that is not open, and does not name me.
 * @param {import("../core/types.js").Message} message
 */
const isElsewhere = ({ room_id: roomId, id, parent_id: parentId, also_in_room: isAlsoInRoom, mentions }) =>
  parentId !== null && !isAlsoInRoom && !mentions.includes(chat.me().id) && !chat.isInOpenThread(roomId, id);

const size = 64;

/** @param {boolean} hasDot */
function drawFavicon(hasDot) {
  const link = /** @type {HTMLLinkElement | null} */ (document.querySelector("link[rel=icon]"));
  if (!link) return;
  const plain = link.dataset.plain ?? link.href;
  link.dataset.plain = plain;
  if (!hasDot) {
    link.href = plain;
    return;
  }
  const picture = new Image(size, size);
  picture.addEventListener("load", () => {
    const canvas = document.createElement("canvas");
    canvas.width = size;
    canvas.height = size;
    const pen = canvas.getContext("2d");
    if (!pen || !chat.totalUnread()) return;
    pen.drawImage(picture, 0, 0, size, size);
    pen.beginPath();
    pen.arc(size - 15, 15, 14, 0, 2 * Math.PI);
    pen.fillStyle = "#c2410c";
    pen.fill();
    link.href = canvas.toDataURL("image/png");
  });
  picture.src = plain;
}
