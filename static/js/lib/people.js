/** Who is there: people, their presence, who is typing. */
import { client } from "./client.js";
import { t } from "./i18n.js";

/** @typedef {import("../core/types.js").User} User */

export const me = () => /** @type {User} */ (client.store.me.value);

export const workspace = () =>
  client.store.workspace.value ?? { name: "", created_at: "", has_link_previews: true };

/** How I want the page. */
export const preferences = () => client.store.preferences.value;

/** @param {number} id */
export const userOf = id => client.store.users.value[id];

/** @returns {User[]} */
export const users = () => Object.values(client.store.users.value);

/** A name that programs post under: nobody to write to, to call or to add. @param {User | undefined} user */
export const isBot = user => user?.role === "bot";

/** Everybody who can still sign in, by name. */
export const activeUsers = () =>
  users()
    .filter(user => !user.deactivated_at && !isBot(user))
    .sort((a, b) => compareNames(a.name, b.name));

/** One collator for all: `localeCompare` with options makes a new one each time, which is slow for thousands of people. */
const collator = new Intl.Collator(undefined, { numeric: true });

/**
 * @param {string} a
 * @param {string} b
 */
export const compareNames = (a, b) => collator.compare(a, b);

/** @param {number} userId @returns {import("../core/types.js").Presence} */
export const presenceOf = userId => client.store.presence.value[userId] ?? "offline";

/** Mine as I know it myself: without a connection I am offline, whatever was said last. */
export const myPresence = () => {
  if (client.store.connection.value.state !== "online") return "offline";
  if (me().is_away) return "away";
  return client.store.presence.value[client.store.userId] ?? "active";
};

/** @param {string} presence */
export const presenceWord = presence =>
  ({ active: t("Active"), away: t("Away"), dnd: t("Do not disturb") })[presence] ?? t("Offline");

/** @param {number} roomId @returns {User[]} */
export const typingIn = roomId =>
  client.store.typing(roomId).value.flatMap(id => {
    const user = userOf(id);
    return user ? [user] : [];
  });

/** The other people of a conversation. @param {import("../core/types.js").Room} room @returns {User[]} */
export const othersIn = room =>
  (room.member_ids ?? []).flatMap(id => {
    const user = id === client.store.userId ? undefined : userOf(id);
    return user ? [user] : [];
  });

/**
 * The people of a room with their roles there, me first, then by name.
 * @param {number} roomId
 */
export function membersOf(roomId) {
  const members = Object.values(client.store.members(roomId).value).flatMap(({ user_id: id, role }) => {
    const user = userOf(id);
    return user ? [{ user, role }] : [];
  });
  const rank = (/** @type {User} */ user) => (user.id === client.store.userId ? 0 : 1);
  return members.sort((a, b) => rank(a.user) - rank(b.user) || compareNames(a.user.name, b.user.name));
}

/** People of a room who can be mentioned. @param {number} roomId */
export const peopleIn = roomId =>
  membersOf(roomId)
    .map(({ user }) => user)
    .filter(user => !user.deactivated_at && !isBot(user));

/** Those whose pictures stand for a room: the ones who are here first. @param {import("../core/types.js").Room} room */
export const facesOf = room => {
  const rank = { active: 0, away: 1, dnd: 1, offline: 2 };
  return peopleIn(room.id).sort((a, b) => rank[presenceOf(a.id)] - rank[presenceOf(b.id)]);
};
