/** The connection: when it comes back by itself, and what is never said without it. */
import assert from "node:assert/strict";
import test from "node:test";
import { FakeBrowser, settle } from "./fakes/browser.js";
import { FakeServer } from "./fakes/server.js";

for (const reason of ["transport close", "ping timeout", "io server disconnect", "transport error"]) {
  test(`after "${reason}" the client comes back by itself`, async () => {
    const { server, tab } = await opened();
    tab.socket.cut(reason);
    assert.equal(tab.store.connection.value.state, "offline");
    assert.equal(tab.store.connection.value.since, tab.clock.now());
    server.post(1, server.alice, "meanwhile");
    await tab.clock.advance(2000);
    await settle(tab);
    assert.equal(tab.store.connection.value.state, "online");
    assert.equal(tab.store.timeline(1).value.messages.length, 1);
  });
}

test("a refused connection is tried again, more and more patiently", async () => {
  const { server, tab } = await opened();
  const tries = [];
  const { connect } = tab.socket;
  tab.socket.connect = function () {
    tries.push(tab.clock.now());
    return connect.call(this);
  };
  server.refusesSockets = true;
  tab.socket.cut();
  await tab.clock.advance(120_000);
  assert.ok(tries.length >= 8 && tries.length < 40, `${tries.length} tries`);
  server.refusesSockets = false;
  await tab.clock.advance(20_000);
  assert.equal(tab.store.connection.value.state, "online");
});

test("waking connects at once", async () => {
  const { server, tab } = await opened();
  server.refusesSockets = true;
  tab.socket.cut();
  await tab.clock.advance(60_000);
  server.refusesSockets = false;
  tab.client.wake();
  await settle(tab);
  assert.equal(tab.store.connection.value.state, "online");
});

test("a server that stops names the time of the return", async () => {
  const { tab } = await opened();
  tab.socket.hear("bye", { reason: "stopping", retry_ms: 8000 });
  tab.socket.cut("io server disconnect");
  await tab.clock.advance(3900);
  assert.equal(tab.store.connection.value.state, "offline");
  await tab.clock.advance(8200);
  assert.equal(tab.store.connection.value.state, "online");
});

test("who is signed out stays away", async () => {
  const { server, tab } = await opened();
  tab.socket.hear("bye", { reason: "signed_out", retry_ms: null });
  await tab.clock.advance(120_000);
  assert.equal(tab.store.isSessionEnded.value, true);
  assert.equal(server.sockets.size, 0);
});

test("a refusal because of the session ends it", async () => {
  const { tab } = await opened();
  tab.socket.hear("connect_error", Object.assign(new Error("refused"), { data: { code: "signed_out" } }));
  assert.equal(tab.store.isSessionEnded.value, true);
});

test("a page of somebody else than the one who is signed in now ends", async () => {
  const { server, tab } = await opened();
  tab.socket.hear("hello", { epoch: server.epoch, user_id: server.carol, session_id: 8 });
  assert.equal(tab.store.isSessionEnded.value, true);
});

test("nothing is emitted without a connection", async () => {
  const { tab } = await opened();
  const said = () => tab.socket.emitted.map(([name]) => name).filter(name => name !== "received");
  tab.socket.emitted.length = 0;
  tab.socket.cut();
  tab.client.sayTyping(1);
  tab.client.sayPresence("away");
  await tab.client.sync.request();
  assert.deepEqual(tab.socket.emitted, []);
  await tab.clock.advance(2000);
  await settle(tab);
  assert.deepEqual(said(), ["presence", "sync"]);
});

test("typing is said at most every three seconds per room", async () => {
  const { tab } = await opened();
  tab.socket.emitted.length = 0;
  for (let key = 0; key < 10; key += 1) tab.client.sayTyping(1);
  tab.client.sayTyping(2);
  await tab.clock.advance(3000);
  tab.client.sayTyping(1);
  const told = tab.socket.emitted.filter(([name]) => name === "typing").map(([, packet]) => packet.room_id);
  assert.deepEqual(told, [1, 2, 1]);
});

test("the connection brings the version, the device and the history it knows", async () => {
  const { server, tab } = await opened();
  assert.equal(tab.socket.auth.v, 1);
  assert.match(tab.socket.auth.device, /^[0-9a-f-]{36}$/);
  assert.equal(tab.socket.auth.epoch, server.epoch);
});

async function opened() {
  const server = new FakeServer();
  server.createRoom();
  return { server, tab: await new FakeBrowser(server, server.bob).openTab() };
}
