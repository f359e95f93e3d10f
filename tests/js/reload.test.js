/** Live equals reload: an old state and the events since are what a fresh snapshot says, for every type of event. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { eventTypes } from "../../static/js/core/reducer.js";
import { FakeBrowser, plain, reloaded, settle } from "./fakes/browser.js";
import { FakeServer } from "./fakes/server.js";

/** What happens, seen by Bob, who is in room 1 with message 1 by Alice and message 2 by himself. */
const cases = {
  message_posted: [
    server => server.post(1, server.alice, "new"),
    server => server.post(1, server.bob, "my own"),
    server => server.post(1, server.alice, "@Bob", { mentions: [server.bob] }),
  ],
  message_edited: [
    server => server.edit(1, "changed"),
    server => server.edit(server.post(1, server.alice).id, "@Bob", { mentions: [server.bob] }),
    server => server.edit(server.post(1, server.alice, "@Bob", { mentions: [server.bob] }).id, "nobody"),
  ],
  message_deleted: [
    server => server.delete(1),
    server => server.delete(server.post(1, server.alice, "@Bob", { mentions: [server.bob] }).id),
    server => server.delete(server.post(1, server.carol).id, server.bob),
  ],
  reaction_added: [
    server => server.react(1, server.alice, "👍"),
    server => server.react(2, server.bob, "🎉"),
  ],
  reaction_removed: [
    server => {
      server.react(1, server.alice, "👍");
      server.react(1, server.bob, "👍");
      server.react(1, server.alice, "👍", false);
    },
  ],
  thread_updated: [
    server => server.post(1, server.alice, "in the thread", { parentId: 1, mentions: [server.bob] }),
    server => server.post(1, server.alice, "in both", { parentId: 1, isAlsoInRoom: true }),
    server => {
      server.post(1, server.bob, "first", { parentId: 2 });
      server.delete(server.post(1, server.alice, "second", { parentId: 2, mentions: [server.bob] }).id);
      server.delete(2);
      server.post(1, server.carol, "third", { parentId: 2 });
    },
    server =>
      server.edit(server.post(1, server.alice, "@Bob", { parentId: 1, mentions: [server.bob] }).id, "x"),
    server => server.delete(server.post(1, server.alice, "gone", { parentId: 1 }).id),
  ],
  message_pinned: [
    server => server.pin(1, server.alice),
    server => {
      server.pin(2, server.bob);
      server.edit(2, "pinned, and edited");
    },
  ],
  message_unpinned: [
    server => {
      server.pin(1, server.alice);
      server.pin(1, server.bob, false);
    },
    server => {
      server.pin(1, server.alice);
      server.delete(1);
    },
  ],
  message_saved: [
    server => server.save(1, server.bob),
    server => {
      server.save(1, server.bob);
      server.save(1, server.bob, true);
    },
    server => {
      server.save(1, server.bob);
      server.removeMember(1, server.bob);
    },
  ],
  message_unsaved: [
    server => {
      server.save(1, server.bob);
      server.unsave(1, server.bob);
    },
  ],
  member_added: [
    server => server.addMember(1, server.carol),
    server => {
      server.addMember(1, server.addBot("Deploys"));
      server.addMember(1, server.carol);
    },
  ],
  member_removed: [
    server => {
      server.addMember(1, server.carol);
      server.removeMember(1, server.carol);
    },
  ],
  room_updated: [server => server.changeRoom(1, "room_updated", { name: "landing", topic: "Thursday" })],
  room_archived: [
    server => server.changeRoom(1, "room_archived", { archived_at: "2026-10-14T10:00:00.000Z" }),
  ],
  room_restored: [server => server.changeRoom(1, "room_restored", { archived_at: null })],
  room_joined: [
    server => server.createRoom({ name: "new" }),
    server => server.createRoom({ kind: "direct", members: [server.alice, server.bob] }),
    server => {
      const roomId = server.createRoom({ name: "later", members: [server.alice] });
      server.post(roomId, server.alice, "before Bob came");
      server.addMember(roomId, server.bob);
      server.post(roomId, server.alice, "after");
    },
  ],
  room_left: [
    server => server.removeMember(1, server.bob),
    server => {
      server.removeMember(1, server.bob);
      server.post(1, server.alice, "behind his back");
      server.addMember(1, server.bob);
    },
  ],
  room_listed: [server => server.createRoom({ name: "others", members: [server.alice] })],
  read_marked: [
    server => server.markRead(1, server.bob, server.post(1, server.alice).id),
    server => {
      const first = server.post(1, server.alice);
      server.post(1, server.alice, "@Bob", { mentions: [server.bob] });
      server.markRead(1, server.bob, first.id);
      server.post(1, server.alice);
    },
  ],
  unread_marked: [
    server => server.markUnread(1, server.bob, 1),
    server => {
      const first = server.post(1, server.alice, "@Bob", { mentions: [server.bob] });
      server.markRead(1, server.bob, first.id);
      server.markUnread(1, server.bob, first.id);
      server.edit(first.id, "nobody");
      server.post(1, server.alice);
    },
    server => {
      server.markUnread(1, server.bob, 1);
      server.delete(1);
      server.markRead(1, server.bob, server.post(1, server.alice).id);
    },
  ],
  thread_followed: [
    server => server.follow(1, server.bob),
    server => {
      server.post(1, server.alice, "before", { parentId: 1 });
      server.follow(1, server.bob);
      server.removeMember(1, server.bob);
    },
  ],
  thread_unfollowed: [
    server => {
      server.follow(1, server.bob);
      server.post(1, server.alice, "in the thread", { parentId: 1 });
      server.follow(1, server.bob, false);
      server.post(1, server.alice, "not for Bob", { parentId: 1 });
    },
  ],
  thread_read: [
    server => {
      server.follow(1, server.bob);
      const first = server.post(1, server.alice, "in the thread", { parentId: 1 });
      const second = server.post(1, server.alice, "@Bob", { parentId: 1, mentions: [server.bob] });
      server.markThread(1, server.bob, first.id);
      server.markThread(1, server.bob, second.id);
      server.markThread(1, server.bob, first.id);
    },
  ],
  thread_counted: [
    server => {
      server.follow(1, server.bob);
      server.delete(server.post(1, server.alice, "gone", { parentId: 1 }).id);
      server.post(1, server.alice, "stays", { parentId: 1 });
    },
  ],
  room_preferences_changed: [
    server => server.setRoomPreferences(server.bob, 1, { level: "nothing", is_starred: true }),
  ],
  preferences_changed: [server => server.setPreferences(server.bob, { theme: "dark" })],
  draft_changed: [
    server => server.saveDraft(server.bob, { room_id: 1, text: "half a" }),
    server => {
      server.saveDraft(server.bob, { room_id: 1, text: "half a" });
      server.saveDraft(server.bob, { room_id: 1, parent_id: 1, text: "a reply" });
      server.saveDraft(server.bob, { room_id: 1, text: "half a sentence" });
      server.saveDraft(server.bob, { room_id: 1, parent_id: 1, text: "" });
      server.saveDraft(server.bob, { room_id: 1, parent_id: 1, text: "", quoted_id: 1 });
      server.saveDraft(server.bob, { room_id: 1, text: "half a sentence", quoted_id: 1 });
    },
    server => {
      server.saveDraft(server.bob, { room_id: 1, text: "gone with the room" });
      server.removeMember(1, server.bob);
    },
  ],
  poll_voted: [
    server => server.vote(server.ask(1, server.alice).id, server.bob, [1]),
    server => {
      const { id } = server.ask(1, server.alice);
      server.vote(id, server.bob, [1]);
      server.vote(id, server.alice, [2]);
      server.vote(id, server.bob, []);
    },
  ],
  poll_closed: [server => server.closePoll(server.ask(1, server.alice).id)],
  previews_changed: [
    server => {
      const { id } = server.post(1, server.alice, "https://example.com/0");
      server.preview(id, ["One", "Two"]);
      server.preview(id, ["Two"]);
    },
    server => {
      const { id } = server.post(1, server.alice, "https://example.com/0");
      server.preview(id, ["One"]);
      server.delete(id);
    },
  ],
  poll_vote_changed: [
    server => {
      const { id } = server.ask(1, server.alice, { is_anonymous: true });
      server.vote(id, server.bob, [1]);
      server.vote(id, server.bob, [2]);
    },
    server => {
      const { id } = server.ask(1, server.alice, { is_anonymous: true });
      server.vote(id, server.bob, [1]);
      server.delete(id);
    },
  ],
  scheduled_changed: [
    server => server.schedule(),
    server => {
      const id = server.schedule();
      server.schedule({ text: "another" });
      server.schedule({ id, text: "later, changed" });
      server.schedule({ id, state: "failed", failure: "room_archived" });
    },
  ],
  scheduled_removed: [
    server => {
      server.schedule();
      server.unschedule(server.schedule({ text: "another" }), 2);
    },
  ],
  reminder_changed: [
    server => server.remind(),
    server => server.remind({ id: server.remind({ message_id: 1, room_id: 1 }), text: "green tea" }),
  ],
  reminder_due: [server => server.remind({ id: server.remind(), is_due: true }, "reminder_due")],
  reminder_removed: [
    server => {
      server.remind({ text: "stays" });
      server.dropReminder(server.remind());
    },
  ],
  user_joined: [server => server.joinWorkspace("Dora")],
  user_updated: [
    server => server.updateUser(server.alice, { name: "Alicia" }),
    server => server.updateUser(server.bob, { role: "admin" }),
    server => server.updateUser(server.carol, { deactivated_at: "2026-10-14T10:00:00.000Z" }),
  ],
  people_hidden: [server => asGuest(server).hidePeople(server.bob, [server.carol])],
  people_shown: [
    server => {
      asGuest(server).hidePeople(server.bob, [server.alice, server.carol]);
      server.showPeople(server.bob, [server.carol]);
    },
  ],
  workspace_updated: [
    server => {
      server.renameWorkspace("Acme Corporation");
      server.switchLinkPreviews(false);
    },
  ],
  emoji_added: [server => server.addEmoji("party")],
  emoji_removed: [
    server => {
      const id = server.addEmoji("party");
      server.addEmoji("분홍");
      server.removeEmoji(id);
    },
  ],
  session_ended: [server => server.endSession(server.bob, 99)],
  token_ended: [server => server.endToken(server.bob, 1)],
};

for (const [type, happenings] of Object.entries(cases)) {
  for (const [index, happen] of happenings.entries()) {
    test(`${type} (${index + 1}): live equals reload`, async () => {
      const server = furnished();
      const tab = await opened(server);
      happen(server);
      await settle(tab);
      assert.deepEqual(plain(tab.store), await reloaded(server, server.bob));
      tab.client.close();
    });

    test(`${type} (${index + 1}): caught up equals reload`, async () => {
      const server = furnished();
      const tab = await opened(server);
      server.deliver = () => {};
      happen(server);
      await tab.client.sync.request();
      await settle(tab);
      assert.deepEqual(plain(tab.store), await reloaded(server, server.bob));
      tab.client.close();
    });
  }
}

test("every type of event that the client knows has a case", () => {
  assert.deepEqual(eventTypes.toSorted(), Object.keys(cases).sort());
});

test("the client knows every type of event that the server has, and types.js names its data", () => {
  const source = readFileSync(new URL("../../chat/events.py", import.meta.url), "utf8");
  const classes = [...source.matchAll(/^class (\w+)\((\w+)\):/gm)].map(([, name, base]) => ({ name, base }));
  const leaves = classes.filter(({ name }) => !classes.some(({ base }) => base === name));
  const types = leaves.map(({ name }) => name.replace(/(?<!^)(?=[A-Z])/g, "_").toLowerCase());
  assert.deepEqual(eventTypes.toSorted(), types.sort());
  const named = readFileSync(new URL("../../static/js/core/types.js", import.meta.url), "utf8");
  for (const type of types) assert.match(named, new RegExp(`@property \\{.*\\} ${type}\\b`));
});

function asGuest(server) {
  server.updateUser(server.bob, { role: "guest" });
  return server;
}

function furnished() {
  const server = new FakeServer();
  server.createRoom();
  server.post(1, server.alice, "first");
  server.post(1, server.bob, "second");
  return server;
}

async function opened(server) {
  const tab = await new FakeBrowser(server, server.bob).openTab();
  await tab.client.loadOpenRooms();
  return tab;
}
