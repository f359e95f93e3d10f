/** Cards: messages by their ids, for whoever may see them at this moment. */
import assert from "node:assert/strict";
import test from "node:test";
import { FakeBrowser, settle } from "./fakes/browser.js";
import { FakeServer } from "./fakes/server.js";

/** Alice and Bob are in room 1; in room 2 is Alice alone. */
function furnished() {
  const server = new FakeServer();
  server.createRoom();
  server.createRoom({ name: "secret", kind: "closed", members: [server.alice] });
  server.post(1, server.alice, "for both");
  server.post(2, server.alice, "for Alice");
  for (let number = 0; number < 60; number += 1) server.post(1, server.alice, `more ${number}`);
  return server;
}

async function looked(tab, id) {
  tab.client.cards.of(id);
  await tab.clock.advance(1);
  await settle(tab);
  return tab.client.cards.of(id);
}

const open = server => new FakeBrowser(server, server.bob).openTab();

test("a message that is not loaded is asked for once, with others at the same time", async () => {
  const server = furnished();
  const tab = await open(server);
  tab.client.cards.of(1);
  tab.client.cards.of(2);

  assert.equal((await looked(tab, 1))?.text, "for both");
  assert.equal(tab.client.cards.of(2), null);
  assert.deepEqual(
    server.requests.filter(line => line.includes("ids=")),
    ["GET /api/messages?ids=1%2C2"],
  );
  tab.client.close();
});

test("a message that the store holds is not asked for", async () => {
  const server = furnished();
  const tab = await open(server);

  assert.equal(tab.client.cards.of(60)?.text, "more 57");
  tab.client.close();
});

test("edits and deletions reach a card although its message is not loaded", async () => {
  const server = furnished();
  const tab = await open(server);
  await looked(tab, 1);

  server.edit(1, "otherwise");
  await settle(tab);
  assert.equal(tab.client.cards.of(1)?.text, "otherwise");

  server.delete(1);
  await settle(tab);
  assert.equal(tab.client.cards.of(1)?.text, "");
  assert.notEqual(tab.client.cards.of(1)?.deleted_at, null);
  tab.client.close();
});

test("whoever leaves a room loses its cards, and gets them again on coming back", async () => {
  const server = furnished();
  const tab = await open(server);
  await looked(tab, 1);

  server.removeMember(1, server.bob);
  await settle(tab);
  assert.equal(tab.client.cards.of(1), null);

  server.addMember(1, server.bob);
  await settle(tab);
  assert.equal((await looked(tab, 1))?.text, "for both");
  tab.client.close();
});

test("a card of a room that I come into appears", async () => {
  const server = furnished();
  const tab = await open(server);
  assert.equal(await looked(tab, 2), null);

  server.addMember(2, server.bob);
  await settle(tab);
  assert.equal((await looked(tab, 2))?.text, "for Alice");
  tab.client.close();
});

test("what happened while the log was out of reach is asked for anew", async () => {
  const server = furnished();
  const tab = await open(server);
  await looked(tab, 1);
  server.deliver = () => {};
  server.delete(1);
  server.forget("room-1");

  await tab.client.sync.request();
  await settle(tab);
  assert.notEqual((await looked(tab, 1))?.deleted_at, null);
  tab.client.close();
});

test("without a connection a card waits, and comes with it", async () => {
  const server = furnished();
  const tab = await open(server);
  server.interfere = (_method, path) => (path.includes("ids=") ? new TypeError("no network") : undefined);
  assert.equal(await looked(tab, 1), undefined);

  server.interfere = () => undefined;
  await tab.clock.advance(5000);
  await settle(tab);
  assert.equal(tab.client.cards.of(1)?.text, "for both");
  tab.client.close();
});
