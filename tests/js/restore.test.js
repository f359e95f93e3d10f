/** A backup is restored under open pages: each shows what the backup holds, and loses nothing of its own. */
import assert from "node:assert/strict";
import test from "node:test";
import { FakeBrowser, plain, reloaded, settle } from "./fakes/browser.js";
import { FakeServer } from "./fakes/server.js";

/** The server is away, comes back from the backup, and the tab finds it again. */
async function restored({ server, tab }, backup, meanwhile = () => {}) {
  server.interfere = () => new TypeError("no route to host");
  server.refusesSockets = true;
  server.lastSocket.cut();
  await meanwhile();
  server.restoreBackup(backup);
  server.interfere = () => undefined;
  server.refusesSockets = false;
  await tab.clock.advance(30_000);
  await settle(tab);
}

test("what the backup does not hold is gone from the screen, and what was undone since is back", async () => {
  const { server, tab } = await opened();
  const kept = server.post(1, server.alice, "kept");
  const deleted = server.post(1, server.alice, "deleted after the backup");
  const backup = server.backup();
  server.edit(kept.id, "edited after the backup");
  server.delete(deleted.id);
  server.post(1, server.bob, "posted after the backup");
  server.react(kept.id, server.bob, "👍");
  server.createRoom({ name: "made after the backup" });
  await settle(tab);

  await restored({ server, tab }, backup);

  assert.deepEqual(texts(tab), ["kept", "deleted after the backup"]);
  assert.equal(tab.store.room(2).value, undefined);
  assert.deepEqual(plain(tab.store), await reloaded(server, server.bob));
});

test("an id that is given again is another message, and its events are not taken for the old one's", async () => {
  const { server, tab } = await opened();
  const backup = server.backup();
  const lost = server.post(1, server.alice, "the old number one");
  server.edit(lost.id, "edited, so that its version is higher");
  await settle(tab);

  await restored({ server, tab }, backup);
  const again = server.post(1, server.alice, "the new number one");
  await settle(tab);

  assert.equal(again.id, lost.id);
  assert.deepEqual(texts(tab), ["the new number one"]);
  assert.deepEqual(plain(tab.store), await reloaded(server, server.bob));
});

test("positions that are reached again do not hide the events that stand there now", async () => {
  const { server, tab } = await opened();
  const backup = server.backup();
  for (const number of [1, 2, 3]) server.post(1, server.alice, `old ${number}`);
  await settle(tab);

  // The new history is as long as the old one before the tab is back.
  await restored({ server, tab }, backup, () => {
    const later = new FakeServer();
    Object.assign(later, structuredClone(backup));
    for (const number of [1, 2, 3]) later.post(1, later.alice, `new ${number}`);
    Object.assign(backup, later.backup());
  });

  assert.deepEqual(texts(tab), ["new 1", "new 2", "new 3"]);
  assert.deepEqual(plain(tab.store), await reloaded(server, server.bob));
});

test("a message that waited is sent once, and a draft stays", async () => {
  const { server, tab } = await opened();
  const backup = server.backup();
  server.post(1, server.alice, "lost");
  tab.client.drafts.save(1, "not finished");
  await settle(tab);

  await restored({ server, tab }, backup, () => tab.client.send(1, "waited"));

  assert.deepEqual(texts(tab), ["waited"]);
  assert.deepEqual(tab.store.pending.value, []);
  assert.equal([...server.messages.values()].filter(({ text }) => text === "waited").length, 1);
  assert.equal(tab.client.drafts.textOf(1), "not finished");
});

test("a message that was stored after the backup and never answered is stored anew, once", async () => {
  const { server, tab } = await opened();
  const backup = server.backup();
  server.deliver = () => {};
  server.isLosingAnswers = true;
  await tab.client.send(1, "said once");
  await settle(tab);
  assert.equal(server.messages.size, 1);
  server.isLosingAnswers = false;

  await restored({ server, tab }, backup);

  assert.deepEqual(texts(tab), ["said once"]);
  assert.equal(server.messages.size, 1);
  assert.deepEqual(tab.store.pending.value, []);
});

test("a message that waited for a room which the backup does not have is kept for its author, and goes nowhere", async () => {
  const { server, tab } = await opened();
  const backup = server.backup();
  server.createRoom({ name: "made after the backup" });
  await settle(tab);

  await restored({ server, tab }, backup, () => tab.client.send(2, "for the lost room"));

  assert.equal(server.messages.size, 0);
  assert.deepEqual(
    tab.store.pending.value.map(({ text, state }) => [text, state]),
    [["for the lost room", "failed"]],
  );
});

async function opened() {
  const server = new FakeServer();
  server.createRoom();
  const browser = new FakeBrowser(server, server.bob);
  const tab = await browser.openTab();
  await tab.client.loadOpenRooms();
  return { server, tab };
}

const texts = (tab, roomId = 1) => tab.store.timeline(roomId).value.messages.map(({ text }) => text);
