/** The store as views see it. */
import assert from "node:assert/strict";
import test from "node:test";
import { emptyState, apply as reduce } from "../../static/js/core/reducer.js";
import { createStore, mostMessages } from "../../static/js/core/store.js";
import { effect } from "../../static/vendor/signals-core/signals-core.module.js";
import { FakeClock } from "./fakes/clock.js";
import { FakeServer } from "./fakes/server.js";

test("an event wakes only those who read what it changed", () => {
  const { server, store } = loaded();
  const woken = { one: 0, two: 0, users: 0, members: 0 };
  const counted = (name, read) =>
    effect(() => {
      read();
      woken[name] += 1;
    });
  counted("one", () => store.timeline(1).value);
  counted("two", () => store.timeline(2).value);
  counted("users", () => store.users.value);
  counted("members", () => store.members(1).value);
  server.post(1, server.alice);
  assert.deepEqual(woken, { one: 2, two: 1, users: 1, members: 1 });
});

test("messages that did not change stay the same objects", () => {
  const { server, store } = loaded();
  for (let count = 0; count < 10; count += 1) server.post(1, server.alice, `message ${count}`);
  const before = store.timeline(1).value.messages;
  server.edit(5, "changed");
  const after = store.timeline(1).value.messages;
  assert.deepEqual(
    after.filter((message, index) => message !== before[index]).map(({ id }) => id),
    [5],
  );
});

test("an old state is never changed", () => {
  const { server, store } = loaded();
  const before = freeze(structuredClone(store.state()));
  server.deliver = (_socket, { stream, events }) =>
    events.reduce((state, event) => freeze(reduce(state, stream, event)), before);
  const { id } = server.post(1, server.alice);
  server.react(id, server.alice, "👍");
  server.delete(id);
});

test("a room that is not in view keeps its newest messages only", () => {
  const { server, store } = loaded();
  store.showRoom(1);
  for (let count = 0; count < mostMessages + 20; count += 1) {
    server.post(1, server.alice);
    server.post(2, server.alice);
  }
  assert.equal(store.timeline(1).value.messages.length, mostMessages + 20);
  assert.equal(store.timeline(2).value.messages.length, mostMessages);
  assert.equal(store.timeline(2).value.hasBefore, true);
  store.hideRoom(1);
  assert.equal(store.timeline(1).value.messages.length, mostMessages);
});

test("an event costs little in a room with 10,000 messages", () => {
  const { server, store } = loaded();
  store.showRoom(1);
  const [first] = [server.post(1, server.alice)];
  const position = store.state().streams["room-1"].position;
  const event = index => ({
    stream_seq: position + index,
    seq: 1000 + index,
    type: "message_posted",
    message_id: index + 1,
    version: 1,
    client_id: `${index}`,
    actor_id: 1,
    at: first.created_at,
    data: { message: { ...first, id: index + 1, client_id: `${index}` } },
  });
  for (let index = 1; index <= 10_000; index += 1) store.apply("room-1", event(index));
  const started = performance.now();
  for (let index = 10_001; index <= 10_400; index += 1) store.apply("room-1", event(index));
  assert.ok((performance.now() - started) / 400 < 2, "two milliseconds each would be far too much");
});

test("typing ends after five seconds, or with the message", async () => {
  const { clock, server, store } = loaded();
  store.setTyping(1, server.alice);
  store.setTyping(1, server.bob);
  assert.deepEqual(store.typing(1).value, [server.alice]);
  await clock.advance(5000);
  assert.deepEqual(store.typing(1).value, []);
  store.setTyping(1, server.alice);
  server.post(1, server.alice);
  assert.deepEqual(store.typing(1).value, []);
});

test("presence is merged, and a whole picture replaces it", () => {
  const { store } = loaded();
  store.setPresence({ 1: "active", 2: "active" }, true);
  store.setPresence({ 2: "away" });
  assert.deepEqual(store.presence.value, { 1: "active", 2: "away" });
  store.setPresence({ 3: "active" }, true);
  assert.deepEqual(store.presence.value, { 3: "active" });
});

test("a late answer does not undo what came since", () => {
  const { server, store } = loaded();
  const message = server.post(1, server.bob, "first");
  const answer = structuredClone(message);
  server.react(message.id, server.alice, "👍");
  store.acceptMessage(answer);
  assert.equal(store.timeline(1).value.messages[0].reactions.length, 1);
  server.delete(message.id);
  store.acceptMessage(answer);
  assert.ok(store.timeline(1).value.messages[0].deleted_at);
});

test("a reaction is painted at once, and the event has the last word", () => {
  const { server, store } = loaded();
  const { id } = server.post(1, server.alice);
  store.paintReaction(id, "👍", true);
  assert.deepEqual(store.timeline(1).value.messages[0].reactions, [{ emoji: "👍", user_ids: [server.bob] }]);
  store.paintReaction(id, "👍", false);
  assert.deepEqual(store.timeline(1).value.messages[0].reactions, []);
  store.paintReaction(id, "👍", true);
  server.react(id, server.alice, "👍");
  assert.deepEqual(store.timeline(1).value.messages[0].reactions, [
    { emoji: "👍", user_ids: [server.alice] },
  ]);
});

test("totals are the sums over my rooms", () => {
  const { server, store } = loaded();
  server.post(1, server.alice, "@Bob", { mentions: [server.bob] });
  server.post(2, server.alice);
  assert.deepEqual(store.totals.value, { unread: 2, mentions: 1 });
});

/** A store that has Bob's snapshots and hears every event at once, without a sync in between. */
function loaded() {
  const server = new FakeServer();
  server.createRoom();
  server.createRoom({ name: "other" });
  const clock = new FakeClock();
  const store = createStore({ userId: server.bob, epoch: server.epoch, clock });
  for (const stream of ["user-2", "room-1", "room-2"])
    store.applySnapshot(server.snapshot(server.bob, stream));
  server.sockets.add({ userId: server.bob });
  server.deliver = (_socket, { stream, events }) => {
    for (const event of events) store.apply(stream, event);
  };
  assert.equal(emptyState(2).userId, 2);
  return { clock, server, store };
}

function freeze(value) {
  if (value && typeof value === "object" && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
}
