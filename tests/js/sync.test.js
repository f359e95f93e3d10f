/** Catching up against the wire protocol: order, doubles, holes, snapshots, other histories. */
import assert from "node:assert/strict";
import test from "node:test";
import { FakeBrowser, plain, reloaded, settle } from "./fakes/browser.js";
import { rest } from "./fakes/clock.js";
import { FakeServer } from "./fakes/server.js";

test("a client starts from the snapshots of its streams", async () => {
  const { server, tab } = await opened();
  assert.deepEqual(plain(tab.store), await reloaded(server, server.bob));
  assert.equal(tab.store.me.value.name, "Bob");
  assert.equal(tab.store.connection.value.state, "online");
});

test("an event that was seen is dropped", async () => {
  const { server, tab } = await opened();
  server.deliver = (socket, packet) => {
    for (let time = 0; time < 3; time += 1) socket.hear("events", packet);
  };
  server.post(1, server.alice);
  assert.equal(tab.store.room(1).value.unread_count, 1);
});

test("a hole is asked for at once, and what is behind it waits", async () => {
  const { server, tab } = await opened();
  server.deliver = () => {};
  server.post(1, server.alice, "lost");
  server.deliver = (socket, packet) => socket.hear("events", packet);
  server.post(1, server.alice, "heard");
  assert.equal(texts(tab).length, 0);
  await settle(tab);
  assert.deepEqual(texts(tab), ["lost", "heard"]);
});

test("a hole in one room does not hold another room up", async () => {
  const { server, tab } = await opened();
  const other = server.createRoom({ name: "other" });
  await settle(tab);
  server.silencesSync = true;
  server.deliver = () => {};
  server.post(1, server.alice, "lost");
  server.deliver = (socket, packet) => socket.hear("events", packet);
  server.post(1, server.alice, "waits");
  server.post(other, server.alice, "passes");
  assert.deepEqual(texts(tab, other), ["passes"]);
  assert.deepEqual(texts(tab), []);
});

test("shuffled, doubled and lost packets end in the state of a reload", async () => {
  for (let round = 0; round < 25; round += 1) {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const random = generator(seed);
    const { server, tab } = await opened();
    server.createRoom({ name: "other" });
    server.createRoom({ kind: "direct", members: [server.alice, server.bob] });
    const held = [];
    server.deliver = (socket, packet) => held.push({ socket, packet });
    for (let step = 0; step < 40; step += 1) {
      happen(server, random);
      if (random() < 0.3) await deliverSome(held, random);
      if (random() < 0.05) server.lastSocket.cut();
      if (random() < 0.1) await tab.clock.advance(3000);
    }
    await deliverSome(held, random, 1);
    await tab.clock.advance(70_000);
    await settle(tab);
    assert.deepEqual(plain(tab.store), await reloaded(server, server.bob), `seed ${seed}`);
    tab.client.close();
  }
});

test("after any absence a client catches up, page by page", async () => {
  const { server, tab } = await opened();
  server.lastSocket.cut();
  for (let count = 0; count < 1300; count += 1) server.post(1, server.alice, `message ${count}`);
  server.edit(3, "edited meanwhile");
  server.delete(1290);
  await tab.clock.advance(5000);
  await settle(tab);
  assert.deepEqual(plain(tab.store), await reloaded(server, server.bob));
  assert.equal(tab.store.room(1).value.unread_count, 1299);
});

test("a log that does not reach back is made up for by a snapshot", async () => {
  const { server, tab } = await opened();
  server.lastSocket.cut();
  for (let count = 0; count < 60; count += 1) server.post(1, server.alice, `message ${count}`);
  server.forget("room-1", 3);
  await tab.clock.advance(5000);
  await settle(tab);
  assert.equal(texts(tab).length, 50);
  assert.deepEqual(plain(tab.store), await reloaded(server, server.bob));
});

test("events that arrive while a snapshot is on its way are applied after it", async () => {
  const { server, tab } = await opened();
  server.createRoom({ name: "other", members: [server.alice] });
  let answer;
  server.interfere = (_method, path) => {
    if (path !== "/api/streams/room-2/snapshot" || answer) return undefined;
    const snapshot = server.snapshot(server.bob, "room-2");
    return new Promise(resolve => {
      answer = () => resolve(new Response(JSON.stringify(snapshot)));
    });
  };
  server.addMember(2, server.bob);
  await rest();
  server.post(2, server.alice, "meanwhile");
  await rest();
  assert.equal(tab.store.timeline(2).value, null);
  answer();
  await settle(tab);
  assert.deepEqual(texts(tab, 2), ["meanwhile"]);
  assert.equal(tab.store.room(2).value.unread_count, 1);
});

test("a snapshot that fails is fetched again", async () => {
  const { server, tab } = await opened();
  let failures = 0;
  server.interfere = (_method, path) =>
    path.endsWith("/snapshot") && failures++ < 2 ? new TypeError("no route to host") : undefined;
  server.createRoom({ name: "other" });
  await tab.clock.advance(5000);
  await settle(tab);
  assert.ok(tab.store.timeline(2).value);
});

test("another history drops everything and starts anew", async () => {
  const { server, tab } = await opened();
  server.post(1, server.alice, "in both");
  await settle(tab);
  server.restoreBackup();
  server.messages.get(1).text = "rewritten";
  server.post(1, server.alice, "of the new history");
  await settle(tab);
  assert.equal(tab.store.state().epoch, server.epoch);
  assert.deepEqual(texts(tab), ["rewritten", "of the new history"]);
  assert.deepEqual(plain(tab.store), await reloaded(server, server.bob));
});

test("another history is noticed at the reconnection too", async () => {
  const { server, tab } = await opened();
  server.lastSocket.cut();
  server.restoreBackup();
  await tab.clock.advance(5000);
  await settle(tab);
  assert.equal(tab.store.state().epoch, server.epoch);
  assert.ok(tab.store.timeline(1).value);
});

test("a room that is not mine any more is forgotten", async () => {
  const { server, tab } = await opened();
  server.post(1, server.alice, "secret");
  server.deliver = () => {};
  server.removeMember(1, server.bob);
  await tab.client.sync.request();
  await settle(tab);
  assert.equal(tab.store.room(1).value, undefined);
  assert.equal(tab.store.timeline(1).value, null);
  assert.ok(!JSON.stringify(tab.store.state()).includes("secret"));
});

test("who was removed and added again while away starts that room anew", async () => {
  const { server, tab } = await opened();
  server.deliver = () => {};
  server.removeMember(1, server.bob);
  server.post(1, server.alice, "behind his back");
  server.addMember(1, server.bob);
  await tab.client.sync.request();
  await settle(tab);
  assert.deepEqual(texts(tab), ["behind his back"]);
  assert.equal(tab.store.room(1).value.unread_count, 0);
});

test("an answer that is older than a return to the room does not lose the room", async () => {
  const { server, tab } = await opened();
  server.deliver = () => {};
  server.removeMember(1, server.bob);
  server.deliver = (socket, packet) => socket.hear("events", packet);
  const { sync } = server;
  server.sync = function (...question) {
    server.sync = sync;
    const answer = structuredClone(sync.apply(this, question));
    server.addMember(1, server.bob);
    return answer;
  };
  await tab.client.sync.request();
  await settle(tab);
  assert.deepEqual(plain(tab.store), await reloaded(server, server.bob));
});

test("counts that cannot be fetched do not hold the room's messages back", async () => {
  const { server, tab } = await withHistory();
  server.interfere = (_method, path) =>
    path.endsWith("/snapshot") ? new TypeError("no route to host") : undefined;
  server.edit(40, "@Bob", { mentions: [server.bob] });
  server.post(1, server.alice, "goes on");
  await settle(tab);
  assert.equal(texts(tab).at(-1), "goes on");
  server.interfere = () => undefined;
  server.post(1, server.alice, "and on");
  await settle(tab);
  assert.equal(tab.store.room(1).value.mention_count, 1);
  tab.client.close();
});

test("a socket that brings nothing is made up for once a minute, and over HTTP when it does not answer", async () => {
  const { server, tab } = await opened();
  server.deliver = () => {};
  server.silencesSync = true;
  server.post(1, server.alice, "unheard");
  await tab.clock.advance(60_000);
  await settle(tab);
  assert.deepEqual(texts(tab), ["unheard"]);
  assert.ok(server.requests.includes("POST /api/sync"));
});

test("an unknown type of event moves the position and nothing else", async () => {
  const { server, tab } = await opened();
  const position = tab.store.state().streams["room-1"].position;
  const event = {
    stream_seq: position + 1,
    seq: 999,
    type: "room_painted",
    message_id: null,
    version: null,
    client_id: null,
    actor_id: 1,
    at: "",
    data: { colour: "red" },
  };
  const before = plain(tab.store);
  server.lastSocket.hear("events", { epoch: server.epoch, stream: "room-1", events: [event] });
  assert.deepEqual(plain(tab.store), {
    ...before,
    positions: { ...before.positions, "room-1": position + 1 },
  });
});

// --- Counting ---

test("a post that was withdrawn counts, and its successor brings the text and the mention", async () => {
  const { server, tab } = await opened();
  server.deliver = () => {};
  const { id } = server.post(1, server.alice, "first words");
  server.edit(id, "@Bob", { mentions: [server.bob] });
  await tab.client.sync.request();
  await settle(tab);
  const { unread_count: unread, mention_count: mentions } = tab.store.room(1).value;
  assert.deepEqual([unread, mentions, texts(tab)], [1, 1, ["@Bob"]]);
});

test("an edit above the read mark, of a message that is not held, has the room counted again", async () => {
  const { server, tab } = await opened();
  for (let count = 0; count < 70; count += 1) server.post(1, server.alice, `message ${count}`);
  tab.client.close();
  const later = await new FakeBrowser(server, server.bob).openTab();
  assert.equal(later.store.room(1).value.unread_count, 70);
  server.edit(5, "@Bob", { mentions: [server.bob] });
  await settle(later);
  assert.equal(later.store.room(1).value.mention_count, 1);
  assert.equal(later.store.room(1).value.unread_count, 70);
  later.client.close();
});

test("a read mark of another device that arrives before the posts it counts is not counted twice", async () => {
  const { server, tab } = await opened();
  server.post(1, server.alice, "one");
  await settle(tab);
  const held = [];
  server.deliver = (socket, packet) => held.push({ socket, packet });
  const { id } = server.post(1, server.alice, "two");
  server.post(1, server.alice, "three");
  server.markRead(1, server.bob, id);
  for (const { socket, packet } of held.reverse()) socket.hear("events", packet);
  await settle(tab);
  assert.equal(tab.store.room(1).value.unread_count, 1);
});

test("a read mark of another device that arrives behind later posts does not hide them", async () => {
  const { server, tab } = await opened();
  const { id } = server.post(1, server.alice, "one");
  const held = [];
  server.deliver = (socket, packet) => held.push({ socket, packet });
  server.markRead(1, server.bob, id);
  server.deliver = (socket, packet) => socket.hear("events", packet);
  server.post(1, server.alice, "two");
  for (const { socket, packet } of held) socket.hear("events", packet);
  await settle(tab);
  assert.equal(tab.store.room(1).value.unread_count, 1);
});

test("reading counts at once, before the server answers", async () => {
  const { server, tab } = await opened();
  const { id } = server.post(1, server.alice);
  server.post(1, server.alice);
  const done = tab.client.markRead(1, id);
  assert.equal(tab.store.room(1).value.unread_count, 1);
  await done;
  await settle(tab);
  assert.equal(tab.store.room(1).value.unread_count, 1);
  assert.equal(server.roomAsSeen(server.bob, 1).unread_count, 1);
});

// --- Pages ---

test("what happens to a message while its page is on its way is not lost", async () => {
  const { server, tab } = await withHistory();
  server.interfere = async (method, path) => {
    if (method !== "GET" || !path.includes("/messages")) return undefined;
    const page = JSON.stringify(server.page(1, { before: 71, limit: 40 }));
    server.edit(40, "edited");
    server.react(41, server.alice, "👍");
    server.delete(42);
    return new Response(page);
  };
  tab.client.openRoom(1);
  tab.client.markRead(1, 70);
  await settle(tab);
  const { messages } = await tab.client.fetchPage(1, { before: 71, limit: 40 });
  const of = id => messages.find(message => message.id === id);
  assert.equal(of(40).text, "edited");
  assert.deepEqual(of(41).reactions, [{ emoji: "👍", user_ids: [server.alice] }]);
  assert.ok(of(42).deleted_at);
  tab.client.close();
});

test("messages of fetched pages follow their events while the room is open", async () => {
  const { server, tab } = await withHistory();
  tab.client.openRoom(1);
  await tab.client.fetchPage(1, { before: 71, limit: 40 });
  const told = [];
  tab.store.onMessage(message => told.push(message));
  server.react(40, server.alice, "🎉");
  assert.deepEqual(told.at(-1).reactions, [{ emoji: "🎉", user_ids: [server.alice] }]);
  tab.client.closeRoom(1);
  assert.deepEqual(tab.store.timeline(1).value.fetched, {});
  tab.client.close();
});

async function withHistory() {
  const server = new FakeServer();
  server.createRoom();
  for (let count = 1; count <= 120; count += 1) server.post(1, server.alice, `message ${count}`);
  return { server, tab: await new FakeBrowser(server, server.bob).openTab() };
}

async function opened() {
  const server = new FakeServer();
  server.createRoom();
  const tab = await new FakeBrowser(server, server.bob).openTab();
  await tab.client.loadOpenRooms();
  return { server, tab };
}

const texts = (tab, roomId = 1) => tab.store.timeline(roomId).value.messages.map(({ text }) => text);

/** Something that people do, at random. */
function happen(server, random) {
  const pick = list => list[Math.floor(random() * list.length)];
  const roomId = pick([...server.rooms.keys()]);
  const { members } = server.rooms.get(roomId);
  const messages = [...server.messages.values()].filter(one => one.room_id === roomId && !one.deleted_at);
  const who = pick([...members.keys()]);
  const mentions = random() < 0.3 ? [server.bob] : [];
  const choice = random();
  if (!members.has(server.bob)) server.addMember(roomId, server.bob);
  else if (choice < 0.4 || !messages.length) server.post(roomId, who, "words", { mentions });
  else if (choice < 0.55) server.edit(pick(messages).id, "other words", { mentions });
  else if (choice < 0.65) server.delete(pick(messages).id);
  else if (choice < 0.75) server.react(pick(messages).id, who, pick(["👍", "🎉"]), random() < 0.7);
  else if (choice < 0.88) server.markRead(roomId, server.bob, pick(messages).id);
  else if (choice < 0.92 && server.rooms.get(roomId).kind === "open") server.removeMember(roomId, server.bob);
  else if (choice < 0.96) server.changeRoom(roomId, "room_updated", { topic: `topic ${random()}` });
  else server.updateUser(server.alice, { name: `Alice ${random()}` });
}

async function deliverSome(held, random, share = 0.6) {
  const now = held.splice(0).filter(() => random() < share);
  for (let last = now.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [now[last], now[other]] = [now[other], now[last]];
  }
  for (const { socket, packet } of now) {
    socket.hear("events", packet);
    if (random() < 0.2) socket.hear("events", packet);
    if (random() < 0.3) await rest(2);
  }
}

/** A small generator, so that a seed repeats a failure. */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
