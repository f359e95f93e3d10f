import assert from "node:assert/strict";
import { test } from "node:test";
import { arrange, moved } from "../../static/js/lib/sidebar_order.js";

const room = (id, part = {}) => ({
  id,
  kind: "open",
  name: `room ${id}`,
  is_starred: false,
  is_muted: false,
  section_id: null,
  unread_count: 0,
  mention_count: 0,
  last_message_at: null,
  created_at: "2026-01-01",
  ...part,
});
const section = (id, part = {}) => ({ id, name: id, emoji: "", is_collapsed: false, ...part });
const wishes = {
  sections: [],
  collapsed: [],
  filter: "all",
  sort: "name",
  keepsUnread: true,
  text: "",
  here: null,
  titleOf: one => one.name,
};
const shown = (rooms, part = {}) =>
  Object.fromEntries(
    arrange(rooms, { ...wishes, ...part }).map(({ id, rooms: all }) => [id, all.map(one => one.id)]),
  );

test("Starred rooms stand first, then my sections in their order, then the others", () => {
  const rooms = [
    room(1),
    room(2, { is_starred: true, section_id: "b" }),
    room(3, { section_id: "b" }),
    room(4, { kind: "direct" }),
    room(5, { section_id: "gone" }),
    room(6, { kind: "direct", section_id: "a" }),
  ];
  const sections = [section("b"), section("a")];

  assert.deepEqual(Object.keys(shown(rooms, { sections })), ["starred", "b", "a", "rooms", "direct"]);
  assert.deepEqual(shown(rooms, { sections }), { starred: [2], b: [3], a: [6], rooms: [1, 5], direct: [4] });
});

test("A folded section keeps what calls and what is in view", () => {
  const rooms = [
    room(1),
    room(2, { unread_count: 1 }),
    room(3, { unread_count: 1, is_muted: true }),
    room(4, { unread_count: 1, mention_count: 1, is_muted: true }),
    room(5),
  ];

  assert.deepEqual(shown(rooms, { collapsed: ["rooms"], here: 5 }).rooms, [2, 4, 5]);
  assert.deepEqual(shown(rooms, { collapsed: ["rooms"], keepsUnread: false }).rooms, []);
});

test("A folded section says whether something in it waits that does not show", () => {
  const rooms = [room(1, { unread_count: 1 })];
  const rest = { ...wishes, collapsed: ["rooms"], keepsUnread: false };

  assert.equal(arrange(rooms, rest).find(({ id }) => id === "rooms")?.isUnread, true);
  assert.equal(arrange(rooms, wishes).find(({ id }) => id === "rooms")?.isUnread, false);
});

test("Only what is unread, and the room in view", () => {
  const rooms = [room(1), room(2, { unread_count: 3 }), room(3)];

  assert.deepEqual(shown(rooms, { filter: "unread", here: 3 }).rooms, [2, 3]);
});

test("What is typed finds rooms in folded sections too", () => {
  const rooms = [room(1, { name: "개발" }), room(2, { name: "디자인" })];

  assert.deepEqual(shown(rooms, { text: "ㄱㅂ", collapsed: ["rooms"], here: 2 }).rooms, [1]);
});

test("By name, or the latest first; conversations always the latest first", () => {
  const rooms = [
    room(1, { name: "b", last_message_at: "2026-02-01" }),
    room(2, { name: "a", last_message_at: "2026-01-02" }),
    room(3, { kind: "direct", name: "a", last_message_at: "2026-01-02" }),
    room(4, { kind: "direct", name: "b", last_message_at: "2026-02-01" }),
  ];

  assert.deepEqual(shown(rooms), { starred: [], rooms: [2, 1], direct: [4, 3] });
  assert.deepEqual(shown(rooms, { sort: "recent" }), { starred: [], rooms: [1, 2], direct: [4, 3] });
});

test("A section moves up and down, and not beyond the ends", () => {
  const all = [section("a"), section("b"), section("c")];
  const ids = list => list.map(({ id }) => id).join("");

  assert.equal(ids(moved(all, "c", -1)), "acb");
  assert.equal(ids(moved(all, "a", 1)), "bac");
  assert.equal(ids(moved(all, "a", -1)), "abc");
  assert.equal(ids(moved(all, "none", 1)), "abc");
});
